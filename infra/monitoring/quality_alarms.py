"""The alarms on live quality: error budgets, drift, and answers without which there are no numbers."""

from __future__ import annotations

from collections.abc import Iterator

from infra.monitoring.alarms import Alarm, Severity
from infra.monitoring.metric import Metric
from infra.monitoring.monitored import HOUR_S, MonitoredStack


def quality_alarms(monitored: MonitoredStack) -> Iterator[Alarm]:
    """None of a stage that keeps nothing. Each metric has a value only in hours in which it is above 0."""
    if monitored.learn is None:
        return
    yield _alarm(
        monitored,
        "budget-page",
        "Answers of 7 days prove that a label is wrong at more than twice the rate that its error budget allows.",
        "quality.md#budget-overspent",
        "BudgetPages",
        "page",
    )
    yield _alarm(
        monitored,
        "budget-ticket",
        "Answers of the last 28 days prove that a label is wrong more often than its error budget allows.",
        "quality.md#budget-overspent",
        "BudgetTickets",
    )
    yield _alarm(
        monitored,
        "answers-due",
        "More than 40 % of the reviews have waited for over a week: live quality has no numbers, and no budget calls.",
        "quality.md#answers-due",
        "AnswersDue",
    )
    yield _alarm(
        monitored,
        "drift",
        "Scores of a label, or the input, differ from the weeks before beyond chance, and nobody acknowledged it.",
        "quality.md#drift",
        "DriftedLabels",
    )


def _alarm(
    monitored: MonitoredStack, name: str, meaning: str, section: str, metric: str, severity: Severity = "ticket"
) -> Alarm:
    value = Metric(monitored.namespace, metric, {"service": "learn"}, "Maximum", HOUR_S)
    return Alarm(name, meaning, section, severity, {"value": value}, threshold=0)
