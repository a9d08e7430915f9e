"""CloudWatch's metric expressions, those that our dashboards use: arithmetic, FILL, and SEARCH by dimensions."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping

from infra.monitoring.preview.recorded_metrics import Key, RecordedMetrics

Value = float | None
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_SEARCH = re.compile(r"""SEARCH\('\{([^}]*)\}\s*MetricName="([^"]+)"'\s*,\s*'([^']+)'""")


class NotComputed(ValueError):
    """Only AWS can compute this; the message is the part that is not implemented here."""


def calculate(expression: str, inputs: Mapping[str, Value]) -> Value:
    """The value of an expression; None where an input that it needs has none. Raises NotComputed."""
    try:
        return _value(ast.parse(expression, mode="eval").body, inputs)
    except SyntaxError:
        raise NotComputed(expression) from None


def search(expression: str, recorded: RecordedMetrics) -> tuple[str, list[Key]] | None:
    """The statistic of a SEARCH and the metrics that match it; None for an expression of another kind."""
    parsed = _SEARCH.search(expression)
    if parsed is None:
        return None
    dimensions = sorted(parsed[1].split(",")[1:])
    return parsed[3], [
        key for key in sorted(recorded.values) if key[0] == parsed[2] and [name for name, _ in key[1]] == dimensions
    ]


def _value(node: ast.expr, inputs: Mapping[str, Value]) -> Value:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            if name not in inputs:
                raise NotComputed(name)
            return inputs[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            value = _value(operand, inputs)
            return None if value is None else -value
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            a, b = _value(left, inputs), _value(right, inputs)
            if a is None or b is None or (isinstance(op, ast.Div) and b == 0):
                return None
            return _OPERATORS[type(op)](a, b)
        case ast.Call(func=ast.Name(id="FILL"), args=[operand, default]):
            value = _value(operand, inputs)
            return _value(default, inputs) if value is None else value
    raise NotComputed(ast.unparse(node))
