"""The picture of `tagging benchmark peers`: one panel a figure, one bar a peer, ours first."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tagging.local.peers import BATCH, DELAY_S, OURS, PEERS, Measured

PANELS = {
    "cold": "Cold: process start to first answer",
    "warm": "Warm: one mail",
    "batch": f"Batch: {BATCH} mails, {DELAY_S * 1000:.0f} ms an AWS call",
}
"""Field of `Measured` → what it is."""
TIMES = "\u00d7"
OURS_COLOR, PEER_COLOR, TEXT_COLOR = "#1b6ca8", "#b8c4ce", "#333333"


def draw(found: Mapping[str, Measured], path: Path) -> None:
    """Write the picture, in the form that the file's name says; the same figures make the same bytes."""
    with matplotlib.rc_context({"svg.hashsalt": "tagging", "font.size": 9, "font.family": "DejaVu Sans"}):
        figure = Figure(figsize=(11, 2.9), layout="constrained")
        figure.suptitle(
            "Tagging a mail, beside other ways to do it: milliseconds, less is better",
            fontsize=11, x=0.01, ha="left", color=TEXT_COLOR,
        )  # fmt: skip
        panels = figure.subplots(1, len(PANELS), sharey=True)
        for axes, (kind, title) in zip(panels, PANELS.items(), strict=True):
            _panel(axes, title, {name: getattr(measured, kind).wall for name, measured in found.items()})
        figure.supxlabel(
            f"Wall time, medians of one run; {TIMES}: of Tagging's. One thread each, the same mails and AWS stub; "
            "TF-IDF has no encoder and tells labels by words alone.",
            fontsize=7.5, x=0.01, ha="left", color=TEXT_COLOR,
        )  # fmt: skip
        figure.savefig(path, dpi=160, metadata={"Date": None} if path.suffix == ".svg" else None)


def _panel(axes: Axes, title: str, walls: Mapping[str, float]) -> None:
    names = [PEERS.get(name, "Tagging (tag_mail)") for name in walls]
    bars = axes.barh(names, list(walls.values()), color=[OURS_COLOR if n == OURS else PEER_COLOR for n in walls])
    ratios = {name: f"  {TIMES}{wall / walls[OURS]:.{1 if wall > walls[OURS] else 2}f}" for name, wall in walls.items()}
    labels = [f"{wall:,.0f}" + ("" if name == OURS else ratios[name]) for name, wall in walls.items()]
    axes.bar_label(bars, labels, padding=3, color=TEXT_COLOR)
    axes.set_xlim(0, max(walls.values()) * 1.35)
    axes.set_title(title, fontsize=9, loc="left", color=TEXT_COLOR)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.tick_params(left=False, bottom=False, labelbottom=False, colors=TEXT_COLOR)
    if not axes.yaxis_inverted():  # ours on top; the panels have one axis between them
        axes.invert_yaxis()
