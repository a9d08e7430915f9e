"""`tagging benchmark reading`: which words of composed mails are read, and whether anybody sees what is cut."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.options import AsJson, Bundle, shipped_bundle
from benchmarks.quality.reading.composing import ComposedMail, compose, compose_ordinary_reply
from benchmarks.quality.reading.figures import Figure, describe, faults_of, figures, write_faults
from benchmarks.quality.reading.measuring import Reading, read
from tagging import BundleError, load_bundle
from tagging.model import Tagger

Mails = Annotated[int, typer.Option(min=1, help="How many mails.")]
Replies = Annotated[int, typer.Option(min=0, help="How many ordinary replies.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same mails.")]
Show = Annotated[int, typer.Option(min=0, help="Print that many faulty mails.")]
Faults = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Write one raw mail of each kind of fault, and an index.")
]
ParseOnly = Annotated[bool, typer.Option("--parse-only", help="Without the model: no tickets, no review.")]


def reading(
    mails: Mails = 3000,
    replies: Replies = 500,
    seed: Seed = 1,
    show: Show = 0,
    faults: Faults = None,
    bundle: Bundle = None,
    parse_only: ParseOnly = False,
    as_json: AsJson = False,
) -> None:
    """Parse and tag composed mails; takes 15 ms a mail."""
    try:
        tagger = None if parse_only else load_bundle(bundle or shipped_bundle(), packs=["all"])
    except BundleError as error:
        raise typer.BadParameter(str(error)) from None
    with Progress(console=Console(stderr=True, quiet=as_json), transient=True) as bars:
        bar = bars.add_task("reading", total=mails + replies)
        composed = _read_all(compose, seed, mails, tagger, lambda: bars.advance(bar))
        ordinary = _read_all(compose_ordinary_reply, seed, replies, tagger, lambda: bars.advance(bar))
    result = figures(composed, ordinary, tagged=tagger is not None)
    if faults:
        write_faults(faults, [*composed, *ordinary])
    if as_json:
        rows = [asdict(figure) for figure in result]
        print(json.dumps({"benchmark": "reading", "seed": seed, "mails": mails, "replies": replies, "figures": rows}))
    else:
        _print(result, [*composed, *ordinary], show)


def _read_all(
    make: Callable[[int, int], ComposedMail], seed: int, count: int, tagger: Tagger | None, step: Callable[[], None]
) -> list[Reading]:
    results = []
    for index in range(count):
        results.append(read(make(seed, index), tagger))
        step()
    return results


def _print(result: Sequence[Figure], readings: Sequence[Reading], show: int) -> None:
    console = Console(highlight=False, markup=False)
    table = Table(title="reading", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for name in ("", "value", "bound"):
        table.add_column(name, justify="left" if not name else "right")
    for figure in result:
        value = "-" if figure.value is None else f"{figure.value:.4g}"
        table.add_row(figure.name, value, figure.bound + ("" if figure.met is not False else " missed"))
    console.print(table)
    shown = [describe(each, fault) for each in readings for fault in faults_of(each)]
    for text in shown[:show]:
        console.print(f"\n{text}")
