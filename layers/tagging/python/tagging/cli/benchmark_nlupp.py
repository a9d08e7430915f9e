"""`tagging benchmark nlupp`: the shipped features and training on NLU++, in its authors' regimes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import track

from tagging.bundle import BundleError
from tagging.cli.benchmark_report import report
from tagging.cli.project import root


def nlupp(
    data: Annotated[Path, typer.Option(metavar="DIR", help="The NLU++ folder, or one that holds it as nlupp/.")],
    domain: Annotated[Literal["banking", "hotels"], typer.Option(help="Whose messages.")] = "banking",
    regime: Annotated[
        Literal["low", "mid", "large"], typer.Option(help="Train on 1, 2 or 18 of 20 folds, test on the others.")
    ] = "low",
    runs: Annotated[int | None, typer.Option(min=1, help="Only the first so many official runs.")] = None,
    encoder: Annotated[Path | None, typer.Option(metavar="DIR", help="The shipped encoder if left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, nothing else.")] = False,
) -> None:
    """Quality on NLU++: micro- and macro-F1, means over the official runs, thresholds chosen without the test folds."""
    try:
        # scikit-learn takes a second to import, and is there only with the extra `learning`.
        from tagging.learning.nlupp_benchmark import Benchmark, run_benchmark, summary
        from tagging.learning.rows import DataError
    except ModuleNotFoundError as error:
        raise typer.BadParameter(f"needs the extra `learning`: {error.name} is not installed") from None
    chosen = Benchmark(data, encoder or root() / "layers/mail_model/bundle/encoder", domain, regime, runs)
    progress = Console(stderr=True, quiet=as_json)
    try:
        each = list(track(run_benchmark(chosen), "runs", chosen.count, console=progress, transient=True))
    except (DataError, BundleError) as error:
        raise typer.BadParameter(str(error)) from None
    figures = summary(chosen, each)
    if as_json:
        print(json.dumps({"benchmark": "nlupp"} | figures))
    else:
        report("nlupp", {name: value for name, value in figures.items() if name != "each"}, as_json=False)
