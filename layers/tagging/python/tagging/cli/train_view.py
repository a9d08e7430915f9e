"""How the result of a training is printed: each label with its quality, the pooling, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from tagging.learning.training import LabelResult, TrainingSummary

POOLING = {
    "text": {
        "whole": "the full text",
        "sentences": "the max-scoring sentence",
        "both": "the full text and the max-scoring sentence",
    },
    "image": {"whole": "the whole image"},
}
UNUSABLE = {"text": "without words of their own", "image": "that could not be decoded"}
"""Rows without features, by kind of encoder."""
NOTES = {
    "guess": "zero-shot: no example",
    "unproven": "objective not met: to review",
    "proven": "",
}


def print_training(console: Console, trained: TrainingSummary, out: Path) -> None:
    """A table and a few lines that fit 80 columns."""
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name in ("label", "rows", "threshold", "F1 out of fold", ""):
        table.add_column(name, justify="left" if name in ("label", "") else "right", overflow="fold")
    for label in trained.labels:
        f1 = "\u2013" if label.f1 is None else f"{label.f1:.2f}"
        note = Text(NOTES[state_of(label)], style="yellow")
        table.add_row(label.id, str(label.rows), f"{label.decision.threshold:.2f}", f1, note)
    console.print(table)
    f1_values = ", ".join(f"{name} {f1:.3f}" for name, f1 in trained.choice.micro_f1.items())
    pooling = POOLING[trained.kind][trained.choice.pooling.aggregate]
    console.print(f"\npooling: {pooling}" + (f" (micro-F1 out of fold: {f1_values})" if f1_values else ""))
    examples = "mails composed of the rows" if trained.composed else "rows"
    console.print(f"trained on {trained.rows} rows; thresholds tuned on {trained.held_out} {examples}")
    if trained.skipped:
        reason = UNUSABLE[trained.kind]
        console.print(f"{len(trained.skipped)} rows {reason} were left out", style="yellow")
    for sentence in trained.notes:
        console.print(f"objective of {sentence}", style="yellow", markup=False)
    console.print(f"{out}: heads of {trained.heads_bytes / 1e6:.2f} MB", markup=False)
    console.print(format_expectation(trained))


def format_expectation(trained: TrainingSummary) -> str:
    """One sentence: what to expect of the bundle."""
    items = {"text": "mails", "image": "images"}[trained.kind]
    expected = trained.expectation
    if expected is None:
        return f"too few rows to tell what to expect on other {items}: evaluate on some that are labelled"
    low, high = (f"{end:.2f}".removeprefix("0") for end in (expected.micro_f1.low, expected.micro_f1.high))
    right = round(100 * expected.fully_right)
    return f"on {items} like these rows expect {low} to {high} micro-F1, and {right} of 100 fully right"


def state_of(label: LabelResult) -> str:
    """`guess`, `unproven` or `proven`, as --json names it."""
    if label.decision.zero_shot:
        return "guess"
    return "proven" if label.decision.meets_objective else "unproven"


def training_document(trained: TrainingSummary, out: Path) -> Mapping[str, object]:
    """The result as --json prints it."""
    return {
        "bundle": str(out),
        "kind": trained.kind,
        "aggregate": trained.choice.pooling.aggregate,
        "sentence_share": trained.choice.pooling.share,
        "micro_f1_by_aggregate": trained.choice.micro_f1,
        "rows": trained.rows,
        "skipped": dict(trained.skipped),
        "trials": trained.held_out,
        "composed": trained.composed,
        "heads_bytes": trained.heads_bytes,
        "export_within": trained.max_difference,
        "expectation": trained.expectation and msgspec.to_builtins(trained.expectation),
        "objective_notes": list(trained.notes),
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
