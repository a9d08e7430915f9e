"""`tagging import`: what people have, to data set rows and a first taxonomy."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tagging.cli.data import failed, read_known_taxonomy
from tagging.cli.data_view import show_problems, show_report
from tagging.learning.data import (
    IMPORTERS,
    REGIMES,
    DataError,
    Imported,
    Problem,
    Regime,
    Row,
    RowError,
    carry_over,
    expand,
    fit_row,
    hold_out,
    nlupp_run,
    refuse,
    report_of,
    write_first_taxonomy,
    write_rows,
)
from tagging.taxonomy import Taxonomy


def import_data(
    format_: Annotated[str, typer.Argument(metavar="FORMAT", help=", ".join(IMPORTERS))],
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="The file or folder to read.")],
    out: Annotated[Path, typer.Option(metavar="FILE.jsonl", help="Where the rows go.")],
    taxonomy: Annotated[
        Path | None,
        typer.Option(metavar="FILE.yaml", help="Written from the labels found; one that exists is checked against."),
    ] = None,
    test_out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.jsonl", help="Hold rows back for `evaluate`: those of split test, or a fifth."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Write nothing if anything is wrong.")] = False,
    nlupp_split: Annotated[
        str | None, typer.Option(metavar="REGIME:RUN", help="nlupp: an official run as train and test, as low:0.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, nothing else.")] = False,
) -> None:
    """Import labelled data: rows and a report on them, and with --taxonomy a first taxonomy to edit."""
    if format_ not in IMPORTERS:
        raise typer.BadParameter(f"there is no format {format_}; there are {', '.join(IMPORTERS)}")
    known = read_known_taxonomy(taxonomy) if taxonomy and taxonomy.exists() else None
    try:
        found = _split(IMPORTERS[format_](source), nlupp_split)
        rows, problems = _fitting(found, known, str(source))
        refuse(source, rows, problems, strict=strict)
        written = _write(rows, out, test_out)
        if taxonomy and known is None:
            write_first_taxonomy(taxonomy, rows, found.names)
            written[taxonomy] = "a first taxonomy, to be edited"
    except DataError as error:
        raise failed(error) from None
    except OSError as error:
        raise typer.BadParameter(f"{error.filename}: cannot be written: {error.strerror}") from None
    report = report_of(rows, known)
    if as_json:
        told = {"written": [str(path) for path in written], "problems": [str(problem) for problem in problems]}
        print(json.dumps(told | report.as_json(), ensure_ascii=False))
        return
    console = Console()
    show_problems(console, problems)
    show_report(console, report)
    console.print()
    for path, said in written.items():
        console.print(f"{path}: {said}", highlight=False, markup=False, soft_wrap=True)


def _write(rows: list[Row], out: Path, test_out: Path | None) -> dict[Path, str]:
    """The data set files, and what is in each."""
    if test_out is None:
        write_rows(out, rows)
        return {out: f"{len(rows):,} rows"}
    train, test = hold_out(rows)
    write_rows(out, train)
    write_rows(test_out, test)
    return {out: f"{len(train):,} rows to train on", test_out: f"{len(test):,} rows to evaluate on"}


def _split(found: Imported, nlupp_split: str | None) -> Imported:
    if nlupp_split is None:
        return found
    regime, _, run = nlupp_split.partition(":")
    chosen: list[Regime] = [one for one in REGIMES if one == regime]
    if not chosen or not run.isdecimal():
        runs = "low:0 to low:19, mid:0 to mid:9 or large:0 to large:9"
        raise typer.BadParameter(f"{nlupp_split} is no official run; write {runs}")
    return replace(found, rows=nlupp_run(found.rows, chosen[0], int(run)))


def _fitting(found: Imported, known: Taxonomy | None, source: str) -> tuple[list[Row], list[Problem]]:
    """The rows that fit the taxonomy there is already, in its labels of today."""
    if known is None:
        return expand(list(found.rows)), list(found.problems)
    fitting: list[Row] = []
    problems = list(found.problems)
    for row in carry_over(found.rows, known.changes):
        try:
            fitting.append(fit_row(row, known))
        except RowError as error:
            problems.append(Problem(source, None, f"{row.id}: {error}"))
    return fitting, problems
