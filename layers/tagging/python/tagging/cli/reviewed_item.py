"""How commands print an item's entry in the review queue, and what people answered about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from rich.table import Table
from rich.text import Text

from tagging.corrections import Correction, ReviewEntry, current_answers

_NAMED: Final = 4
"""Authors who are named of those who agree; --json names all."""


@dataclass(frozen=True)
class Reviewed:
    """One item as the review table has it."""

    entry: ReviewEntry | None
    corrections: Sequence[Correction]

    @property
    def answers(self) -> dict[str, tuple[bool, tuple[str, ...]]]:
        """Label → whether it holds, and who says so; without those that are disputed."""
        current = current_answers(self.corrections)
        return {label: (each.yes, each.authors) for (_, label), each in sorted(current.items())}


def review_document(reviewed: Reviewed) -> dict[str, Any]:
    """The review of an item in JSON."""
    return {
        "entry": msgspec.to_builtins(reviewed.entry),
        "corrections": [msgspec.to_builtins(each) | {"id": each.id} for each in reviewed.corrections],
        "answers": {label: {"yes": yes, "authors": authors} for label, (yes, authors) in reviewed.answers.items()},
    }


def add_reviews(table: Table, reviewed: Reviewed) -> None:
    """Add lines for the entry, each correction and the answers that hold; nothing where there is none."""
    if (entry := reviewed.entry) is not None:
        why = {"sample": "drawn by chance", "suspected": "suspected of a wrong label", "drift": "beside a drift alarm"}
        about = f" ({', '.join(entry.labels)})" if entry.labels else ""
        chance = f", probability {entry.chance:.2g}" if entry.purpose == "measure" else ""
        text = f"{entry.state}: {why[entry.reason]}{about}{chance}, to {entry.purpose}, since {entry.drawn_at[:16]}"
        table.add_row("review", Text(text))
    for each in reviewed.corrections:
        table.add_row("answer", Text(_format(each)))
    for label, (yes, authors) in reviewed.answers.items():
        table.add_row("holds" if yes else "does not hold", Text(f"{label}, by {_names(authors)}"))


def _names(authors: Sequence[str]) -> str:
    others = f" and {len(authors) - _NAMED} others" if len(authors) > _NAMED else ""
    return ", ".join(authors[:_NAMED]) + others


def _format(correction: Correction) -> str:
    marks = {True: "+", False: "-", None: "?"}
    answers = " ".join(f"{marks[yes]}{label}" for label, yes in correction.answers.items())
    kind = "cannot tell" if correction.cannot_tell else "complete" if correction.complete else ""
    details = ", ".join(each for each in (kind, "blind" if correction.blind else "", correction.source) if each)
    note = f"\n{correction.note}" if correction.note else ""
    return f"{correction.answered_at[:19]} {correction.author} ({details}): {answers}".rstrip(": ") + note
