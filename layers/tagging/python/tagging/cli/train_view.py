"""What `tagging train` says at its end: how the bundle listens, and each label with what is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:  # scikit-learn takes a second to import, and is there only with the extra `learning`
    from tagging.learning.training import LabelLearned, Trained

LISTENS = {
    "whole": "to the whole text",
    "sentences": "to single sentences, the loudest counts",
    "both": "to the whole text and to its loudest sentence",
}
STATES = {
    "guess": "guess: no example",
    "unproven": "unproven: to review",
    "proven": "",
}


def show_trained(console: Console, trained: Trained, out: Path) -> None:
    """A few lines and a table that fit 80 columns."""
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name in ("label", "rows", "from score", "F1 out of fold", ""):
        table.add_column(name, justify="left" if name in ("label", "") else "right")
    for label in trained.labels:
        state = state_of(label)
        f1 = "\u2013" if label.f1 is None else f"{label.f1:.2f}"
        told = Text(STATES[state], style="yellow")
        table.add_row(label.id, str(label.rows), f"{label.decision.threshold:.2f}", f1, told)
    console.print(table)
    way = trained.choice.way.aggregate
    tried = ", ".join(f"{name} {f1:.3f}" for name, f1 in trained.choice.micro_f1.items())
    trials = "mails composed of the rows" if trained.composed else "rows"
    heard = "looks at whole images" if trained.kind == "image" else f"listens {LISTENS[way]}"
    console.print(f"\n{heard}" + (f" (micro-F1 out of fold: {tried})" if tried else ""))
    console.print(f"learned from {trained.rows} rows; thresholds tuned on {trained.trials} {trials}")
    if trained.skipped:
        why = "that could not be decoded" if trained.kind == "image" else "without words of their own"
        console.print(f"{len(trained.skipped)} rows {why} were left out", style="yellow")
    console.print(f"{out}: heads of {trained.heads_bytes / 1e6:.2f} MB", markup=False)


def state_of(label: LabelLearned) -> str:
    """`guess`, `unproven` or `proven`."""
    if label.decision.zero_shot:
        return "guess"
    return "proven" if label.decision.meets_objective else "unproven"


def as_figures(trained: Trained, out: Path) -> Mapping[str, object]:
    """The same for machines."""
    return {
        "bundle": str(out),
        "kind": trained.kind,
        "aggregate": trained.choice.way.aggregate,
        "sentence_share": trained.choice.way.share,
        "micro_f1_by_aggregate": trained.choice.micro_f1,
        "rows": trained.rows,
        "skipped": dict(trained.skipped),
        "trials": trained.trials,
        "composed": trained.composed,
        "heads_bytes": trained.heads_bytes,
        "export_within": trained.furthest,
        "labels": [
            {
                "id": label.id,
                "rows": label.rows,
                "f1_out_of_fold": None if label.f1 is None else round(label.f1, 4),
                "state": state_of(label),
            }
            | {name: getattr(label.decision, name) for name in ("threshold", "review", "positives")}
            for label in trained.labels
        ],
    }
