"""Answers about labels of earlier taxonomies, as answers about the current ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tagging.corrections import Answered
from tagging.taxonomy import Change


def current_names(changes: Sequence[Change]) -> dict[str, str]:
    """Each label that was renamed or merged -> the label that it is now."""
    names: dict[str, str] = {}
    for change in changes:
        if change.kind in ("rename", "merge"):
            (now,) = change.new
            names = {old: now if name in change.old else name for old, name in names.items()}
            names |= dict.fromkeys(change.old, now)
    return names


def carried(cells: Mapping[str, Answered], changes: Iterable[Change]) -> dict[str, Answered]:
    """One item's answers by label, without labels that were split or deprecated.

    A `no` to a label that was split is a `no` to each part; a `yes` tells of none of them which it is.
    """
    current = dict(cells)
    for change in changes:
        if change.kind in ("split", "deprecate"):
            for old in change.old:
                answered = current.pop(old, None)
                if answered is not None and not answered.yes:
                    current = dict.fromkeys(change.new, answered) | current
    return current
