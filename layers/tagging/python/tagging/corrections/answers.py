"""From corrections to what holds now: per item and label, the latest answer of each author, and their majority."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from tagging.corrections.correction import Correction

Cell = tuple[str, str]
"""Item id and label."""


class Answered(Struct, frozen=True):
    """What people say of one label of one item."""

    yes: bool
    authors: tuple[str, ...]
    """Who gave this answer, by name; those who gave the other one are fewer."""


class _Latest(Struct, frozen=True):
    at: tuple[str, str]
    """Time of the answer and id of the correction, which orders answers of one millisecond."""
    yes: bool | None


def current_answers(
    corrections: Iterable[Correction],
    *,
    discounted: Collection[tuple[str, str | None]] = (),
    blind_only: bool = False,
    renamed: Mapping[str, str] = {},
) -> dict[Cell, Answered]:
    """The answers that hold, by item and label; the order of `corrections` has no meaning.

    A cell without a majority of its authors is left out: it is unknown. `discounted`: authors (with None: for all
    labels) who do not count. `blind_only`: only answers that measure; any answer withdraws. `renamed`: old label → the
    label that it is now; of labels that were merged, one `yes` is enough, and a `no` needs all of them.
    """
    votes = answers_by_author(corrections, blind_only=blind_only, renamed=renamed)
    out = frozenset(discounted)
    current = {}
    for (item, label), by_author in votes.items():
        counted = {
            author: yes for author, yes in by_author.items() if (author, None) not in out and (author, label) not in out
        }
        agreeing = sum(counted.values())
        if 2 * agreeing != len(counted):
            majority = 2 * agreeing > len(counted)
            authors = tuple(sorted(author for author, yes in counted.items() if yes == majority))
            current[item, label] = Answered(majority, authors)
    return current


def answers_by_author(
    corrections: Iterable[Correction], *, blind_only: bool = False, renamed: Mapping[str, str] = {}
) -> dict[Cell, dict[str, bool]]:
    """The latest answer of each author who has one, by item and label; arguments as of `current_answers`."""
    latest: dict[tuple[str, str], dict[str, _Latest]] = defaultdict(dict)
    for correction in corrections:
        at, of_author = (correction.answered_at, correction.id), latest[correction.item, correction.author]
        for label, yes in correction.answers.items():
            counts = yes is None or correction.blind or not blind_only
            if counts and (label not in of_author or of_author[label].at < at):
                of_author[label] = _Latest(at, yes)
    merged: dict[str, list[str]] = defaultdict(list)
    for old, new in renamed.items():
        merged[new].append(old)
    cells: dict[Cell, dict[str, bool]] = defaultdict(dict)
    for (item, author), of_author in latest.items():
        for label in dict.fromkeys(renamed.get(label, label) for label in of_author):
            yes = _yes(of_author, label, merged.get(label, ()))
            if yes is not None:
                cells[item, label][author] = yes
    return dict(cells)


def _yes(of_author: Mapping[str, _Latest], label: str, old: Collection[str]) -> bool | None:
    """An author's answer about a label: the later one of the direct one and of those about its old labels."""
    direct = [of_author[label]] if label in of_author else []
    values = [of_author[each].yes for each in old if each in of_author]
    if not values or (True not in values and False in values and values.count(False) < len(old)):
        return direct[0].yes if direct else None  # a `no` about one of several merged labels says nothing
    merged = True if True in values else None if None in values else False
    at = max(of_author[each].at for each in old if each in of_author)
    return max([_Latest(at, merged), *direct], key=lambda each: each.at).yes
