"""The latest items in the bins of a histogram that have gained most: what a drift looks like."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
from msgspec import Struct

from tagging.feature_log import Decided, HourKey
from tagging.quality.drift_days import label_bin
from tagging.quality.sampling import Bools
from tagging.quality.score_bins import bins_of
from tagging.quality.scoring import ItemFacts, ScoredHour
from tagging.quality.summary import UNKNOWN_EDGES, WORD_EDGES

MOST_ITEMS: Final = 20


class DriftedItem(Struct, frozen=True):
    """An item beside a drift, and where the log has it."""

    key: HourKey
    scored: ScoredHour
    row: int
    """Position in `hour.decided`."""

    @property
    def decided(self) -> Decided:
        """The decision on it."""
        return self.scored.opened.hour.decided[self.row]


def find_items(
    hours: Iterable[tuple[HourKey, ScoredHour]], bins: Mapping[str, int], inputs: frozenset[str]
) -> dict[str, list[DriftedItem]]:
    """Up to 20 items for each name, from as many of these hours as it takes. `bins`: of each name; `inputs`: no labels.

    Raises what reading the hours raises.
    """
    found: dict[str, list[DriftedItem]] = {name: [] for name in bins}
    for key, scored in hours:
        for name, wanted in bins.items():
            inside = _in_bin(scored, name, wanted, is_input=name in inputs)
            rows = [scored.rows[place] for place in reversed(np.flatnonzero(inside).tolist())]
            found[name] += [DriftedItem(key, scored, row) for row in rows[: MOST_ITEMS - len(found[name])]]
        if all(len(items) == MOST_ITEMS for items in found.values()):
            break
    return found


def _in_bin(scored: ScoredHour, name: str, wanted: int, *, is_input: bool) -> Bools:
    """Which items [items] are in the bin."""
    if not is_input:
        return _in_label_bin(scored, name, wanted)
    if name == "unlike_training":
        return np.asarray((scored.beyond_cut > 0) == wanted)
    if name == "no_label":
        return np.asarray(~scored.assigned.any(axis=1) == wanted)
    return np.array([_input_bin(each, name) == wanted for each in scored.facts], dtype=np.bool_)


def _input_bin(facts: ItemFacts, name: str) -> int:
    if name == "language":
        return int(facts.other_language)
    if name == "length":
        return bisect_right(WORD_EDGES, facts.words)
    return bisect_right(UNKNOWN_EDGES, facts.unknown_pieces)


def _in_label_bin(scored: ScoredHour, label: str, wanted: int) -> Bools:
    if label not in scored.labels:
        return np.zeros(len(scored.rows), dtype=bool)
    column = scored.labels.index(label)
    scores, given = scored.scores[:, column].astype(np.float64), scored.assigned[:, column]
    known = ~np.isnan(scores)
    bins = bins_of(np.where(known, scores, 0.0))
    found = [label_bin(int(each), given=bool(has)) for each, has in zip(bins, given, strict=True)]
    return np.asarray(known & (np.array(found, dtype=np.int64) == wanted))
