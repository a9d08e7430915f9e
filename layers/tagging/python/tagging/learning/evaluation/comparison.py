"""Compares a new bundle with the old one on the same rows, label by label: may it replace the old one?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from tagging.learning.evaluation import metrics
from tagging.learning.evaluation.calibration_quality import calibration_error
from tagging.learning.evaluation.metric_values import MetricValue, metric_value
from tagging.learning.evaluation.predictions import PredictionSet
from tagging.learning.numeric import FEWEST_POSITIVES, Bools, Bootstrap, Floats, percentiles
from tagging.model import BundleVersion
from tagging.taxonomy import incompatible, renamed

Verdict = Literal["passes", "worse", "unsafe", "undecided"]
MARGIN = 0.03
"""F1 that may be lost: the lower end of the difference's interval must be above its negative."""
WORST_ERROR, MORE_ERROR = 0.08, 0.01
"""Calibration error that is always accepted, and the accepted increase over the old bundle's."""


@dataclass(frozen=True)
class Gate:
    """The conditions for a new bundle."""

    margin: float = MARGIN
    fewest: int = FEWEST_POSITIVES
    """Positives below which a label is undecided."""
    seed: int = 0


@dataclass(frozen=True)
class LabelDifference:
    """One label: F1 of both, and new minus old with its interval from the same resamples of both."""

    id: str
    critical: bool
    support: int
    old_f1: float | None
    new_f1: float | None
    difference: MetricValue
    changed: int
    """Known cells for which only one of the two predicts the label."""
    verdict: Verdict
    """passes: the interval lies above -margin. worse: it lies below 0 and does not pass. unsafe: neither of these.
    undecided: too few positives."""


@dataclass(frozen=True)
class Comparison:
    """The verdict and its basis."""

    safe: bool
    reasons: tuple[str, ...]
    """Why it is not safe, one sentence each."""
    old: BundleVersion
    new: BundleVersion
    rows: int
    micro_f1: MetricValue
    """Difference over the fully labelled rows."""
    calibration_error: tuple[float | None, float | None]
    """Of old and new, over all known cells that score at least 0.1."""
    labels: tuple[LabelDifference, ...]
    margin: float

    def to_json(self) -> dict[str, Any]:
        """The JSON document `tagging.comparison/1`."""
        return {"schema": "tagging.comparison/1", **msgspec.to_builtins(self)}


def compare(old: PredictionSet, new: PredictionSet, gate: Gate | None = None) -> Comparison:
    """Compare two bundles that have tagged the same rows."""
    gate = gate or Gate()
    bootstrap = Bootstrap(new.group_of, gate.seed)
    names = renamed(old.taxonomy, new.taxonomy)
    pairs = [(label, names.get(label, label)) for label in old.labels if names.get(label, label) in new.labels]
    kept = _Columns([old.labels.index(one) for one, _ in pairs], [new.labels.index(now) for _, now in pairs])
    labels = tuple(_difference(old, new, pair, bootstrap, gate) for pair in pairs)
    observed, positive = (part[:, kept.new] for part in (new.annotations.observed, new.annotations.positive))
    scores = old.scores[:, kept.old], new.scores[:, kept.new]
    predicted = old.predicted[:, kept.old], new.predicted[:, kept.new]
    errors = _calibration(scores[0], positive, observed), _calibration(scores[1], positive, observed)
    reasons = (*incompatible(old.taxonomy, new.taxonomy), *_failed(labels, gate.margin), *_uncalibrated(*errors))
    return Comparison(
        safe=not reasons,
        reasons=reasons,
        old=old.tagger.bundle.version,
        new=new.tagger.bundle.version,
        rows=len(new.rows),
        micro_f1=_micro(predicted, positive, new.fully_labelled, bootstrap),
        calibration_error=errors,
        labels=labels,
        margin=gate.margin,
    )


@dataclass(frozen=True)
class _Columns:
    """The columns of the labels that both bundles have, in either."""

    old: list[int]
    new: list[int]


def _difference(
    old: PredictionSet, new: PredictionSet, pair: tuple[str, str], bootstrap: Bootstrap, gate: Gate
) -> LabelDifference:
    """The difference in one label, by its earlier id and its id now."""
    earlier, label = pair
    column = new.labels.index(label)
    observed, positive = new.annotations.observed[:, column], new.annotations.positive[:, column]
    predicted = [old.predicted[:, old.labels.index(earlier)] & observed, new.predicted[:, column] & observed]
    support = int((positive & observed).sum())
    values, replicates = _paired_f1([one[:, None] for one in predicted], (positive & observed)[:, None], bootstrap)
    critical = new.taxonomy.labels[label].critical or old.taxonomy.labels[earlier].critical
    enough = support >= gate.fewest
    difference = metric_value(values[1] - values[0], percentiles(replicates) if enough else None, int(observed.sum()))
    return LabelDifference(
        id=label,
        critical=critical,
        support=support,
        old_f1=metric_value(values[0], None, 0).value,
        new_f1=metric_value(values[1], None, 0).value,
        difference=difference,
        changed=int((predicted[0] != predicted[1]).sum()),
        verdict=_verdict(difference, gate.margin),
    )


def _verdict(difference: MetricValue, margin: float) -> Verdict:
    if difference.low is None or difference.high is None:
        return "undecided"
    if difference.low > -margin:
        return "passes"
    return "worse" if difference.high < 0 else "unsafe"


def _paired_f1(
    predicted: Sequence[NDArray[np.bool_]], positive: NDArray[np.bool_], bootstrap: Bootstrap
) -> tuple[list[float], NDArray[np.float64]]:
    """F1 over all cells [rows, labels] of both, and new minus old in each resample [draws]."""

    def f1(one: NDArray[np.bool_], weights: metrics.Weights) -> NDArray[np.float64]:
        return metrics.f1(
            *(metrics.resampled_sums(part.sum(axis=1), weights) for part in (one & positive, one, positive))
        )

    once = np.ones((len(positive), 1), dtype=np.float32)
    differences = [f1(predicted[1], weights) - f1(predicted[0], weights) for weights in bootstrap.weights()]
    return [float(f1(one, once)[0]) for one in predicted], np.concatenate(differences)


def _micro(predicted: tuple[Bools, Bools], positive: Bools, rows: Bools, bootstrap: Bootstrap) -> MetricValue:
    """Difference over the fully labelled `rows` of predicted labels [rows, labels]."""
    old, new, positive = (part & rows[:, None] for part in (*predicted, positive))
    if positive.sum() < FEWEST_POSITIVES:
        return MetricValue(None)
    values, replicates = _paired_f1([old, new], positive, bootstrap)
    return metric_value(values[1] - values[0], percentiles(replicates), int(rows.sum()))


def _calibration(scores: Floats, positive: Bools, observed: Bools) -> float | None:
    once = np.ones((int(observed.sum()), 1), dtype=np.float32)
    error = calibration_error(scores[observed], positive[observed], once)
    return metric_value(float(error[0]), None, 0).value


def _failed(labels: Sequence[LabelDifference], margin: float) -> list[str]:
    meanings = {
        "worse": f"is worse by more than chance; {margin} may be lost",
        "unsafe": f"may have lost more than {margin} of F1: more examples, or a better bundle",
        "undecided": "is undecided: it has too few examples here",
    }
    return [
        f"critical label {one.id} {meanings[one.verdict]}" for one in labels if one.critical and one.verdict in meanings
    ]


def _uncalibrated(old: float | None, new: float | None) -> list[str]:
    if new is None or new <= max(WORST_ERROR, (old or 0) + MORE_ERROR):
        return []
    return [
        f"calibration does not hold: error {new:.3f}, {WORST_ERROR} is allowed" + (f", was {old:.3f}" if old else "")
    ]
