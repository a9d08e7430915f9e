"""Finds answers of a file that contradict each other, and those that were recorded from it before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from tagging.aws import CONNECTIONS
from tagging.corrections import Correction, ReviewTable


def find_contradictions(lines: Sequence[tuple[int, Correction]]) -> dict[int, str]:
    """Why lines cannot count, by number: one person answers the same item in two ways at the same time.

    Nobody knows which of the lines is meant, so that none of them is.
    """
    groups: dict[tuple[str, str, str], list[tuple[int, Correction]]] = {}
    for number, each in lines:
        groups.setdefault((each.item, each.author, each.answered_at), []).append((number, each))
    mistakes = {}
    for group in groups.values():
        for number, each in group:
            others = [other for other, correction in group if _differs(each, correction)]
            if others:
                mistakes[number] = f"{each.item} is answered in another way in line {others[0]}: leave one of them"
    return mistakes


def find_recorded(reviews: ReviewTable, corrections: Iterable[Correction]) -> frozenset[str]:
    """Ids of those that say what the last file of their author said, whatever their time. Raises botocore's errors.

    A spreadsheet that is saved again gives its lines a new time. Without this, an answer that its author has changed
    elsewhere since would come back with it.
    """
    of_item: dict[str, list[Correction]] = {}
    for each in corrections:
        of_item.setdefault(each.item, []).append(each)
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        recorded = dict(zip(of_item, threads.map(reviews.of_item, of_item), strict=True))
    return frozenset(each.id for item, group in of_item.items() for each in group if _is_recorded(each, recorded[item]))


def _is_recorded(correction: Correction, recorded: Collection[Correction]) -> bool:
    """Whether an earlier file has the answer, and no later one has another."""
    of_files = [each for each in recorded if (each.author, each.source) == (correction.author, correction.source)]
    same = [each.answered_at for each in of_files if _said(each) == _said(correction)]
    return bool(same) and not any(_differs(each, correction) and each.answered_at >= max(same) for each in of_files)


def _said(correction: Correction) -> tuple[Mapping[str, bool | None], bool, bool, bool, str]:
    """What a person answered, without its time and version."""
    each = correction
    return each.answers, each.complete, each.cannot_tell, each.blind, each.note


def _differs(one: Correction, other: Correction) -> bool:
    """Whether both cannot hold: another answer about a label, or to be undecided beside an answer."""
    if one.cannot_tell != other.cannot_tell:
        return True
    return any(other.answers.get(label, yes) != yes for label, yes in one.answers.items())
