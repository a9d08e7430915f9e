"""The figures of a widget: its lines looked up in what was recorded, its expressions computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from infra.monitoring.preview.body import Line, Widget
from infra.monitoring.preview.metric_math import NotComputed, calculate, searched
from infra.monitoring.preview.recorded import Key, Recorded


@dataclass(frozen=True)
class Drawn:
    """One line with its figures: one a step, and one for all of them; None where there are none."""

    label: str
    points: tuple[float | None, ...]
    whole: float | None


@dataclass(frozen=True)
class Figures:
    """What a widget shows, and what it cannot show without AWS."""

    drawn: tuple[Drawn, ...]
    lacking: tuple[str, ...]


def figures(widget: Widget, recorded: Recorded, functions: Mapping[str, str]) -> Figures:
    """The visible lines of a widget; `functions` names the logical ids of functions as the local cloud does."""
    drawn: list[Drawn] = []
    lacking: list[str] = []
    for line in widget.lines:
        if not line.visible:
            continue
        try:
            found = list(_drawn(line, widget.lines, recorded, functions))
        except NotComputed as error:
            lacking.append(f"{line.label}: {error}")
            continue
        drawn += found
        if not found:
            lacking.append(line.label)
    return Figures(tuple(drawn), tuple(lacking))


def _drawn(line: Line, among: Iterable[Line], recorded: Recorded, functions: Mapping[str, str]) -> Iterable[Drawn]:
    if line.expression is None:
        key = _key(line, functions)
        points = recorded.series(key, line.stat)
        if points is not None:
            yield Drawn(line.label, tuple(points), recorded.whole(key, line.stat))
        return
    search = searched(line.expression, recorded)
    if search is not None:
        stat, keys = search
        for key in keys:
            label = " ".join(value for _, value in reversed(key[1]))
            yield Drawn(label, tuple(recorded.series(key, stat) or ()), recorded.whole(key, stat))
        return
    keys_of = {each.id: (_key(each, functions), each.stat) for each in among if each.id and not each.expression}
    if not any(key in recorded.values for key, _ in keys_of.values()):
        return
    rows = {id: recorded.series(*asked) or [None] * recorded.steps for id, asked in keys_of.items()}
    points = [calculate(line.expression, {id: row[step] for id, row in rows.items()}) for step in range(recorded.steps)]
    whole = calculate(line.expression, {id: recorded.whole(*asked) for id, asked in keys_of.items()})
    yield Drawn(line.label, tuple(points), whole)


def _key(line: Line, functions: Mapping[str, str]) -> Key:
    """What the metric is recorded under: by the function's name, without the alias that Lambda tells it by."""
    told = [(name, functions.get(value, value)) for name, value in line.dimensions if name != "Resource"]
    return line.name, tuple(sorted(told))
