"""The metrics of a template's alarms, by the price of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from tagging.local import Template

SPILL_OVER = "ProvisionedConcurrencySpilloverInvocations"
"""Metric of the alarms that exist only beside a warm pool."""


def alarms_by_price(template: Template) -> dict[str, int]:
    """Metrics of alarms by price: each metric of an expression counts, an anomaly detection band counts two more.

    An alarm on a query counts the metrics that it analyses, here about one: that of the reason of the hour.
    """
    count = Counter[str](composite_alarm_month=len(template.of_type("AWS::CloudWatch::CompositeAlarm")))
    for alarm in template.of_type("AWS::CloudWatch::Alarm"):
        queries = alarm.properties.get("Metrics", [])
        stats = [each["MetricStat"] for each in queries if "MetricStat" in each]
        periods = [int(each["Period"]) for each in (*stats, alarm.properties) if "Period" in each]
        has_band = "ThresholdMetricId" in alarm.properties
        fast = min(periods, default=60) < 60
        number = max(1, len(stats)) + 2 * has_band
        if alarm.properties.get("MetricName") == SPILL_OVER:
            count["of_warm_pools"] += number
        elif _is_of_reviews(alarm.properties):
            count["of_reviews"] += number
        else:
            count["fast_alarm_month" if fast else "alarm_month"] += number
    # Target tracking creates two alarms, which are not in the template.
    policies = template.of_type("AWS::ApplicationAutoScaling::ScalingPolicy")
    count["alarm_month"] += 2 * sum(each.properties.get("PolicyType") == "TargetTrackingScaling" for each in policies)
    return dict(count)


def _is_of_reviews(alarm: Mapping[str, Any]) -> bool:
    """Whether the alarm is about corrections, or about what they measure."""
    return "-corrections-" in str(alarm["AlarmName"]) or "/quality.md#" in str(alarm["AlarmDescription"])
