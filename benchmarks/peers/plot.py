"""The plot of `tagging benchmark peers`: one panel per figure, one bar per handler, ours first."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.peers.measurement import BATCH, DELAY_S, OURS, PEERS, Measurement

PANELS = {
    ("cold", "cpu"): "Cold: process start to first answer, CPU",
    ("warm", "cpu"): "Warm: one mail, CPU",
    ("batch", "wall"): f"Batch: {BATCH} mails, {DELAY_S * 1000:.0f} ms an AWS call, wall",
}
"""Field of `Measurement` and clock → title. CPU time hardly depends on the load of the machine."""
TIMES = "\u00d7"
OURS_COLOR, PEER_COLOR, TEXT_COLOR = "#1b6ca8", "#b8c4ce", "#333333"


def draw(measurements: Mapping[str, Measurement], path: Path) -> None:
    """Write the plot in the format of the file's extension; the same figures give the same bytes."""
    with matplotlib.rc_context({"svg.hashsalt": "tagging", "font.size": 9, "font.family": "DejaVu Sans"}):
        figure = Figure(figsize=(11, 2.9), layout="constrained")
        figure.suptitle(
            "Tagging a mail, beside other ways to do it: milliseconds, less is better",
            fontsize=11, x=0.01, ha="left", color=TEXT_COLOR,
        )  # fmt: skip
        panels = figure.subplots(1, len(PANELS), sharey=True)
        for axes, ((kind, clock), title) in zip(panels, PANELS.items(), strict=True):
            _panel(axes, title, {name: getattr(getattr(one, kind), clock) for name, one in measurements.items()})
        figure.supxlabel(
            f"Medians of one run; {TIMES}: of Tagging's. One thread each, the same mails and AWS stub; "
            "TF-IDF has no encoder and uses words alone.",
            fontsize=7.5, x=0.01, ha="left", color=TEXT_COLOR,
        )  # fmt: skip
        figure.savefig(path, dpi=160, metadata={"Date": None} if path.suffix == ".svg" else None)


def _panel(axes: Axes, title: str, spent: Mapping[str, float]) -> None:
    ours = spent[OURS]
    names = [PEERS.get(name, "Tagging (tag_mail)") for name in spent]
    bars = axes.barh(names, list(spent.values()), color=[OURS_COLOR if n == OURS else PEER_COLOR for n in spent])
    ratios = {name: f"  {TIMES}{ms / ours:.{1 if ms > ours else 2}f}" for name, ms in spent.items()}
    labels = [f"{ms:,.0f}" + ("" if name == OURS else ratios[name]) for name, ms in spent.items()]
    axes.bar_label(bars, labels, padding=3, color=TEXT_COLOR)
    axes.set_xlim(0, max(spent.values()) * 1.35)
    axes.set_title(title, fontsize=9, loc="left", color=TEXT_COLOR)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.tick_params(left=False, bottom=False, labelbottom=False, colors=TEXT_COLOR)
    if not axes.yaxis_inverted():  # ours on top; the panels share the axis
        axes.invert_yaxis()
