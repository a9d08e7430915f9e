"""`tagging benchmark nlupp`: the shipped features and training on NLU++, beside peers, in its authors' regimes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from tagging.cli.project import root
from tagging.model import BundleError


def nlupp(
    data: Annotated[Path, typer.Option(metavar="DIR", help="The NLU++ folder, or one that holds it as nlupp/.")],
    domain: Annotated[Literal["banking", "hotels"], typer.Option(help="Whose messages.")] = "banking",
    regime: Annotated[
        Literal["low", "mid", "large"], typer.Option(help="Train on 1, 2 or 18 of 20 folds, test on the others.")
    ] = "low",
    runs: Annotated[int | None, typer.Option(min=1, help="Only the first so many official runs.")] = None,
    encoder: Annotated[Path | None, typer.Option(metavar="DIR", help="The shipped encoder if left out.")] = None,
    setfit: Annotated[
        bool, typer.Option(help="SetFit too, where the extra `peers` is installed: six tunings a run, hours in all.")
    ] = True,
    setfit_steps: Annotated[int, typer.Option(min=1, help="Steps of each of SetFit's tunings.")] = 600,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, nothing else.")] = False,
) -> None:
    """Micro- and macro-F1, means over the official runs; thresholds chosen out of fold, in the same way for all."""
    try:
        # scikit-learn takes a second to import, and is there only with the extra `learning`.
        from benchmarks.quality.nlupp import ALWAYS, SETFIT, Benchmark, run_benchmark, summary
        from benchmarks.quality.setfit import is_installed
        from tagging.learning.data import DataError
    except ModuleNotFoundError as error:
        raise typer.BadParameter(f"needs the extra `learning`: {error.name} is not installed") from None
    entered = (*ALWAYS, SETFIT) if setfit and is_installed() else ALWAYS
    folder = encoder or root() / "layers/mail_model/bundle/encoder"
    chosen = Benchmark(data, folder, domain, regime, runs, entered, setfit_steps)
    progress = Console(stderr=True, quiet=as_json)
    try:
        each = list(track(run_benchmark(chosen), "runs", chosen.count, console=progress, transient=True))
    except (DataError, BundleError) as error:
        raise typer.BadParameter(str(error)) from None
    figures = summary(chosen, each)
    if as_json:
        print(json.dumps({"benchmark": "nlupp"} | figures))
    else:
        _show(figures)


def _show(figures: dict[str, Any]) -> None:
    title = f"NLU++ {figures['domain']}, {figures['regime']}, {figures['runs']} runs"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0), caption=figures["note"])
    table.add_column("", justify="left")
    for name in ("micro-F1", "macro-F1", "macro-F1, all labels", "s a run"):
        table.add_column(name, justify="right")
    for name, means in figures["contenders"].items():
        f1s = (f"{means[key]:.3f}" for key in ("micro_f1", "macro_f1", "macro_f1_all"))
        table.add_row(name, *f1s, f"{means['seconds']:.1f}")
    Console().print(table)
