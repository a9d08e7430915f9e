"""Counts of one hour's items by the version that serves now, and how they add up; one object holds a day of hours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tagging.quality.score_bins import BINS, bins_of
from tagging.quality.scoring import ScoredHour

Counts = tuple[int, ...]

WORD_EDGES = (5, 10, 20, 40, 80, 160, 320)
"""An item with fewer words than the first is in the first of 8 bins."""
UNKNOWN_EDGES = (1e-9, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16)
"""Of the share of unknown word pieces: the first of 8 bins holds items without any."""
_NONE: Counts = (0,) * BINS
_EIGHT: Counts = (0,) * 8


class LabelCounts(Struct, frozen=True):
    """Items by the score of one label; those without a score are in neither."""

    given: Counts = _NONE
    """[BINS]: items with the label."""
    not_given: Counts = _NONE
    """[BINS]: items without it."""
    as_served: int = 0
    """Items to which the version of their time gave it."""


class AskedItem(Struct, frozen=True):
    """An item of the queue that measures, as this version scores it."""

    id: str
    scores: dict[str, float]
    labels: tuple[str, ...]
    """Those that this version gives."""


class HourSummary(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The items that were decided first in one hour."""

    inputs: str = ""
    """Of the hour that it was made of: see `Hour.inputs`."""
    written: str = ""
    """When that hour's object was written; where it changed, the summary is made again."""
    made_at: str = ""
    items: int = 0
    """Without those that cannot be scored."""
    unscored: int = 0
    """Items that this version cannot score."""
    generations: dict[str, int] = {}
    """Items by the generation that decided them."""
    languages: dict[str, int] = {}
    """Items in a language that the encoder knows (`known`), and others (`other`)."""
    reasons: dict[str, int] = {}
    """Items by reason for review, as their rows have it; `unlike_training` by this version."""
    no_label: int = 0
    lengths: Counts = _EIGHT
    unknown_pieces: Counts = _EIGHT
    labels: dict[str, LabelCounts] = {}
    asked: tuple[AskedItem, ...] = ()


class DaySummary(Struct, frozen=True, kw_only=True):
    """The hours of one day (UTC) by one version."""

    schema: str = "tagging.summary/1"
    scored_by: str = ""
    """Names thresholds and packs: where they changed, the day is made anew."""
    hours: dict[str, HourSummary] = {}
    """By hour: `00` to `23`."""


def summarise_hour(scored: ScoredHour, asked: Collection[str], written: str = "", made_at: str = "") -> HourSummary:
    """Count an hour. `asked`: ids of the items that are in the queue that measures."""
    decided = [scored.opened.hour.decided[row] for row in scored.rows]
    served = Counter(label for each in decided for label in each.labels)
    reasons: Counter[str] = Counter(reason for each in decided for reason in each.review_reasons)
    reasons["unlike_training"] = int((scored.beyond_cut > 0).sum())
    languages = Counter("other" if each.other_language else "known" for each in scored.facts)
    return HourSummary(
        inputs=scored.opened.hour.inputs,
        written=written,
        made_at=made_at,
        items=len(decided),
        unscored=scored.unscored,
        generations=dict(Counter(str(each.generation) for each in decided)),
        languages=dict(languages),
        reasons={reason: count for reason, count in sorted(reasons.items()) if count},
        no_label=int((~scored.assigned.any(axis=1)).sum()),
        lengths=_eight([each.words for each in scored.facts], WORD_EDGES),
        unknown_pieces=_eight([each.unknown_pieces for each in scored.facts], UNKNOWN_EDGES),
        labels=_label_counts(scored, served),
        asked=tuple(_asked(scored, row) for row, item in enumerate(scored.ids) if item in asked),
    )


def add_up(hours: Iterable[HourSummary]) -> HourSummary:
    """One summary of several hours; the same whatever their order, but for that of `asked`."""
    hours = list(hours)
    labels = dict.fromkeys(label for hour in hours for label in hour.labels)
    return HourSummary(
        items=sum(hour.items for hour in hours),
        unscored=sum(hour.unscored for hour in hours),
        generations=_total(hour.generations for hour in hours),
        languages=_total(hour.languages for hour in hours),
        reasons=_total(hour.reasons for hour in hours),
        no_label=sum(hour.no_label for hour in hours),
        lengths=_summed([hour.lengths for hour in hours], len(_EIGHT)),
        unknown_pieces=_summed([hour.unknown_pieces for hour in hours], len(_EIGHT)),
        labels={label: _added([hour.labels[label] for hour in hours if label in hour.labels]) for label in labels},
        asked=tuple(each for hour in hours for each in hour.asked),
    )


def _label_counts(scored: ScoredHour, served: Counter[str]) -> dict[str, LabelCounts]:
    """Of all labels that the version scored anywhere, or that an item has."""
    counts = {}
    for column, label in enumerate(scored.labels):
        known = ~np.isnan(scored.scores[:, column])
        if not known.any() and not served[label]:
            continue
        bins, given = bins_of(scored.scores[known, column].astype(np.float64)), scored.assigned[known, column]
        counts[label] = LabelCounts(_binned(bins[given]), _binned(bins[~given]), served[label])
    others = {label: LabelCounts(as_served=count) for label, count in served.items() if label not in counts}
    return {**counts, **others}


def _binned(bins: NDArray[np.int64]) -> Counts:
    return tuple(np.bincount(bins, minlength=BINS).tolist())


def _asked(scored: ScoredHour, row: int) -> AskedItem:
    labels = [label for label, given in zip(scored.labels, scored.assigned[row], strict=True) if given]
    scores = zip(scored.labels, scored.scores[row].tolist(), strict=True)
    known = {label: round(score, 4) for label, score in scores if score == score}
    return AskedItem(scored.opened.hour.decided[scored.rows[row]].id, known, tuple(labels))


def _eight(values: list[int] | list[float], edges: tuple[float, ...]) -> Counts:
    places = np.searchsorted(edges, np.array(values, dtype=float), side="right")
    return tuple(np.bincount(places, minlength=len(edges) + 1).tolist())


def _total(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(sorted(total.items()))


def _summed(rows: list[Counts], size: int) -> Counts:
    return tuple(np.array(rows, dtype=np.int64).reshape(-1, size).sum(axis=0).tolist())


def _added(counts: list[LabelCounts]) -> LabelCounts:
    return LabelCounts(
        _summed([each.given for each in counts], BINS),
        _summed([each.not_given for each in counts], BINS),
        sum(each.as_served for each in counts),
    )
