"""Evaluates the alarms of a synthesised template over recorded metrics, as CloudWatch documents it.

Metric alarms with single metrics, metric math and queries over all values of a dimension; composite alarms. Windows
slide (CloudWatch's default). Alarms on anomaly detection bands are left out: nothing outside AWS has their model.
"""

from __future__ import annotations

import ast
import operator
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

STEP = 5
"""Minutes between two evaluations."""
MORE_PERIODS = 2
"""Periods before the evaluated ones whose data points replace missing ones. AWS publishes no number; its example of
three periods has these two."""
Values = np.ndarray
"""One value per evaluation; NaN where CloudWatch has no data point."""
Key = tuple[str, str, frozenset[tuple[str, str]]]
"""Namespace, name and dimensions of a metric."""


class RecordedMetrics:
    """Values of metrics with the minutes at which they were published."""

    def __init__(self, minutes: int) -> None:
        self.times = np.arange(STEP, minutes + 1, STEP)
        """Minutes of the evaluations; each sees what was published before it."""
        self._recorded: dict[Key, list[tuple[Values, Values]]] = defaultdict(list)
        self._statistics: dict[tuple[Key, str, int], Values] = {}

    def add(self, namespace: str, name: str, dimensions: Mapping[str, str], minutes: Any, values: Any) -> None:
        """Record values published at these minutes."""
        self._statistics.clear()
        minutes = np.atleast_1d(np.asarray(minutes, dtype=float))
        values = np.broadcast_to(np.asarray(values, dtype=float), minutes.shape)
        self._recorded[namespace, name, frozenset(dimensions.items())].append((minutes, values))

    def query(
        self, namespace: str, name: str, keys: set[str], where: tuple[str, str] | None
    ) -> list[tuple[Values, Values]]:
        """What was recorded under all metrics with exactly these dimensions, with `where` one of them as in it."""
        return [
            each
            for (space, metric, dimensions), recorded in self._recorded.items()
            if (space, metric, set(dict(dimensions))) == (namespace, name, keys)
            if where is None or where in dimensions
            for each in recorded
        ]

    def statistic(self, key: Key, stat: str, period: int) -> Values:
        """A statistic over the `period` minutes before each evaluation."""
        if (key, stat, period) not in self._statistics:
            self._statistics[key, stat, period] = self.aggregate(self._recorded.get(key, []), stat, period)
        return self._statistics[key, stat, period]

    def aggregate(self, recorded: list[tuple[Values, Values]], stat: str, period: int) -> Values:
        """The same of these values."""
        if not recorded:
            return np.full(self.times.shape, np.nan)
        minutes, values = (np.concatenate(each) for each in zip(*recorded, strict=True))
        order = np.argsort(minutes, kind="stable")
        minutes, values = minutes[order], values[order]
        first, last = (np.searchsorted(minutes, at, "left") for at in (self.times - period, self.times))
        result = np.full(self.times.shape, np.nan)
        some = last > first
        result[some] = _statistic(stat, values, first[some], last[some])
        return result


def _statistic(stat: str, values: Values, first: Values, last: Values) -> Values:
    """The statistic of values[first:last] for each pair; none is empty."""
    if stat == "SampleCount":
        return last - first
    if stat in ("Sum", "Average"):
        total = _sums(values, first, last)
        return total if stat == "Sum" else total / (last - first)
    if rank := re.fullmatch(r"PR\(:([\d.]+)\)", stat):
        return 100 * _sums(values <= float(rank[1]), first, last) / (last - first)
    if percentile := re.fullmatch(r"p([\d.]+)", stat):
        share = float(percentile[1]) / 100
        return np.array([_percentile(np.sort(values[a:b]), share) for a, b in zip(first, last, strict=True)])
    function = {"Maximum": np.maximum, "Minimum": np.minimum}[stat]
    pairs = np.stack([first, last], axis=1).ravel()
    return function.reduceat(np.append(values, 0), pairs)[::2]


def _percentile(ordered: Values, share: float) -> float:
    """As `numpy.percentile`, which takes 40 times as long for a few values."""
    whole, part = divmod(share * (len(ordered) - 1), 1)
    low, high = ordered[int(whole)], ordered[min(int(whole) + 1, len(ordered) - 1)]
    return float(low + part * (high - low))


def _sums(values: Values, first: Values, last: Values) -> Values:
    cumulative = np.concatenate([[0.0], np.cumsum(values)])
    return cumulative[last] - cumulative[first]


_BINARY: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.And: lambda a, b: (a != 0) & (b != 0),
    ast.Or: lambda a, b: (a != 0) | (b != 0),
}


def calculate(expression: str, names: Mapping[str, Values]) -> Values:
    """Metric math: arithmetic, comparisons, AND, OR, IF and FILL with a number.

    Where an operand has no data point, the result has none; FILL is what avoids that.
    """
    python = re.sub(r"\b(AND|OR)\b", lambda word: word[0].lower(), expression)
    return _calculate(ast.parse(python, mode="eval").body, names)


def _calculate(node: ast.expr, names: Mapping[str, Values]) -> Any:
    if isinstance(node, ast.Constant):
        return np.float64(node.value)
    if isinstance(node, ast.Name):
        return names[node.id]
    if isinstance(node, ast.BinOp):
        return _apply(node.op, node.left, node.right, names)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return _apply(node.ops[0], node.left, node.comparators[0], names)
    if isinstance(node, ast.BoolOp):
        result = _calculate(node.values[0], names)
        for value in node.values[1:]:
            result = _combine(node.op, result, _calculate(value, names))
        return result
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        arguments = [_calculate(each, names) for each in node.args]
        if node.func.id == "FILL":
            return np.where(np.isnan(arguments[0]), arguments[1], arguments[0])
        if node.func.id == "IF":
            condition, yes, no = arguments
            return np.where(np.isnan(condition), np.nan, np.where(condition != 0, yes, no))
    raise NotImplementedError(f"metric math: {ast.unparse(node)}")


def _apply(operation: ast.AST, left: ast.expr, right: ast.expr, names: Mapping[str, Values]) -> Any:
    return _combine(operation, _calculate(left, names), _calculate(right, names))


def _combine(operation: ast.AST, left: Any, right: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        result = np.asarray(_BINARY[type(operation)](left, right), dtype=float)
    return np.where(np.isnan(left) | np.isnan(right) | np.isinf(result), np.nan, result)


class TemplateAlarms:
    """The alarms of one template; names of resources in dimensions are their logical ids."""

    def __init__(self, template: Mapping[str, Any]) -> None:
        resources = template["Resources"].values()
        every = [each["Properties"] for each in resources if each["Type"] == "AWS::CloudWatch::Alarm"]
        self._simple = {each["AlarmName"]: each for each in every if "ThresholdMetricId" not in each}
        kind = "AWS::CloudWatch::CompositeAlarm"
        self._composite = {
            each["Properties"]["AlarmName"]: each["Properties"] for each in resources if each["Type"] == kind
        }

    def states(self, metrics: RecordedMetrics) -> dict[str, Values]:
        """Name of each alarm → whether it is in ALARM, for each evaluation."""
        states = {name: _in_alarm(each, metrics) for name, each in self._simple.items()}
        for name, composite in self._composite.items():
            numbered = {f"a{number}": part for number, part in enumerate(states)}
            rule = composite["AlarmRule"]
            for number, part in numbered.items():
                rule = rule.replace(f'ALARM("{part}")', number)
            parts = {number: states[part].astype(float) for number, part in numbered.items() if number in rule}
            states[name] = calculate(rule, parts) > 0
        return states

    def notifications(self, metrics: RecordedMetrics, topic: str) -> list[tuple[int, str]]:
        """Minute and alarm of every change to ALARM that a topic (a logical id) is told of."""
        result = []
        for name, state in self.states(metrics).items():
            actions = (self._simple.get(name) or self._composite[name]).get("AlarmActions", [])
            if {"Ref": topic} in actions:
                starts = state & ~np.concatenate([[False], state[:-1]])
                result += [(int(minute), name) for minute in metrics.times[starts]]
        return sorted(result)


def _in_alarm(alarm: Mapping[str, Any], metrics: RecordedMetrics) -> Values:
    """M of the last N data points breach; older ones replace missing ones, and then `TreatMissingData` counts."""
    values, period = _values(alarm, metrics)
    periods = int(alarm["EvaluationPeriods"])
    shifts = [number * period // STEP for number in range(periods + MORE_PERIODS)]
    points = np.stack([np.concatenate([np.full(shift, np.nan), values])[: len(values)] for shift in shifts])
    present = ~np.isnan(points)
    used = present & (np.cumsum(present, axis=0) <= periods)
    compare = {"GreaterThanThreshold": operator.gt, "LessThanThreshold": operator.lt}[alarm["ComparisonOperator"]]
    breaching = (used & compare(points, alarm["Threshold"])).sum(axis=0)
    if alarm.get("TreatMissingData") == "breaching":
        breaching = breaching + periods - used.sum(axis=0)
    return breaching >= alarm.get("DatapointsToAlarm", periods)


def _values(alarm: Mapping[str, Any], metrics: RecordedMetrics) -> tuple[Values, int]:
    """The data points that an alarm compares, and the minutes of a period."""
    if "MetricName" in alarm:
        stat = alarm.get("Statistic") or alarm["ExtendedStatistic"]
        return metrics.statistic(_key(alarm), stat, alarm["Period"] // 60), alarm["Period"] // 60
    inputs = {each["Id"]: each["MetricStat"] for each in alarm["Metrics"] if "MetricStat" in each}
    (result,) = (each for each in alarm["Metrics"] if "Expression" in each)
    if query := _QUERY.fullmatch(result["Expression"]):
        stat, name, namespace, keys, *where = query.groups()
        recorded = metrics.query(namespace, name, set(keys.split(", ")), (where[0], where[1]) if where[0] else None)
        period = result["Period"] // 60
        return metrics.aggregate(recorded, stat.capitalize(), period), period
    (period,) = {each["Period"] // 60 for each in inputs.values()}
    names = {id: metrics.statistic(_key(each["Metric"]), each["Stat"], period) for id, each in inputs.items()}
    return calculate(result["Expression"], names), period


_QUERY = re.compile(r"""SELECT (\w+)\((\w+)\) FROM SCHEMA\("([^"]+)", ([\w, ]+)\)(?: WHERE (\w+) = '([^']+)')?""")


def _key(metric: Mapping[str, Any]) -> Key:
    dimensions = frozenset((each["Name"], resolve(each["Value"])) for each in metric.get("Dimensions", []))
    return metric["Namespace"], metric["MetricName"], dimensions


def resolve(value: Any) -> str:
    """A name in the template, with logical ids for what CloudFormation fills in."""
    if isinstance(value, str):
        return value
    if "Ref" in value:
        return str(value["Ref"])
    if "Fn::GetAtt" in value:
        return str(value["Fn::GetAtt"][0])
    separator, parts = value["Fn::Join"]
    return str(separator).join(map(resolve, parts))
