"""`tagging benchmark train`: what training costs in time and memory, on made-up features of the shipped size."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tagging.cli.evaluation_data import learning_installed
from tagging.cli.project import root
from tagging.model import BundleError


def train(
    encoder: Annotated[Path | None, typer.Option(metavar="DIR", help="The shipped encoder if left out.")] = None,
    many: Annotated[bool, typer.Option(help="Also 5,000 labels on 20,000 examples: takes minutes.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, nothing else.")] = False,
) -> None:
    """Time and memory of training. Set OMP_NUM_THREADS=1 to measure one core."""
    with learning_installed():
        from benchmarks.speed.train import feature_share, fit_seconds, many_labels, tuned_seconds
    try:
        share = feature_share(encoder or root() / "layers/mail_model/bundle/encoder")
    except BundleError as error:
        raise typer.BadParameter(str(error)) from None
    fitted, tuned = fit_seconds(), tuned_seconds()
    found = many_labels() if many else None
    if as_json:
        figures = {"feature_share": share, "fit": asdict(fitted), "tuned": asdict(tuned)}
        print(json.dumps({"benchmark": "train"} | figures | ({"many_labels": asdict(found)} if found else {})))
        return
    console = Console(highlight=False)
    console.print(f"features: {share:.0%} of the encoder's own speed")
    console.print(f"2,000 examples, 62 labels: heads {fitted.wall:.1f} s (processor {fitted.processor:.1f} s)")
    console.print(f"  with calibration and thresholds {tuned.wall:.1f} s (processor {tuned.processor:.1f} s)")
    if found:
        console.print(
            f"{found.rows:,} examples, {found.labels:,} labels, dense: {found.fit.wall:.0f} s, "
            f"{found.peak_mb:,.0f} MB at most; an item is scored in {found.score_ms:.2f} ms"
        )
