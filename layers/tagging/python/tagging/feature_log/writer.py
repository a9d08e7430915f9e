"""Writes what one attempt at a batch scored: the part of the log that functions need."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from tagging.feature_log.batch import Batch, Entry, ScoredBy, VersionLogits, pack_batch
from tagging.feature_log.keys import Attempt
from tagging.feature_log.logged_item import LoggedItem, pack_item
from tagging.feature_log.peaks import pack_peaks, peaks_of
from tagging.feature_log.storage import LogStore
from tagging.item import Facts
from tagging.kinds import Kind
from tagging.model import Bundle, Features, Prediction
from tagging.store import Outcome, Resolution, Row, Tagged

Kept = Literal["all", "sampled"]
SAMPLED: Final = 0.05
"""Share of the items without review whose features `sampled` keeps."""


class Scored(Struct, frozen=True):
    """What an item was scored by, until its row is written."""

    facts: Facts
    features: Features
    predictions: Mapping[str, tuple[Bundle, Prediction]]
    """By id of the version: of the one that decides, then of the shadows."""
    again: bool = False
    """See `Entry.again`."""

    @property
    def decisive(self) -> Prediction:
        """The prediction of the version that decides."""
        return next(iter(self.predictions.values()))[1]


class FeatureLog(Struct, frozen=True):
    """The log of one function: the items of its kind, by one encoder."""

    store: LogStore
    kind: Kind
    encoder: str
    kept: Kept = "all"

    def begin(self) -> Attempt:
        """A new attempt, in the current hour."""
        return Attempt.begun(datetime.now(UTC))

    def keeps(self, outcome: Outcome) -> bool:
        """Whether an item is kept: all of them, or those for review and an exact share of the others, by their ids."""
        if self.kept == "all" or not isinstance(outcome.result, Tagged) or outcome.result.label_set.review:
            return True
        digest = hashlib.sha256(b"features" + outcome.item_id.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8]) < SAMPLED * 2**64

    def write(self, attempt: Attempt, items: Sequence[tuple[Outcome, Scored]]) -> None:
        """Write the items of one attempt as one object. Raises botocore's errors."""
        versions = {
            version: ScoredBy(bundle.scorer, tuple(bundle.decisions))
            for _, scored in items
            for version, (bundle, _) in scored.predictions.items()
        }
        batch = Batch(versions, tuple(_entry(outcome, scored) for outcome, scored in items))
        self.store.put_batch(attempt.key(self.kind, self.encoder), pack_batch(batch))


class AttemptLog:
    """Collects what one attempt at a batch scored, and writes the items whose rows it wrote."""

    def __init__(self, log: FeatureLog | None) -> None:
        self._log = log
        self._attempt = None if log is None else log.begin()
        self._noted: dict[str, list[tuple[Outcome, Scored]]] = {}
        self.scored: dict[str, tuple[Outcome, Scored]] = {}
        """Every item that was scored, by its id, whether it is kept or not."""
        self.error: Exception | None = None
        """Why nothing was written; the items are tagged all the same."""

    def note(self, outcome: Outcome, scored: Scored) -> Outcome:
        """The outcome, with the reference of this attempt if its features are kept."""
        self.scored[outcome.item_id] = outcome, scored
        if self._log is None or self._attempt is None or outcome.probe or not self._log.keeps(outcome):
            return outcome
        kept = replace(outcome, log=self._attempt.reference)
        self._noted.setdefault(outcome.item_id, []).append((kept, scored))
        return kept

    def flips(
        self, rows: Iterable[Row], versions: tuple[str, str] | None, refuse: Callable[[str], None]
    ) -> Mapping[str, int]:
        """Critical labels that a shadow would add to these items or take from them.

        `versions`: ids of champion and shadow. `refuse` is called with the shadow's where it fails.
        """
        if versions is None:
            return {}
        from tagging.feature_log.shadow_flips import critical_flips  # not at a start: most stages have no shadow

        try:
            return critical_flips([self.scored[row.id] for row in rows if row.id in self.scored], *versions)
        except Exception:  # any fault of a shadow: no item depends on it
            refuse(versions[1])
            return {}

    @contextmanager
    def writing(self, resolved: Iterable[Resolution], executor: Executor) -> Iterator[None]:
        """Write the noted items whose rows were written, while the body runs; faults are kept in `error`."""
        current: dict[str, Row] = {}
        for row in (each.row for each in resolved if each.written and each.row.revision.log is not None):
            # Copies of an item in one batch may each write a revision: the last one is the row's.
            if row.id not in current or len(row.earlier) > len(current[row.id].earlier):
                current[row.id] = row
        items = [self._of(row) for row in current.values()]
        if self._log is None or self._attempt is None or not items:
            yield
            return
        write = executor.submit(self._log.write, self._attempt, items)
        try:
            yield
        finally:
            try:
                write.result()
            except Exception as error:  # any fault: features can be made again of the object
                self.error = error

    def _of(self, row: Row) -> tuple[Outcome, Scored]:
        """What the row was written from; a batch may hold copies of an item, of which one wrote it."""
        noted = self._noted[row.id]
        revision = (row.revision.tagged_at, row.revision.heads)
        outcome, scored = next(each for each in noted if (each[0].at, each[0].heads) == revision)
        return outcome, replace(scored, again=any(each.log is not None for each in row.earlier))


def _entry(outcome: Outcome, scored: Scored) -> Entry:
    tagged = outcome.result if isinstance(outcome.result, Tagged) else None
    return Entry(
        id=outcome.item_id,
        generation=outcome.generation,
        tagged_at=outcome.at,
        labels=tuple(label.id for label in tagged.label_set.labels) if tagged else (),
        review_reasons=tagged.label_set.review_reasons if tagged else (),
        ticket=outcome.ticket() is not None,
        quarantine=None if isinstance(outcome.result, Tagged) else outcome.result.reason,
        predictions=_predictions(scored),
        item=pack_item(LoggedItem(outcome.item_id, outcome.kind, outcome.heads, scored.facts, scored.features)),
        again=scored.again,
    )


def _predictions(scored: Scored) -> tuple[VersionLogits, ...]:
    result: list[VersionLogits] = []
    for version, (bundle, prediction) in scored.predictions.items():
        peaks = b"" if result else pack_peaks(peaks_of(scored.features, prediction, bundle))
        result.append(VersionLogits(version, prediction.logits.astype("<f4").tobytes(), prediction.beyond_cut, peaks))
    return tuple(result)
