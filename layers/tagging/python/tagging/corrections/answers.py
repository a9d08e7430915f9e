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
    answers = {cell: majority(counted_votes(by_author, cell[1], out)) for cell, by_author in votes.items()}
    return {cell: answer for cell, answer in answers.items() if answer is not None}


def counted_votes(
    votes: Mapping[str, bool], label: str, discounted: Collection[tuple[str, str | None]]
) -> dict[str, bool]:
    """The votes about a label without those of authors who are discounted on it, or (None) on all labels."""
    return {
        author: yes
        for author, yes in votes.items()
        if (author, None) not in discounted and (author, label) not in discounted
    }


def majority(votes: Mapping[str, bool]) -> Answered | None:
    """What most authors say, and who; None where neither answer has more than half."""
    agreeing = sum(votes.values())
    if 2 * agreeing == len(votes):
        return None
    yes = 2 * agreeing > len(votes)
    return Answered(yes, tuple(sorted(author for author, each in votes.items() if each == yes)))


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
