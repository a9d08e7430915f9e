"""May a new bundle take an old one's place? Both on the same rows, label by label, with paired intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from tagging.learning.evaluation import metrics
from tagging.learning.evaluation.calibration_quality import calibration_error
from tagging.learning.evaluation.metric_values import MetricValue, figure
from tagging.learning.evaluation.predictions import PredictionSet
from tagging.learning.numeric import FEWEST_POSITIVES, Bootstrap, percentiles
from tagging.model import BundleVersion
from tagging.taxonomy import Taxonomy

Verdict = Literal["passes", "worse", "unsafe", "undecided"]
MARGIN = 0.03
"""How much of F1 may be lost by chance: the interval's lower end must be above its negative."""
WORST_ERROR, MORE_ERROR = 0.08, 0.01
"""Calibration error that is good enough in itself, and how much more than the old bundle's is taken for chance."""


@dataclass(frozen=True)
class Gate:
    """What a new bundle must reach."""

    margin: float = MARGIN
    fewest: int = FEWEST_POSITIVES
    """Known yes below which a label is undecided."""
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
    """Known cells that only one of the two gave the label."""
    verdict: Verdict
    """passes: the interval lies above -margin. worse: it lies below 0 and does not pass. unsafe: neither is shown.
    undecided: too few positives."""


@dataclass(frozen=True)
class Comparison:
    """The answer, and what it rests on."""

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
        """As JSON holds it."""
        return {"schema": "tagging.comparison/1", **msgspec.to_builtins(self)}


def incompatible(old: Taxonomy, new: Taxonomy) -> tuple[str, ...]:
    """What keeps the new taxonomy from taking the old one's place; labels may be added, not taken away or changed."""
    found = []
    kinds = [{head.id: head.kind for head in taxonomy.heads} for taxonomy in (old, new)]
    waits = [{head.id: head.when or "every item" for head in taxonomy.heads} for taxonomy in (old, new)]
    for label_id, label in old.labels.items():
        if label_id not in new.labels:
            if not label.deprecated:
                found.append(f"label {label_id} is gone")
            continue
        heads = old.head_of(label_id), new.head_of(label_id)
        if heads[0] != heads[1]:
            found.append(f"label {label_id} moved from head {heads[0]} to {heads[1]}")
        elif kinds[0][heads[0]] != kinds[1][heads[1]]:
            found.append(f"head {heads[0]}, which decides {label_id}, was {kinds[0][heads[0]]}")
        elif waits[0][heads[0]] != waits[1][heads[0]]:
            asked = f"was asked of {waits[0][heads[0]]}, now of {waits[1][heads[0]]}"
            found.append(f"head {heads[0]}, which decides {label_id}, {asked}")
        if label.critical and not new.labels[label_id].critical:
            found.append(f"label {label_id} is no longer critical")
        if label.route and label.route != new.labels[label_id].route:
            found.append(f"label {label_id} no longer goes to {label.route}")
    return tuple(found)


def compare(old: PredictionSet, new: PredictionSet, gate: Gate | None = None) -> Comparison:
    """Compare two bundles that have tagged the same rows."""
    gate = gate or Gate()
    bootstrap = Bootstrap(new.group_of, gate.seed)
    kept = [label for label in old.labels if label in new.labels]
    labels = tuple(_difference(old, new, label, bootstrap, gate) for label in kept)
    errors = _calibration(old, kept), _calibration(new, kept)
    reasons = (*incompatible(old.taxonomy, new.taxonomy), *_failed(labels, gate.margin), *_uncalibrated(*errors))
    return Comparison(
        safe=not reasons,
        reasons=reasons,
        old=old.tagger.bundle.version,
        new=new.tagger.bundle.version,
        rows=len(new.rows),
        micro_f1=_micro(old, new, kept, bootstrap),
        calibration_error=errors,
        labels=labels,
        margin=gate.margin,
    )


def _difference(
    old: PredictionSet, new: PredictionSet, label: str, bootstrap: Bootstrap, gate: Gate
) -> LabelDifference:
    column = new.labels.index(label)
    known, yes = new.answers.observed[:, column], new.answers.positive[:, column]
    given = [each.given[:, each.labels.index(label)] & known for each in (old, new)]
    support = int((yes & known).sum())
    values, found = _paired_f1([one[:, None] for one in given], (yes & known)[:, None], bootstrap)
    critical = new.taxonomy.labels[label].critical or old.taxonomy.labels[label].critical
    enough = support >= gate.fewest
    difference = figure(values[1] - values[0], percentiles(found) if enough else None, int(known.sum()))
    return LabelDifference(
        id=label,
        critical=critical,
        support=support,
        old_f1=figure(values[0], None, 0).value,
        new_f1=figure(values[1], None, 0).value,
        difference=difference,
        changed=int((given[0] != given[1]).sum()),
        verdict=_verdict(difference, gate.margin),
    )


def _verdict(difference: MetricValue, margin: float) -> Verdict:
    if difference.low is None or difference.high is None:
        return "undecided"
    if difference.low > -margin:
        return "passes"
    return "worse" if difference.high < 0 else "unsafe"


def _paired_f1(
    given: Sequence[NDArray[np.bool_]], yes: NDArray[np.bool_], bootstrap: Bootstrap
) -> tuple[list[float], NDArray[np.float64]]:
    """F1 over all cells [rows, labels] of both, and new minus old in each resample [draws]."""

    def of(one: NDArray[np.bool_], weights: metrics.Weights) -> NDArray[np.float64]:
        return metrics.f1(*(metrics.drawn(part.sum(axis=1), weights) for part in (one & yes, one, yes)))

    once = np.ones((len(yes), 1), dtype=np.float32)
    drawn = [of(given[1], weights) - of(given[0], weights) for weights in bootstrap.weights()]
    return [float(of(one, once)[0]) for one in given], np.concatenate(drawn)


def _micro(old: PredictionSet, new: PredictionSet, labels: Sequence[str], bootstrap: Bootstrap) -> MetricValue:
    whole = new.whole
    given = [each.given[:, [each.labels.index(label) for label in labels]] & whole[:, None] for each in (old, new)]
    yes = new.answers.positive[:, [new.labels.index(label) for label in labels]] & whole[:, None]
    if yes.sum() < FEWEST_POSITIVES:
        return MetricValue(None)
    values, found = _paired_f1(given, yes, bootstrap)
    return figure(values[1] - values[0], percentiles(found), int(whole.sum()))


def _calibration(observed: PredictionSet, labels: Sequence[str]) -> float | None:
    columns = [observed.labels.index(label) for label in labels]
    known = observed.answers.observed[:, columns]
    scores, yes = observed.scores[:, columns][known], observed.answers.positive[:, columns][known]
    once = np.ones((len(scores), 1), dtype=np.float32)
    return figure(float(calibration_error(scores, yes, once)[0]), None, 0).value


def _failed(labels: Sequence[LabelDifference], margin: float) -> list[str]:
    said = {
        "worse": f"is worse by more than chance; {margin} may be lost",
        "unsafe": f"may have lost more than {margin} of F1: more examples, or a better bundle",
        "undecided": "is undecided: it has too few examples here",
    }
    return [f"critical label {one.id} {said[one.verdict]}" for one in labels if one.critical and one.verdict in said]


def _uncalibrated(old: float | None, new: float | None) -> list[str]:
    if new is None or new <= max(WORST_ERROR, (old or 0) + MORE_ERROR):
        return []
    return [
        f"calibration does not hold: error {new:.3f}, {WORST_ERROR} is allowed" + (f", was {old:.3f}" if old else "")
    ]
