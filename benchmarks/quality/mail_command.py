"""`tagging benchmark mail`: whole text, sentences, or both, on composed mails and on whole conversations."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from tagging.cli.evaluation_data import learning_installed
from tagging.cli.project import root
from tagging.model import BundleError

if TYPE_CHECKING:  # scikit-learn takes a second to import, and is there only with the extra `learning`
    from benchmarks.quality.mail import Outcome

CONTESTS = 3
WAYS_EACH = 4


def mail(
    data: Annotated[Path, typer.Option(metavar="DIR", help="The folder that holds nlupp/ and multidogo/.")],
    encoder: Annotated[Path | None, typer.Option(metavar="DIR", help="The shipped encoder if left out.")] = None,
    cache: Annotated[Path | None, typer.Option(metavar="DIR", help="Keeps features between runs.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, nothing else.")] = False,
) -> None:
    """Compare the ways of hearing a mail; takes minutes."""
    with learning_installed():
        from benchmarks.quality.mail import contests, run_contest, together
        from tagging.learning.data import DataError
    folder = encoder or root() / "layers/mail_model/bundle/encoder"
    try:
        with Progress(console=Console(stderr=True, quiet=as_json), transient=True) as bars:
            bar = bars.add_task("ways of hearing", total=CONTESTS * WAYS_EACH)
            outcomes = [run_contest(contest, folder, cache, lambda: bars.advance(bar)) for contest in contests(data)]
    except (DataError, BundleError) as error:
        raise typer.BadParameter(str(error)) from None
    if as_json:
        figures = {"contests": [asdict(outcome) for outcome in outcomes], "composed": together(outcomes[:2])}
        print(json.dumps({"benchmark": "mail"} | figures))
    else:
        _show(outcomes, together(outcomes[:2]))


def _show(outcomes: list[Outcome], composed: dict[str, float]) -> None:
    console = Console(highlight=False)
    table = Table(title="micro-F1 of mails", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for name in ("", "whole", "sentences", "both", "chosen", "its F1"):
        table.add_column(name, justify="left" if name in ("", "chosen") else "right", no_wrap=bool(name))
    for outcome in outcomes:
        reached = [f"{outcome.micro_f1[way]:.3f}" for way in ("whole", "sentences", "both")]
        table.add_row(outcome.name, *reached, outcome.chosen, f"{outcome.chosen_f1:.3f}")
    reached = [f"{composed[way]:.3f}" for way in ("whole", "sentences", "both")]
    table.add_row("both domains' composed mails together", *reached, "", f"{composed['chosen']:.3f}")
    console.print(table)
    for outcome in outcomes:
        found = outcome.calibration
        console.print(
            f"{outcome.name}: learned from {outcome.rows} rows, tested on {outcome.mails} mails; of {found.labels} "
            f"labels that 50 test rows and more hold, {found.skill} beat their share of yes for sure, {found.slope} "
            f"have a slope of 0.7 to 1.4, {found.error} an error of at most .08, {found.error_by_chance} more one "
            f"that chance explains (mean {found.mean_error:.3f}; were all scores right, {found.chance_error:.3f})"
        )
