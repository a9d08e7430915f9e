"""Hours of the log made in memory, of features drawn at random."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from tagging.feature_log import Batch, Entry, LoggedItem, OpenHour, ScoredBy, VersionLogits
from tagging.feature_log.compaction import compact
from tagging.feature_log.logged_item import pack_item
from tagging.feature_log.peaks import pack_peaks, peaks_of
from tagging.item import Facts
from tagging.model import Bundle, Features, as_stored, decide, predict

DECIDER = "d" * 12


def logged(
    features: Sequence[Features], version: Bundle, heads: Sequence[tuple[str, ...] | None], again: Sequence[str] = ()
) -> OpenHour:
    """An hour in which `version` decided these items, `item000` and so on."""
    entries = []
    features = [replace(each, dense=np.stack([*map(as_stored, each.dense)]), cuts=()) for each in features]
    for number, (each, requested) in enumerate(zip(features, heads, strict=True)):
        prediction = predict(each, version)
        label_set = decide(each, prediction, version, requested)
        item = LoggedItem(f"item{number:03}", "mail", requested, Facts(), each)
        logits = prediction.logits.astype("<f4").tobytes()
        peaks = pack_peaks(peaks_of(each, prediction, version))
        entries.append(
            Entry(
                item.id,
                3,
                f"2026-01-31T10:00:{number % 60:02}.000+00:00",
                tuple(label.id for label in label_set.labels),
                label_set.review_reasons,
                False,
                None,
                (VersionLogits(DECIDER, logits, prediction.beyond_cut, peaks),),
                pack_item(item),
                item.id in again,
            )
        )
    batch = Batch({DECIDER: ScoredBy(version.scorer, tuple(version.decisions))}, tuple(entries))
    compacted = compact({"2026013110-" + "a" * 16: batch}, "inputs")
    return OpenHour(compacted.hour, None, None, compacted.items)


def some_heads(rng: np.random.Generator, version: Bundle) -> tuple[str, ...] | None:
    """Requested heads: mostly all."""
    return None if rng.random() < 0.7 else tuple(head.id for head in version.taxonomy.heads if rng.random() < 0.5)
