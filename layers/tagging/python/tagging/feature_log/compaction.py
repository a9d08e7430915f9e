"""Compaction of the batches of one hour: a pure function of their content."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import numpy as np
from msgspec import Struct

from tagging.feature_log.batch import Batch, Entry, ScoredBy, VersionLogits
from tagging.feature_log.hour import Block, Decided, Hour


class CompactedHour(Struct, frozen=True):
    """The two objects of an hour."""

    hour: Hour
    items: bytes
    """Every `LoggedItem` that `hour` refers to, end to end."""


def compact(batches: Mapping[str, Batch], inputs: str) -> CompactedHour:
    """Make one hour of its batches by reference; their order does not matter. `inputs`: see `Hour`.

    An item that was decided more than once has its current revision only.
    """
    current: dict[str, tuple[tuple[int, str, str], Entry]] = {}
    begun = {entry.id for batch in batches.values() for entry in batch.entries if not entry.again}
    for reference, batch in batches.items():
        for entry in batch.entries:
            rank = (*entry.rank, reference)
            if entry.id not in current or current[entry.id][0] < rank:
                current[entry.id] = (rank, entry)
    ordered = [(current[each][0][2], current[each][1]) for each in sorted(current)]
    scored = {version: by for reference in sorted(batches) for version, by in batches[reference].versions.items()}
    decided, start = [], 0
    for reference, entry in ordered:
        decided.append(_decided(entry, reference, start, again=entry.id not in begun))
        start = decided[-1].end
    blocks = _blocks([entry for _, entry in ordered], scored)
    return CompactedHour(Hour(tuple(decided), blocks, inputs), b"".join(entry.item for _, entry in ordered))


def without(hour: Hour, erased: Collection[str]) -> Hour:
    """The hour without these items; the others keep their places in the object of items."""
    kept = [row for row, each in enumerate(hour.decided) if each.id not in erased]
    moved = {row: position for position, row in enumerate(kept)}
    blocks = tuple(filter(None, (_kept(block, moved) for block in hour.blocks)))
    return Hour(tuple(hour.decided[row] for row in kept), blocks, hour.inputs)


def _decided(entry: Entry, reference: str, start: int, *, again: bool) -> Decided:
    return Decided(
        entry.id,
        entry.generation,
        entry.tagged_at,
        entry.predictions[0].version,
        entry.labels,
        entry.review_reasons,
        entry.ticket,
        entry.quarantine,
        reference,
        start,
        start + len(entry.item),
        again,
    )


def _blocks(entries: list[Entry], scored: Mapping[str, ScoredBy]) -> tuple[Block, ...]:
    """One block for each version that decided, and one for each that was a shadow."""
    groups: dict[tuple[str, bool], list[tuple[int, VersionLogits]]] = {}
    for row, entry in enumerate(entries):
        for each in entry.predictions:
            groups.setdefault((each.version, not each.peaks), []).append((row, each))
    return tuple(_block(version, scored[version], groups[version, shadow]) for version, shadow in sorted(groups))


def _block(version: str, by: ScoredBy, rows: Iterable[tuple[int, VersionLogits]]) -> Block:
    rows = list(rows)
    return Block(
        version,
        by,
        tuple(row for row, _ in rows),
        b"".join(each.logits for _, each in rows),
        np.array([each.beyond_cut for _, each in rows], dtype="<f4").tobytes(),
        b"".join(each.peaks for _, each in rows),
    )


def _kept(block: Block, moved: Mapping[int, int]) -> Block | None:
    """The block of the rows that stay, at their new positions; None where none stays."""
    stay = [position for position, row in enumerate(block.rows) if row in moved]
    if not stay:
        return None
    peaks = np.frombuffer(block.peak_bytes, np.uint8).reshape(len(block.rows), -1)[stay]
    return Block(
        block.version,
        block.by,
        tuple(moved[block.rows[position]] for position in stay),
        block.logits[stay].tobytes(),
        block.beyond_cut[stay].tobytes(),
        peaks.tobytes(),
    )
