"""The metrics of a run, printed in CloudWatch's embedded metric format: few, since each has a monthly price."""

from __future__ import annotations

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from tagging.quality.quality_report import QualityReport

SERVICE = "learn"


def publish(namespace: str, report: QualityReport, answers_due: int, drifted: int) -> None:
    """Print the blobs of a kind; precision and recall of critical labels as far as there are numbers."""
    severities = [each.severity for each in report.labels.values()]
    _print(
        namespace,
        {"kind": report.kind},
        {
            "BudgetPages": float(severities.count("page")),
            "BudgetTickets": float(severities.count("ticket")),
            "AnswersDue": float(answers_due),
            "DriftedLabels": float(drifted),
        },
    )
    for label, each in report.labels.items():
        figures = {"LabelPrecision": each.precision, "LabelRecall": each.recall}
        known = {name: figure.value for name, figure in figures.items() if figure is not None}
        if each.critical and known:
            _print(namespace, {"label": label}, known)


def _print(namespace: str, dimensions: dict[str, str], values: dict[str, float]) -> None:
    metrics = EphemeralMetrics(namespace=namespace, service=SERVICE)
    for name, value in dimensions.items():
        metrics.add_dimension(name, value)
    for name, each in values.items():
        metrics.add_metric(name, MetricUnit.NoUnit, each)
    metrics.flush_metrics()
