"""How good the label sets are: over fully labelled rows as wholes, over partly labelled ones only what is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.evaluation import metrics
from tagging.learning.evaluation.metric_values import MetricValue, figure, share
from tagging.learning.evaluation.predictions import PredictionSet
from tagging.learning.numeric import FEWEST_POSITIVES, Bools, Bootstrap, Floats, percentiles


@dataclass(frozen=True)
class PartlyLabelled:
    """Rows where some label is neither yes nor no: what was found of the known yes, and given despite a known no."""

    rows: int
    recall: MetricValue
    false_alarms: MetricValue


@dataclass(frozen=True)
class _Block:
    """Rows by labels of which every cell is known."""

    scores: Floats
    given: Bools
    yes: Bools
    rows: NDArray[np.int64]


def quality_of_wholes(
    observed: PredictionSet, bootstrap: Bootstrap, rows: Bools | None = None
) -> dict[str, MetricValue]:
    """Figures over the fully labelled rows, or those of them that `rows` [rows] marks; empty where there are none.

    micro_f1, macro_f1 (labels with a yes), sample_f1, mean_average_precision (likewise), hamming_loss,
    subset_accuracy, ranking_precision. Where they come from stands in `metrics`.
    """
    inside = observed.whole if rows is None else observed.whole & rows
    if not inside.any():
        return {}
    columns = np.flatnonzero(observed.asked)
    cells = np.ix_(inside, columns)
    block = _Block(
        observed.scores[cells], observed.given[cells], observed.answers.positive[cells], np.flatnonzero(inside)
    )
    values = _computed(block, np.ones((len(block.rows), 1), dtype=np.float32))
    sure = block.yes.sum() >= FEWEST_POSITIVES
    chunks = [_computed(block, weights[block.rows]) for weights in bootstrap.weights()] if sure else []
    return {
        name: figure(
            float(value[0]),
            percentiles(np.concatenate([chunk[name] for chunk in chunks])) if chunks else None,
            len(block.rows),
        )
        for name, value in values.items()
    }


def _computed(block: _Block, weights: metrics.Weights) -> dict[str, Floats]:
    """Each figure for each resample [draws]."""
    rows = weights.sum(axis=0, dtype=np.float64)
    hits, given, holding = (metrics.drawn(v, weights) for v in (block.given & block.yes, block.given, block.yes))
    precisions = [
        metrics.average_precision(block.scores[:, label], block.yes[:, label], weights)
        for label in range(block.yes.shape[1])
    ]
    by_row = {
        "sample_f1": metrics.sample_f1(block.given, block.yes),
        "hamming_loss": (block.given != block.yes).mean(axis=1),
        "subset_accuracy": (block.given == block.yes).all(axis=1),
        "ranking_precision": metrics.ranking_precision(block.scores, block.yes),
    }
    return {
        "micro_f1": metrics.f1(hits.sum(axis=0), given.sum(axis=0), holding.sum(axis=0)),
        "macro_f1": _mean(metrics.f1(hits, given, holding)),
        "mean_average_precision": _mean(np.stack(precisions)),
    } | {name: metrics.ratio(metrics.drawn(value, weights), rows) for name, value in by_row.items()}


def _mean(by_label: Floats) -> Floats:
    """Mean over the labels that have a value, of each resample."""
    has = np.isfinite(by_label)
    return metrics.ratio(np.where(has, by_label, 0).sum(axis=0), has.sum(axis=0).astype(np.float64))


def quality_of_parts(observed: PredictionSet) -> PartlyLabelled | None:
    """What can be said of the rows that are not fully labelled; None where there are none."""
    partly = ~observed.whole
    if not partly.any():
        return None
    found = known_cells(observed, partly)
    return PartlyLabelled(int(partly.sum()), found["recall"], found["false_alarms"])


def known_cells(observed: PredictionSet, rows: Bools) -> Mapping[str, MetricValue]:
    """Recall over the known yes and false alarms over the known no of these rows, whatever else is unknown of them."""
    yes = observed.answers.positive[rows]
    no = observed.answers.observed[rows] & ~yes
    given, group_of = observed.given[rows], observed.group_of[rows]
    return {
        "recall": share((given & yes).sum(axis=1), yes.sum(axis=1), group_of, FEWEST_POSITIVES),
        "false_alarms": share((given & no).sum(axis=1), no.sum(axis=1), group_of, FEWEST_POSITIVES),
    }


def micro_f1(observed: PredictionSet, bootstrap: Bootstrap, rows: Bools) -> MetricValue:
    """F1 over all cells of the fully labelled rows among these."""
    inside = np.flatnonzero(observed.whole & rows)
    yes, given = observed.answers.positive[inside][:, observed.asked], observed.given[inside][:, observed.asked]
    parts = [part.sum(axis=1) for part in (given & yes, given, yes)]
    value = metrics.f1(*(np.array([part.sum()]) for part in parts))[0]
    if yes.sum() < FEWEST_POSITIVES:
        return figure(value, None, len(inside))
    drawn = [metrics.f1(*(metrics.drawn(part, w[inside]) for part in parts)) for w in bootstrap.weights()]
    return figure(value, percentiles(np.concatenate(drawn)), len(inside))
