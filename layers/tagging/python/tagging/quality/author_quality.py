"""How far each author agrees with the version on cells that either of them gives, and whose answers do not count."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from msgspec import Struct

from tagging.quality.agreement import Answer, discounted_authors
from tagging.quality.intervals import wilson

EVERY_LABEL = "*"


class AuthorQuality(Struct, frozen=True, kw_only=True):
    """One author, over the window."""

    author: str
    answers: int
    """Cells that they answered."""
    agreement: float | None
    """Of the cells that they or the version give; None without one."""
    low: float | None = None
    high: float | None = None
    discounted: tuple[str, ...] = ()
    """Labels on which their answers do not count; `*`: on none."""


def cells_answered(
    by_author: Mapping[tuple[str, str], Mapping[str, bool]], given: Mapping[str, frozenset[str]]
) -> list[Answer]:
    """Each author's answers, by item and label, beside what the version gives. `given`: labels by item; the answers on
    other items say nothing here."""
    return [
        Answer(author, label, yes, label in given[item])
        for (item, label), authors in by_author.items()
        if item in given
        for author, yes in authors.items()
    ]


def author_quality(answers: Sequence[Answer]) -> tuple[AuthorQuality, ...]:
    """Every author, the least agreeing first."""
    discounted: dict[str, list[str]] = defaultdict(list)
    for each in discounted_authors(answers):
        discounted[each.author].append(EVERY_LABEL if each.label is None else each.label)
    count, either, both = Counter[str](), Counter[str](), Counter[str]()
    for answer in answers:
        count[answer.author] += 1
        either[answer.author] += answer.yes or answer.assigned
        both[answer.author] += answer.yes and answer.assigned
    authors = (_author(author, count[author], both[author], either[author], discounted[author]) for author in count)
    return tuple(sorted(authors, key=lambda each: (1.0 if each.agreement is None else each.agreement, each.author)))


def discounted_pairs(authors: Sequence[AuthorQuality]) -> list[tuple[str, str | None]]:
    """Author and label (None: all labels) of the answers that do not count."""
    return [(each.author, None if label == EVERY_LABEL else label) for each in authors for label in each.discounted]


def _author(author: str, answers: int, both: int, either: int, discounted: Sequence[str]) -> AuthorQuality:
    interval = wilson(both, either)
    return AuthorQuality(
        author=author,
        answers=answers,
        agreement=both / either if either else None,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        discounted=tuple(sorted(discounted)),
    )
