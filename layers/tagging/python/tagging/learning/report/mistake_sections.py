"""Items that went most wrong and answers that look wrong, with their texts or small copies of their images."""

from __future__ import annotations

from collections.abc import Iterable

from tagging.learning.evaluation import (
    NOT_AN_EFFECT,
    Explainer,
    Mistake,
    PredictionSet,
    Suspect,
    TextPart,
    suspected_answers,
    worst_mistakes,
)
from tagging.learning.report.markup import Content, Markup, tag
from tagging.learning.report.shown import shown
from tagging.mail import text_mail

MOST = 20
MOST_EXPLAINED = 3
"""Wrong labels of a mail whose words are shown."""


def mistake_section(observed: PredictionSet, explainer: Explainer | None) -> Markup:
    """The items whose wrong labels the model was surest of; with an explainer, the words that spoke for them."""
    found = worst_mistakes(observed, MOST)
    return tag(
        "section",
        tag("h2", "Worst mistakes"),
        tag(
            "p.quiet",
            "The surest ones first; critical labels count double. ",
            "What is shown comes from the data set: keep it as you keep mail.",
        ),
        tag("p.quiet", f"Red words spoke for the label, blue ones against: {NOT_AN_EFFECT}.")
        if explainer and found
        else None,
        [_mistake(one, observed, explainer) for one in found] or tag("p", "No mistake was made on what is known."),
        id="mistakes",
    )


def _mistake(mistake: Mistake, observed: PredictionSet, explainer: Explainer | None) -> Markup:
    row = observed.rows[mistake.row]
    ran = {label for label, asked in zip(observed.labels, observed.ran[mistake.row], strict=True) if asked}
    chips = [
        _chips("given, does not hold", "wrong", mistake.wrong),
        _words(mistake, row.text, explainer) if explainer else None,
        _chips("holds, not given", "lacking", (one for one in mistake.lacking if one[0] in ran)),
        _chips("holds, not asked", "lacking", ((label, None) for label, _ in mistake.lacking if label not in ran)),
        _chips("right", "fine", ((label, None) for label in mistake.right)),
    ]
    return tag(
        "article",
        tag("p.id", row.id, _review(observed, mistake.row)),
        shown(row),
        tag("div.chips", chips),
    )


def _words(mistake: Mistake, text: str, explainer: Explainer) -> list[Markup]:
    wrong = {label for label, _ in sorted(mistake.wrong, key=lambda one: -one[1])[:MOST_EXPLAINED]}
    found = [one for one in explainer.explain(text_mail(text)) if one.label in wrong]
    return [tag("p.words", tag("span.quiet", f"{one.label}: "), _shaded(one.parts[0])) for one in found]


def _shaded(part: TextPart) -> list[Content]:
    """The words of a sentence, the stronger coloured the more they put in; the other colour for those that took off."""
    most = max((abs(word.part) for word in part.words), default=1.0) or 1.0
    return [
        [
            tag(
                "span.for" if word.part > 0 else "span.against",
                word.word,
                style=f"--part:{55 * abs(word.part) / most:.0f}%",
                title=f"{word.part:+.2f}",
            ),
            " ",
        ]
        for word in part.words
    ]


def _review(observed: PredictionSet, row: int) -> Markup | None:
    return tag("span.badge.review", "sent to review") if observed.review[row] else None


def _chips(told: str, name: str, labels: Iterable[tuple[str, float | None]]) -> Content:
    made = [
        tag(f"span.chip.{name}", label, tag("b", f"{score:.2f}") if score is not None else None)
        for label, score in labels
    ]
    return tag("p", tag("span.quiet", told), made) if made else None


def suspect_section(observed: PredictionSet) -> Markup:
    """Answers of the data that the scores speak against."""
    found = suspected_answers(observed, MOST)
    names = ("item", "label", "the data say", "score")
    head = tag("tr", [tag("th", name, scope="col") for name in names])
    table = tag("table.suspects", tag("thead", head), tag("tbody", [_suspect(one, observed) for one in found]))
    return tag(
        "section",
        tag("h2", "Suspected answers"),
        tag(
            "p.quiet",
            "The model is as sure as it ever is, and the answer says the opposite: ",
            "read these before blaming the model.",
        ),
        tag("div.wide", table) if found else tag("p", "None."),
        id="suspects",
    )


def _suspect(suspect: Suspect, observed: PredictionSet) -> Markup:
    row = observed.rows[suspect.row]
    return tag(
        "tr",
        tag("td.mail", shown(row), tag("span.id", row.id)),
        tag("td", tag("a", suspect.label, href=f"#label-{suspect.label}")),
        tag("td", "yes" if suspect.holds else "no"),
        tag("td.number", f"{suspect.score:.2f}"),
    )
