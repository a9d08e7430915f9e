"""The alarms of the template page for the three incidents of a month, in time, and for nothing else."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from tests.infra.alarm_evaluator import RecordedMetrics, TemplateAlarms, calculate
from tests.infra.conftest import Stack
from tests.infra.month_of_traffic import (
    FLOW_STOPPED,
    FUNCTION_DEAD,
    INCIDENTS,
    KILLED,
    LABEL_GONE,
    LATE,
    RETURNED,
    SLOW,
    Incident,
    record_month,
)

Notifications = list[tuple[int, str]]


def probes(stack: Stack) -> list[str]:
    """Functions whose own errors page where they are missing, too."""
    return [
        each["Properties"]["Dimensions"][0]["Value"]["Ref"]
        for each in stack.all("CloudWatch::Alarm").values()
        if each["Properties"].get("MetricName") == "Errors" and each["Properties"]["TreatMissingData"] == "breaching"
    ]


@pytest.fixture(scope="module")
def month(prod: Stack) -> RecordedMetrics:
    return record_month(prod, probes(prod))


def notified(
    stack: Stack, month: RecordedMetrics, severity: str, template: dict[str, Any] | None = None
) -> Notifications:
    topic = stack.id_of("SNS::Topic", f"Monitoring{severity}")
    found = TemplateAlarms(template or stack.template).notifications(month, topic)
    return [(minute, name.removeprefix("tagging-prod-")) for minute, name in found]


def of(incident: Incident, pages: Notifications) -> Notifications:
    return [(minute, name) for minute, name in pages if incident.start <= minute < incident.end]


def test_the_month_pages_for_the_three_incidents_only_and_in_time(prod: Stack, month: RecordedMetrics) -> None:
    pages = notified(prod, month, "Page")
    assert [page for page in pages if not any(of(each, [page]) for each in INCIDENTS)] == []
    for incident in INCIDENTS:
        if incident is not FLOW_STOPPED or probes(prod):  # nothing but a probe can miss what never arrived
            (first, _), *_ = of(incident, pages)
            assert first - incident.start <= incident.within, incident.name
    assert {name for _, name in of(LABEL_GONE, pages)} == {"mail-label-threat-missing"}
    assert {"mail-errors", "mail-available-fast"} <= {name for _, name in of(FUNCTION_DEAD, pages)}


def test_small_faults_open_tickets_or_nothing(prod: Stack, month: RecordedMetrics) -> None:
    tickets = notified(prod, month, "Ticket")

    def names(start: int, end: int) -> set[str]:
        return {name for minute, name in tickets if start <= minute < end}

    assert names(RETURNED, RETURNED + 360) == set()
    assert names(LATE, LATE + 240) == set()
    assert names(KILLED, KILLED + 360) == {"mail-dead-letters"}
    assert "mail-slow" in names(*SLOW)
    assert len(tickets) <= 12, tickets


@pytest.mark.parametrize(
    ("alarm", "changes", "minute"),
    [
        ("mail-errors", {"DatapointsToAlarm": 3, "EvaluationPeriods": 4}, KILLED),
        ("mail-waiting", {"Threshold": 300}, KILLED),
        ("mail-quick-fast-long", {"Expression": "within"}, LATE),
        ("mail-label-threat-missing", {"Expression": "IF(items * 0.005 >= 0.01 AND FILL(given, 0) < 1, 1, 0)"}, 0),
    ],
)
def test_a_more_nervous_alarm_would_page_in_vain(
    prod: Stack, month: RecordedMetrics, alarm: str, changes: dict[str, Any], minute: int
) -> None:
    template = copy.deepcopy(prod.template)
    _change(template, alarm, changes)
    _change(template, alarm.replace("-long", "-short"), changes)
    more = set(notified(prod, month, "Page", template)) - set(notified(prod, month, "Page"))
    assert any(minute <= each < minute + 1440 for each, _ in more), more


def _change(template: dict[str, Any], alarm: str, changes: dict[str, Any]) -> None:
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if properties.get("AlarmName") == f"tagging-prod-{alarm}":
            for name, value in changes.items():
                for target in (properties, *properties.get("Metrics", [])):
                    if name in target:
                        target[name] = value


def test_an_alarm_that_is_taken_out_leaves_an_incident_without_a_page(prod: Stack, month: RecordedMetrics) -> None:
    template = copy.deepcopy(prod.template)
    _change(template, "mail-label-threat-missing", {"AlarmActions": []})
    assert not of(LABEL_GONE, notified(prod, month, "Page", template))


def alarm(**properties: Any) -> dict[str, Any]:
    metric = {"Namespace": "N", "MetricName": "M", "Period": 300, "Statistic": "Sum", "Threshold": 0}
    defaults = {
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 3,
        "TreatMissingData": "notBreaching",
    }
    return {**metric, **defaults, "AlarmName": "a", **properties}


def states(properties: dict[str, Any], *values: float) -> list[bool]:
    """States of an alarm at the end of 5 minutes each; NaN: nothing was published."""
    metrics = RecordedMetrics(5 * len(values))
    for number, value in enumerate(values):
        if not np.isnan(value):
            metrics.add("N", "M", {}, 5 * number, value)
    return list(
        TemplateAlarms({"Resources": {"A": {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}}}).states(
            metrics
        )["a"]
    )


NAN = float("nan")


@pytest.mark.parametrize(
    ("properties", "values", "last"),
    [
        ({}, (1, 1, 1), True),
        ({}, (1, 0, 1), False),
        ({"DatapointsToAlarm": 2}, (1, 0, 1), True),
        ({}, (1, 1, NAN, 1), True),  # an older data point replaces a missing one
        ({}, (NAN, NAN, NAN, NAN, 1), False),
        ({"TreatMissingData": "breaching"}, (NAN, NAN, NAN, NAN, 1), True),
        ({"TreatMissingData": "breaching"}, (0, NAN, NAN, NAN, 1), False),
        ({"Threshold": 1, "ComparisonOperator": "LessThanThreshold"}, (0, 0, 0), True),
        ({"Period": 600, "EvaluationPeriods": 1, "Threshold": 1}, (1, 1), True),
        ({"Statistic": "Maximum", "EvaluationPeriods": 1, "Threshold": 1}, (1, 1), False),
    ],
)
def test_an_alarm_counts_breaching_data_points(
    properties: dict[str, Any], values: tuple[float, ...], last: bool
) -> None:
    assert states(alarm(**properties), *values)[-1] == last


@pytest.mark.parametrize(
    ("stat", "expected"),
    [("Sum", 100), ("SampleCount", 4), ("Average", 25), ("Maximum", 40), ("Minimum", 10), ("p50", 25), ("PR(:30)", 75)],
)
def test_a_statistic_covers_the_values_of_its_window(stat: str, expected: float) -> None:
    metrics = RecordedMetrics(10)
    metrics.add("N", "M", {"a": "b"}, [5, 6, 7, 8], [10, 20, 30, 40])
    metrics.add("N", "M", {"a": "c"}, [5], [99])
    first, second = metrics.statistic(("N", "M", frozenset({("a", "b")})), stat, 5)
    assert np.isnan(first)
    assert second == pytest.approx(expected)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("IF(a > 1 AND FILL(none, 0) < 1, a, 0)", 2),
        ("IF(a > 2 OR b >= 3, 1, 0)", 1),
        ("100 * a / (a + b)", 40),
        ("a + none", NAN),
        ("IF(none > 1, 1, 0)", NAN),
        ("a / (b - 3)", NAN),
    ],
)
def test_metric_math_has_no_data_point_where_an_operand_has_none(expression: str, value: float) -> None:
    names = {"a": np.array([2.0]), "b": np.array([3.0]), "none": np.array([NAN])}
    assert calculate(expression, names)[0] == pytest.approx(value, nan_ok=True)


def test_what_the_evaluator_does_not_know_is_an_error() -> None:
    with pytest.raises(NotImplementedError, match="RATE"):
        calculate("RATE(a)", {"a": np.array([1.0])})


def test_a_query_adds_up_all_metrics_of_a_service(prod: Stack) -> None:
    metrics = RecordedMetrics(120)
    for reason in ("empty", "damaged"):
        metrics.add("Tagging/prod", "Quarantined", {"service": "tag_mail", "reason": reason}, np.arange(30), 1)
    found = TemplateAlarms(prod.template).states(metrics)
    assert found["tagging-prod-mail-quarantine"].any()
    assert not found["tagging-prod-image-quarantine"].any()
