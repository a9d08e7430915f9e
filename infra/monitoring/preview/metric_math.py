"""CloudWatch's metric expressions, as far as our dashboards go: arithmetic, FILL, and SEARCH by its dimensions."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping

from infra.monitoring.preview.recorded import Key, Recorded

Figure = float | None
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_SEARCH = re.compile(r"""SEARCH\('\{([^}]*)\}\s*MetricName="([^"]+)"'\s*,\s*'([^']+)'""")


class NotComputed(ValueError):
    """An expression that only CloudWatch can compute; the text is the part that is too much."""


def calculate(expression: str, inputs: Mapping[str, Figure]) -> Figure:
    """The expression's value where its inputs have these; None where one that it needs has none. NotComputed."""
    try:
        return _value(ast.parse(expression, mode="eval").body, inputs)
    except SyntaxError:
        raise NotComputed(expression) from None


def searched(expression: str, recorded: Recorded) -> tuple[str, list[Key]] | None:
    """The statistic of a SEARCH and the metrics that it finds; None for an expression of another kind."""
    asked = _SEARCH.search(expression)
    if asked is None:
        return None
    names = sorted(asked[1].split(",")[1:])
    return asked[3], [
        key for key in sorted(recorded.values) if key[0] == asked[2] and [name for name, _ in key[1]] == names
    ]


def _value(node: ast.expr, inputs: Mapping[str, Figure]) -> Figure:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            if name not in inputs:
                raise NotComputed(name)
            return inputs[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            found = _value(operand, inputs)
            return None if found is None else -found
        case ast.BinOp(left=left, op=by, right=right) if type(by) in _OPERATORS:
            one, other = _value(left, inputs), _value(right, inputs)
            if one is None or other is None or (isinstance(by, ast.Div) and other == 0):
                return None
            return _OPERATORS[type(by)](one, other)
        case ast.Call(func=ast.Name(id="FILL"), args=[filled, instead]):
            found = _value(filled, inputs)
            return _value(instead, inputs) if found is None else found
    raise NotComputed(ast.unparse(node))
