"""Which outcome stands when attempts meet at one item's row: the first, unless a later one has something new."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from tagging.quarantine import Quarantine
from tagging.store.label_table import LabelTable
from tagging.store.row import Row

_TRIES = 5


class Contended(Exception):
    """Other attempts kept writing the same row: the item is delivered again. The text is the item's id."""


class Resolution(Struct, frozen=True):
    """The row that stands after an attempt wrote, or did not need to."""

    row: Row
    fresh: bool
    """Whether it holds this attempt's outcome: only then is it counted."""


def resolve_conflict(table: LabelTable, row: Row, began: str) -> Resolution:
    """Write an attempt's row, or find the one that stands; `began` is when the attempt began (ISO 8601).

    A redelivery finds the first outcome and leaves it. An item tagged by another bundle or for other heads gains a
    revision. An inline id that comes again with other content is quarantined beside the row it cannot replace. An
    item that was forgotten stays so.
    """
    standing = table.put(row)
    for _ in range(_TRIES):
        if standing.attempt == row.attempt:
            return Resolution(standing, fresh=True)
        if standing.input_hash and row.input_hash and standing.input_hash != row.input_hash:
            return resolve_conflict(table, _conflicting(row), began)
        if not _adds(row, standing, began):
            return Resolution(standing, fresh=False)
        revised = standing.revised(row)
        if table.replace(standing, revised):
            return Resolution(revised, fresh=True)
        seen = table.get(row.id)
        standing = seen if seen is not None else table.put(row)
    raise Contended(row.id)


def _adds(row: Row, standing: Row, began: str) -> bool:
    """Whether the row's outcome is a revision of the standing one and not a repetition or a straggler's."""
    new = row.revision
    if new.quarantine is not None or standing.forgotten:
        return False
    if standing.revision.quarantine is not None:
        return True  # what could not be tagged now can
    made = [(each.bundle, each.heads) for each in (standing.revision, *standing.earlier)]
    if (new.bundle, new.heads) in made:
        return False
    return new.heads != standing.revision.heads or began > standing.revision.tagged_at


def _conflicting(row: Row) -> Row:
    """The quarantine of content that came under another content's id; `~` stands in no sender's id."""
    why = Quarantine("other_content", "this id was used before for other content")
    return replace(
        row,
        id=f"{row.id}~{str(row.input_hash)[:12]}",
        revision=replace(row.revision, labels=(), scores=None, review=False, quarantine=why),
        ticket="none",
        ticket_body=None,
    )
