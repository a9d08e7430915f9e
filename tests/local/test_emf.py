"""Metrics are read from log lines as CloudWatch reads them."""

from __future__ import annotations

import json

from tagging.local.emf import read_metrics, summarise_metrics


def line(values, *, names=("A",), dimensions=(("of",),)):
    blob = {
        "Namespace": "N",
        "Dimensions": [list(each) for each in dimensions],
        "Metrics": [{"Name": name, "Unit": "Count"} for name in names],
    }
    return json.dumps(
        {"_aws": {"Timestamp": 0, "CloudWatchMetrics": [blob]}, "of": "x", **dict.fromkeys(names, values)}
    )


def test_a_single_value_and_a_list_of_values_are_both_read():
    assert read_metrics(line(3))[0].values == (3.0,)
    assert read_metrics(line([1, 2]))[0].values == (1.0, 2.0)


def test_values_and_metrics_over_the_limits_are_dropped():
    assert len(read_metrics(line(list(range(150))))[0].values) == 100
    assert len(read_metrics(line(1, names=[f"M{number}" for number in range(120)]))) == 100


def test_a_line_that_is_no_metric_gives_none():
    assert read_metrics("tagged") is None
    assert read_metrics('{"message": "tagged"}') is None
    assert read_metrics('{"_aws": 1}') is None
    assert read_metrics(line(1, dimensions=[("absent",)])) is None


def test_values_are_summed_per_metric_and_dimension():
    metrics = [*read_metrics(line([1, 2])), *read_metrics(line(5))]
    (total,) = summarise_metrics(metrics)
    assert total == {
        "namespace": "N", "name": "A", "dimensions": {"of": "x"}, "unit": "Count",
        "count": 3, "sum": 8.0, "min": 1.0, "max": 5.0,
    }  # fmt: skip
