"""Items with the worst mistakes and annotations that look wrong, with their texts or small copies of their images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tagging.learning.data import Example
from tagging.learning.evaluation import (
    Explainer,
    Mistake,
    PredictionSet,
    Suspect,
    TextPart,
    suspected_annotations,
    worst_mistakes,
)
from tagging.learning.report.shown import ShownItem, shown
from tagging.mail import text_mail

MOST = 20
MOST_EXPLAINED = 3
"""Wrong labels of a mail whose words are shown."""


@dataclass(frozen=True)
class Chips:
    """Labels of one kind, each with its score; None where the label has none to show."""

    title: str
    style: str
    labels: Sequence[tuple[str, float | None]]


@dataclass(frozen=True)
class Word:
    """A word of a text, its part of the logit, and the strength of its colour in per cent."""

    text: str
    part: float
    strength: float


@dataclass(frozen=True)
class ShownMistake:
    """One item: what was wrong, and for which words."""

    id: str
    item: ShownItem
    review: bool
    chips: Sequence[Chips]
    words: Sequence[tuple[str, Sequence[Word]]]
    """Wrong label -> the words of its sentence; empty without an explainer."""


@dataclass(frozen=True)
class ShownSuspect:
    """One suspected answer and its item."""

    id: str
    item: ShownItem
    suspect: Suspect


def shown_mistakes(predictions: PredictionSet, explainer: Explainer | None) -> list[ShownMistake]:
    """The items whose wrong labels have the most extreme scores; words only with an explainer."""
    return [_shown(mistake, predictions, explainer) for mistake in worst_mistakes(predictions, MOST)]


def shown_suspects(predictions: PredictionSet) -> list[ShownSuspect]:
    """Annotations of the data that contradict the scores."""
    rows = predictions.rows
    return [
        ShownSuspect(rows[suspect.row].id, shown(rows[suspect.row]), suspect)
        for suspect in suspected_annotations(predictions, MOST)
    ]


def _shown(mistake: Mistake, predictions: PredictionSet, explainer: Explainer | None) -> ShownMistake:
    row = predictions.rows[mistake.row]
    ran = dict(zip(predictions.labels, predictions.ran[mistake.row], strict=True))
    chips = (
        Chips("assigned, does not hold", "wrong", mistake.wrong),
        Chips("holds, not assigned", "lacking", [(label, score) for label, score in mistake.lacking if ran[label]]),
        Chips("holds, head did not run", "lacking", [(label, None) for label, _ in mistake.lacking if not ran[label]]),
        Chips("right", "fine", [(label, None) for label in mistake.right]),
    )
    return ShownMistake(
        id=row.id,
        item=shown(row),
        review=bool(predictions.review[mistake.row]),
        chips=[one for one in chips if one.labels],
        words=_words(mistake, row, explainer) if explainer else (),
    )


def _words(mistake: Mistake, row: Example, explainer: Explainer) -> list[tuple[str, Sequence[Word]]]:
    wrong = {label for label, _ in sorted(mistake.wrong, key=lambda pair: -pair[1])[:MOST_EXPLAINED]}
    explanations = explainer.explain(text_mail(row.text))
    return [(one.label, _coloured(one.parts[0])) for one in explanations if one.label in wrong]


def _coloured(part: TextPart) -> list[Word]:
    """The words of a sentence; the colour is the stronger the larger a word's part of the logit."""
    largest = max((abs(word.part) for word in part.words), default=1.0) or 1.0
    return [Word(word.word, word.part, 55 * abs(word.part) / largest) for word in part.words]
