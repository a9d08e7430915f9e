"""Resolves conflicts of several attempts at one row: the first outcome stays, unless a later one adds something."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from tagging.quarantine import Quarantine
from tagging.store.label_table import LabelTable
from tagging.store.output import Output
from tagging.store.revision import Revision
from tagging.store.row import Row

_TRIES = 5

Changed = Callable[[Row], Mapping[str, Output]]
"""The outputs, by name, that a revision of a row changes."""


class Contended(Exception):
    """Other attempts kept writing the same row; the item is delivered again. The text is the item's id."""


class Resolution(Struct, frozen=True):
    """The current row after an attempt."""

    row: Row
    written: bool
    """Whether this attempt wrote it: only then is it counted."""


def _unchanged(_: Row) -> Mapping[str, Output]:
    return {}


def resolve_conflict(table: LabelTable, row: Row, started_at: str, changed: Changed = _unchanged) -> Resolution:
    """Write an attempt's row or keep the current one; `started_at` is the start of the attempt (ISO 8601).

    A redelivery keeps the first outcome. An item tagged by a higher generation gains a revision, and one of a lower
    generation changes nothing; within one generation, an item tagged by another bundle or for other heads gains one. An
    inline id that is used again for other content is quarantined in a row beside the first. A forgotten item stays
    forgotten.
    """
    current = table.put(row)
    for _ in range(_TRIES):
        if current.attempt == row.attempt:
            return Resolution(current, written=True)
        if current.input_hash and row.input_hash and current.input_hash != row.input_hash:
            return resolve_conflict(table, _conflicting(row), started_at, changed)
        if not _adds(row, current, started_at):
            return Resolution(current, written=False)
        revised = current.revised(row, changed(current))
        if table.replace(current, revised):
            return Resolution(revised, written=True)
        reread = table.get(row.id)
        current = reread if reread is not None else table.put(row)
    raise Contended(row.id)


def revise(table: LabelTable, seen: Row, row: Row, started_at: str, changed: Changed = _unchanged) -> Resolution:
    """Add the outcome of an item that is decided again to its row, as `seen`, if the decision is another one.

    By the rules of `resolve_conflict`; a row that was deleted meanwhile stays deleted.
    """
    current = seen
    for _ in range(_TRIES):
        if not _adds(row, current, started_at) or current.revision.decides_as(row.revision):
            return Resolution(current, written=False)
        revised = current.revised(row, changed(current))
        if table.replace(current, revised):
            return Resolution(revised, written=True)
        reread = table.get(row.id)
        if reread is None:
            return Resolution(current, written=False)
        current = reread
    raise Contended(row.id)


def _adds(row: Row, current: Row, started_at: str) -> bool:
    """Whether the row's outcome is a new revision, and neither a repetition nor from a straggler."""
    new = row.revision
    if new.quarantine is not None or current.forgotten or new.generation < current.revision.generation:
        return False
    if current.revision.quarantine is not None or new.generation > current.revision.generation:
        return True  # it could not be tagged before and now it can, or another version decides since
    revisions = [each for each in (current.revision, *current.earlier) if each.generation == new.generation]
    previous = [(each.bundle, each.heads) for each in revisions]
    if (new.bundle, new.heads) in previous:
        return False
    return new.heads != current.revision.heads or started_at > current.revision.tagged_at


def _conflicting(row: Row) -> Row:
    """The quarantined row of content whose id belongs to other content; no sender's id contains `~`."""
    quarantine = Quarantine("other_content", "this id was used before for other content")
    return replace(
        row,
        id=f"{row.id}~{str(row.input_hash)[:12]}",
        revision=Revision(row.revision.tagged_at, row.revision.bundle, heads=row.revision.heads, quarantine=quarantine),
        outputs={},
    )
