"""How everything was measured: all other metrics, and the bundle and the data by their hashes."""

from __future__ import annotations

from tagging.learning.evaluation import CALIBRATION_POSITIVES, Evaluation
from tagging.learning.report.summary import ReportSource

FULLY_LABELLED = {
    "micro_f1": "micro-F1",
    "macro_f1": "macro-F1, over labels with a yes",
    "sample_f1": "F1 of each row's labels, mean",
    "mean_average_precision": "mean average precision",
    "ranking_precision": "label-ranking average precision",
    "subset_accuracy": "rows with all labels right",
    "hamming_loss": "Hamming loss",
}


def further_metrics(evaluation: Evaluation) -> dict[str, str]:
    """Metrics that stand nowhere else on the page, by their names."""
    metrics = {
        name: evaluation.fully_labelled[metric].format(3)
        for metric, name in FULLY_LABELLED.items()
        if metric in evaluation.fully_labelled
    }
    if evaluation.partly_labelled:
        metrics[f"known yes found, {evaluation.partly_labelled.rows} partly labelled rows"] = (
            evaluation.partly_labelled.recall.per_cent
        )
        metrics["known no assigned, partly labelled rows"] = evaluation.partly_labelled.false_alarms.per_cent
    metrics[f"labels calibrated, of those with {CALIBRATION_POSITIVES} yes or more"] = evaluation.calibrated
    metrics["exactly the right routes"] = evaluation.routing_accuracy.per_cent
    metrics["every head had an answer"] = evaluation.answered.per_cent
    metrics |= {f"head {head.id} ({head.kind}) all right": head.accuracy.per_cent for head in evaluation.heads}
    item, time = evaluation.data.item_word, evaluation.time
    if evaluation.cost.value is not None:
        metrics[f"cost of errors per 100 {item}s"] = evaluation.cost.format(1)
    return metrics | {f"milliseconds per {item}": f"{time.p50_ms} (p50), {time.p95_ms} (p95)"}


def sources(evaluation: Evaluation, source: ReportSource) -> dict[str, str]:
    """What was measured, by names and hashes."""
    version, data = evaluation.bundle, evaluation.data
    return {
        "bundle": source.bundle,
        "its parts": f"encoder {version.encoder}, heads {version.heads}, thresholds {version.thresholds}",
        "data": f"{source.data}, SHA-256 {source.sha256[:16]}…, {data.groups:,} groups",
        "fully labelled rows": f"{data.fully_labelled:,} of {data.tagged:,}",
        "intervals": evaluation.intervals,
    } | {f"learned from: {name}": value for name, value in source.learned.items()}
