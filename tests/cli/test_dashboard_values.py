"""The values of a dashboard's widgets, as CloudWatch computes them from what was recorded."""

from __future__ import annotations

import pytest

from infra.monitoring.preview.body import Line, Widget
from infra.monitoring.preview.metric_math import NotComputed, calculate
from infra.monitoring.preview.recorded_metrics import RecordedMetrics, statistic
from infra.monitoring.preview.widget_data import widget_data
from tests.cli.conftest import OWN


def widget(*lines: Line, **properties: object) -> Widget:
    return Widget("metric", 0, 0, 12, 6, properties, lines)


def line(name: str, stat: str = "Sum", **more: object) -> Line:
    return Line(**({"id": None, "label": name, "visible": True, "name": name, "dimensions": (OWN,)} | more), stat=stat)


@pytest.mark.parametrize(
    ("stat", "value"),
    [("Sum", 15.0), ("Average", 3.0), ("Maximum", 5.0), ("SampleCount", 5.0), ("p50", 3.0), ("p95", 4.8),
     ("PR(:2)", 40.0), ("PR(2:)", 60.0), ("TM(1%)", None)],
)  # fmt: skip
def test_statistics_are_cloudwatchs(stat: str, value: float | None) -> None:
    assert statistic([5.0, 1.0, 2.0, 4.0, 3.0], stat) == (value if value is None else pytest.approx(value))


def test_expressions_are_computed_or_refused() -> None:
    given = {"items": 9.0, "returned": None, "died": 1.0}
    assert calculate("100 * FILL(items, 0) / (FILL(items, 0) + FILL(returned, 0) + died)", given) == 90
    assert calculate("items / returned", given) is None
    assert calculate("items / (died - 1)", given) is None
    for beyond in ("ANOMALY_DETECTION_BAND(items, 4)", "items +", "other", "__import__('os')", "items if died else 1"):
        with pytest.raises(NotComputed):
            calculate(beyond, given)


def test_a_widget_shows_steps_and_the_whole(recorded: RecordedMetrics) -> None:
    found = widget_data(widget(line("Items"), line("Latency", "PR(:60000)")), recorded, {})
    assert [each.points for each in found.series] == [(4.0, 1.0), (pytest.approx(200 / 3), None)]
    assert [each.overall for each in found.series] == [5.0, pytest.approx(200 / 3)]


def test_an_expression_is_computed_from_hidden_lines(recorded: RecordedMetrics) -> None:
    share = Line("result", "done", True, expression="100 * items / (items + FILL(returned, 0))")
    hidden = [line("Items", id="items", visible=False), line("MessagesReturned", id="returned", visible=False)]
    (done,) = widget_data(widget(share, *hidden), recorded, {}).series
    assert done.points == (80.0, 100.0)
    assert done.overall == pytest.approx(100 * 5 / 6)


def test_a_search_finds_every_reason(recorded: RecordedMetrics) -> None:
    search = """SEARCH('{Tagging/dev,reason,service} MetricName="Quarantined"', 'Sum', 3600)"""
    (found,) = widget_data(widget(Line("r", "reasons", True, expression=search)), recorded, {}).series
    assert (found.label, found.overall) == ("tag_mail empty", 2.0)


def test_what_is_not_there_is_named(recorded: RecordedMetrics) -> None:
    band = Line("band", "expected", True, expression="ANOMALY_DETECTION_BAND(given, 4)")
    found = widget_data(widget(line("Nothing"), band, line("Items", id="given")), recorded, {})
    assert [each.label for each in found.series] == ["Items"]
    assert found.missing == ("Nothing", "expected: ANOMALY_DETECTION_BAND(given, 4)")
