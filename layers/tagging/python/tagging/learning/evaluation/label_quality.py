"""How good each label is by itself, over the cells of which it is known whether it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from tagging.learning.evaluation import metrics
from tagging.learning.evaluation.calibration_quality import (
    FROM_SCORE,
    brier_skill,
    calibration_error,
    calibration_slope,
    chance_errors,
)
from tagging.learning.evaluation.metric_values import MetricValue, figure, share
from tagging.learning.evaluation.predictions import PredictionSet
from tagging.learning.numeric import FEWEST_POSITIVES, Bootstrap, Floats, percentiles, reflected
from tagging.taxonomy import Cost, Floor

TELLING_POSITIVES = 50
"""Known yes below which calibration cannot be told from chance."""
SLOPES, MOST_ERROR = (0.7, 1.4), 0.08


@dataclass(frozen=True)
class LabelQuality:
    """One label; `support` is the number of known yes, `known` that of known cells."""

    id: str
    head: str
    route: str | None
    critical: bool
    proven: bool
    guess: bool
    threshold: float | None
    """None where the head's policy does not ask for one."""
    known: int
    support: int
    given: int
    hits: int
    precision: MetricValue
    recall: MetricValue
    f1: MetricValue
    average_precision: MetricValue
    brier_skill: MetricValue
    calibration_slope: MetricValue
    calibration_error: MetricValue
    chance_error: MetricValue
    """What the error would be if every score were exactly right: mean, and the middle 95 % of replays."""
    calibrated: bool | None
    """Whether all three are as they should be (see `is_calibrated`); None where too few rows hold it to tell."""
    error_by_chance: bool | None
    """Whether only its error keeps it from that, and exactly right scores may have such an error as well."""
    cost: float | None
    """What its errors cost by the taxonomy's goal, per 100 known cells; None where the goal names no cost."""


@dataclass(frozen=True)
class _Cells:
    """One label's known cells: arrays [cells], and the rows that they are in."""

    rows: NDArray[np.int64]
    scores: Floats
    given: NDArray[np.bool_]
    yes: NDArray[np.bool_]
    group_of: NDArray[np.int64]

    @property
    def positives(self) -> int:
        """Known yes."""
        return int(self.yes.sum())


def quality_of_labels(observed: PredictionSet, bootstrap: Bootstrap) -> tuple[LabelQuality, ...]:
    """Every label of which the data know anything, in taxonomy order."""
    return tuple(_quality(observed, int(column), bootstrap) for column in np.flatnonzero(observed.asked))


def _quality(observed: PredictionSet, column: int, bootstrap: Bootstrap) -> LabelQuality:
    label = observed.taxonomy.labels[observed.labels[column]]
    decision = observed.tagger.bundle.decisions[label.id]
    head = observed.taxonomy.head_of(label.id)
    by_threshold = {one.id for one in observed.taxonomy.heads if one.policy == "thresholds"}
    cells = _cells(observed, column)
    hits = cells.given & cells.yes
    resampled = _resampled(cells, bootstrap)
    telling = cells.positives >= TELLING_POSITIVES
    return LabelQuality(
        id=label.id,
        head=head,
        route=label.route,
        critical=label.critical,
        proven=decision.meets_objective,
        guess=decision.zero_shot,
        threshold=decision.threshold if head in by_threshold else None,
        known=len(cells.rows),
        support=cells.positives,
        given=int(cells.given.sum()),
        hits=int(hits.sum()),
        precision=share(hits.astype(float), cells.given.astype(float), cells.group_of, FEWEST_POSITIVES),
        recall=share(hits.astype(float), cells.yes.astype(float), cells.group_of, FEWEST_POSITIVES),
        calibrated=is_calibrated(resampled) if telling else None,
        error_by_chance=_error_by_chance(resampled) if telling else None,
        cost=_cost(cells, label.objective),
        **resampled,
    )


def is_calibrated(found: Mapping[str, MetricValue], most_error: float = MOST_ERROR) -> bool:
    """Brier skill surely above 0, slope from 0.7 to 1.4 (or none: yes and no are apart), error at most 0.08."""
    skill, slope, error = (found[name] for name in ("brier_skill", "calibration_slope", "calibration_error"))
    return (
        (skill.low or 0.0) > 0
        and (slope.value is None or SLOPES[0] <= slope.value <= SLOPES[1])
        and (error.value or 0.0) <= most_error
    )


def _error_by_chance(found: Mapping[str, MetricValue]) -> bool:
    return not is_calibrated(found) and is_calibrated(found, found["chance_error"].high or 0.0)


def _cells(observed: PredictionSet, column: int) -> _Cells:
    rows = np.flatnonzero(observed.answers.observed[:, column])
    return _Cells(
        rows,
        observed.scores[rows, column],
        observed.given[rows, column],
        observed.answers.positive[rows, column],
        np.unique(observed.group_of[rows], return_inverse=True)[1],
    )


def _resampled(cells: _Cells, bootstrap: Bootstrap) -> dict[str, MetricValue]:
    """The figures whose intervals come from resampling; below FEWEST_POSITIVES they have none."""
    once = np.ones((len(cells.rows), 1), dtype=np.float32)
    values = {name: float(found[0]) for name, found in _computed(cells, once).items()}
    if cells.positives and not cells.yes.all():
        values["average_precision"] = float(average_precision_score(cells.yes, cells.scores))
    sure = cells.positives >= FEWEST_POSITIVES
    slope = calibration_slope(cells.scores, cells.yes, cells.group_of) if sure else None
    high = int((cells.scores >= FROM_SCORE).sum())
    found = {
        "calibration_slope": figure(slope.value, slope.interval, len(cells.rows)) if slope else MetricValue(None),
        "chance_error": _chance_error(cells.scores, high),
    }
    chunks = [_computed(cells, weights[cells.rows]) for weights in bootstrap.weights()] if sure else []
    for name, value in values.items():
        replicates = np.concatenate([chunk[name] for chunk in chunks]) if chunks else np.empty(0)
        interval = reflected(value, replicates) if name == "calibration_error" else percentiles(replicates)
        found[name] = figure(value, interval, high if name == "calibration_error" else len(cells.rows))
    return found


def _chance_error(scores: Floats, high: int) -> MetricValue:
    replayed = chance_errors(scores)
    return figure(float(replayed.mean()), percentiles(replayed), high) if high else MetricValue(None)


def _computed(cells: _Cells, weights: metrics.Weights) -> dict[str, Floats]:
    """Each figure for each resample [draws]; `weights` are those of the cells."""
    hits, given, holding = (metrics.drawn(v, weights) for v in (cells.given & cells.yes, cells.given, cells.yes))
    return {
        "f1": metrics.f1(hits, given, holding),
        "average_precision": metrics.average_precision(cells.scores, cells.yes, weights),
        "brier_skill": brier_skill(cells.scores, cells.yes, weights),
        "calibration_error": calibration_error(cells.scores, cells.yes, weights),
    }


def _cost(cells: _Cells, goal: object) -> float | None:
    cost = goal.cost if isinstance(goal, Floor) else None
    if not isinstance(cost, Cost):
        return None
    wrong_yes, wrong_no = (cells.given & ~cells.yes).sum(), (~cells.given & cells.yes).sum()
    return round(100 * float(cost.fp * wrong_yes + cost.fn * wrong_no) / len(cells.rows), 4)
