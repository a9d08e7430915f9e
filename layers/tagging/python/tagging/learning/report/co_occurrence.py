"""Which labels hold together: a heat map of the answers, as inline SVG."""

from __future__ import annotations

import numpy as np

from tagging.learning.evaluation import PredictionSet
from tagging.learning.report.markup import Markup, tag

MOST_LABELS = 40
CELL = 17
LETTER = 6.0
"""Width of a letter of a name, and a little over."""
SHOWN_FROM = 0.02


def co_occurrence(observed: PredictionSet) -> Markup:
    """Of the rows where the label of a line holds, the share where that of a column does; the most frequent labels."""
    yes = observed.answers.positive
    frequent = np.argsort(-yes.sum(axis=0), kind="stable")[:MOST_LABELS]
    chosen = np.sort(frequent[yes[:, frequent].any(axis=0)])
    held = yes[:, chosen].astype(int)
    together = held.T @ held
    sizes = np.diag(together)
    names = [observed.labels[column] for column in chosen]
    room = 12 + LETTER * max((len(name) for name in names), default=0)
    marks: list[Markup] = []
    for line, name in enumerate(names):
        middle = (line + 0.5) * CELL
        marks.append(tag("text.name.end", name, x=room - 6, y=room + middle + 3))
        turned = f"translate({room + middle + 3} {room - 6}) rotate(-90)"
        marks.append(tag("text.name", name, transform=turned))
        marks.append(_square(room, line, line, tag("title", f"{name}: {sizes[line]} rows"), "own", 1.0))
        for column, other in enumerate(names):
            share = together[line, column] / sizes[line]
            if column != line and share >= SHOWN_FROM:
                told = f"of {sizes[line]} rows with {name}, {together[line, column]} also have {other}"
                marks.append(_square(room, line, column, tag("title", told), "heat", round(float(share) ** 0.6, 2)))
    side = room + CELL * len(names)
    frame = tag("rect.sheet", x=room, y=room, width=side - room, height=side - room)
    label = "labels that hold together"
    return tag("svg.map", frame, marks, viewBox=f"0 0 {side} {side}", role="img", aria_label=label, width=side)


def _square(room: float, line: int, column: int, title: Markup, name: str, opacity: float) -> Markup:
    place = {"x": room + column * CELL + 0.5, "y": room + line * CELL + 0.5}
    return tag(f"rect.{name}", title, width=CELL - 1, height=CELL - 1, rx=2, fill_opacity=opacity, **place)
