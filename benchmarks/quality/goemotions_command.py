"""`tagging benchmark goemotions`: the shipped features on 28 emotions in 54,000 short comments."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from benchmarks.report import report
from tagging.cli.project import root
from tagging.model import BundleError


def goemotions(
    data: Annotated[Path, typer.Option(metavar="DIR", help="GoEmotions, or a folder that holds it as goemotions/.")],
    encoder: Annotated[Path | None, typer.Option(metavar="DIR", help="The shipped encoder if left out.")] = None,
    cache: Annotated[Path | None, typer.Option(metavar="DIR", help="Where features are kept; build/features.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, nothing else.")] = False,
) -> None:
    """Micro- and macro-F1 on the official test split; encoding takes minutes the first time."""
    try:
        # scikit-learn takes a second to import, and is there only with the extra `learning`.
        from benchmarks.quality.goemotions import run_goemotions
        from tagging.learning.data import DataError
    except ModuleNotFoundError as error:
        raise typer.BadParameter(f"needs the extra `learning`: {error.name} is not installed") from None
    folder = encoder or root() / "layers/mail_model/bundle/encoder"
    with Progress(console=Console(stderr=True, quiet=as_json), transient=True) as shown:
        task = shown.add_task("encoding", total=None)
        try:
            figures = run_goemotions(
                data,
                folder,
                cache or root() / "build/features",
                lambda done, total: shown.update(task, completed=done, total=total),
            )
        except (DataError, BundleError) as error:
            raise typer.BadParameter(str(error)) from None
    report("goemotions", figures if as_json else {k: v for k, v in figures.items() if k != "labels_f1"}, as_json)
