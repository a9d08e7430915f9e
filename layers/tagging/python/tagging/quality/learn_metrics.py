"""The metrics of a run, printed in CloudWatch's embedded metric format.

A metric is billed for each hour in which it has a value: what is 0 is not published, and figures once a day.
"""

from __future__ import annotations

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from tagging.quality.quality_report import QualityReport

SERVICE = "learn"


def publish(
    namespace: str, report: QualityReport, answers_due: int, drifted: int | None, *, figures: bool = True
) -> None:
    """Print the blobs of a kind. `drifted`: labels and inputs; None: unknown.

    `figures`: precision and recall of critical labels, too, as far as there are numbers.
    """
    severities = [each.severity for each in report.labels.values()]
    counts = {
        "BudgetPages": severities.count("page"),
        "BudgetTickets": severities.count("ticket"),
        "AnswersDue": answers_due,
        "DriftedLabels": drifted or 0,
    }
    _print(namespace, {}, {name: float(count) for name, count in counts.items() if count})
    for label, each in report.labels.items() if figures else ():
        shares = {"LabelPrecision": each.precision, "LabelRecall": each.recall}
        if each.critical:
            _print(namespace, {"label": label}, {name: one.value for name, one in shares.items() if one is not None})


def _print(namespace: str, dimensions: dict[str, str], values: dict[str, float]) -> None:
    if not values:
        return
    metrics = EphemeralMetrics(namespace=namespace, service=SERVICE)
    for name, value in dimensions.items():
        metrics.add_dimension(name, value)
    for name, each in values.items():
        metrics.add_metric(name, MetricUnit.NoUnit, each)
    metrics.flush_metrics()
