"""Mails that went most wrong and answers that look wrong, with their texts."""

from __future__ import annotations

from collections.abc import Iterable

from tagging.learning.mistakes import Mistake, Suspect, suspected_answers, worst_mistakes
from tagging.learning.observation import Observed
from tagging.learning.report.markup import Content, Markup, tag

MOST = 20
LONGEST = 700
"""Characters shown of a text."""


def mistake_section(observed: Observed) -> Markup:
    """The mails whose wrong labels the model was surest of."""
    found = worst_mistakes(observed, MOST)
    return tag(
        "section",
        tag("h2", "Worst mistakes"),
        tag(
            "p.quiet",
            "The surest ones first; critical labels count double. ",
            "These texts come from the data set: keep them as you keep mail.",
        ),
        [_mistake(one, observed) for one in found] or tag("p", "No mistake was made on what is known."),
        id="mistakes",
    )


def _mistake(mistake: Mistake, observed: Observed) -> Markup:
    row = observed.rows[mistake.row]
    chips = [
        _chips("given, does not hold", "wrong", mistake.wrong),
        _chips("holds, not given", "lacking", mistake.lacking),
        _chips("right", "fine", ((label, None) for label in mistake.right)),
    ]
    return tag(
        "article",
        tag("p.id", row.id, _review(observed, mistake.row)),
        tag("p.mail", _cut(row.text)),
        tag("div.chips", chips),
    )


def _review(observed: Observed, row: int) -> Markup | None:
    return tag("span.badge.review", "sent to review") if observed.review[row] else None


def _chips(told: str, name: str, labels: Iterable[tuple[str, float | None]]) -> Content:
    made = [
        tag(f"span.chip.{name}", label, tag("b", f"{score:.2f}") if score is not None else None)
        for label, score in labels
    ]
    return tag("p", tag("span.quiet", told), made) if made else None


def suspect_section(observed: Observed) -> Markup:
    """Answers of the data that the scores speak against."""
    found = suspected_answers(observed, MOST)
    names = ("text", "label", "the data say", "score")
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


def _suspect(suspect: Suspect, observed: Observed) -> Markup:
    row = observed.rows[suspect.row]
    return tag(
        "tr",
        tag("td.mail", _cut(row.text), tag("span.id", row.id)),
        tag("td", tag("a", suspect.label, href=f"#label-{suspect.label}")),
        tag("td", "yes" if suspect.holds else "no"),
        tag("td.number", f"{suspect.score:.2f}"),
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + " …"
