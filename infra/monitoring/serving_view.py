"""Widgets that show who serves: the share of a canary, what is wrong with the pointer and its versions, who decided."""

from __future__ import annotations

from infra.monitoring.log_queries import VERSIONS
from infra.monitoring.monitored import HOUR_S, SERVING_FAULTS, MonitoredFunction, MonitoredStack
from infra.monitoring.widgets import Row, Widget, expression_line, graph, log_widget, text
from tagging.telemetry import OTHER_LABELS

SHADOW = "ShadowRefused"


def serving_row(monitored: MonitoredStack) -> Row:
    """For each function the share that the challenger serves; beside it the faults of all."""
    return Row(6, [*(_share(monitored, function) for function in monitored.functions), _faults(monitored)])


def shadow_rows(monitored: MonitoredStack) -> list[Row]:
    """What the first shadow would decide otherwise, label by label, and whether one is not asked."""
    about = "Items of which the first shadow decides a critical label otherwise: tagging compare --live names them."
    refused = [monitored.own_metric(each, SHADOW).line(label=each.service) for each in monitored.functions]
    faults = graph(monitored.region, "Shadows refused, batches", refused, stacked=True)
    return [
        Row(2, [text(f"## Shadow\n{about}")]),
        Row(6, [*(_flips(monitored, function) for function in monitored.functions), faults]),
    ]


def versions_row(monitored: MonitoredStack) -> Row:
    """For each function, from its log, the items of each generation of the pointer and each version."""
    title = "items by generation and version"
    return Row(
        6,
        [
            log_widget(monitored.region, f"{each.service}: {title}", [each.log_group], VERSIONS)
            for each in monitored.functions
        ],
    )


def _share(monitored: MonitoredStack, function: MonitoredFunction) -> Widget:
    """Its two metrics stay bounded whatever versions come: none has a dimension of its own."""
    lines = expression_line(
        "100 * FILL(challenger, 0) / items",
        "share of the items",
        challenger=monitored.own_metric(function, "ChallengerItems"),
        items=monitored.own_metric(function, "Items"),
    )
    limits = {"yAxis": {"left": {"min": 0}}}
    return graph(monitored.region, f"{function.service}: served by the challenger, %", lines, **limits)


def _flips(monitored: MonitoredStack, function: MonitoredFunction) -> Widget:
    lines = [
        monitored.own_metric(function, "ShadowFlips", period_s=HOUR_S, label=label).line(label=label)
        for label in (*function.critical, OTHER_LABELS)
    ]
    return graph(monitored.region, f"{function.service}: flips of a shadow an hour", lines, stacked=True)


def _faults(monitored: MonitoredStack) -> Widget:
    lines = [
        monitored.own_metric(function, fault).line(label=f"{function.kind} {fault}")
        for function in monitored.functions
        for fault in SERVING_FAULTS
        if fault != SHADOW
    ]
    return graph(monitored.region, "Faults of pointer and versions, batches", lines, stacked=True)
