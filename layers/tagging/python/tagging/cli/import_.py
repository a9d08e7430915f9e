"""`tagging import`: tables, mails and images with labels, to data set rows and a first taxonomy."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from tagging.cli.data import data_failed, read_known_taxonomy
from tagging.cli.data_view import print_problems, print_report
from tagging.local import path_or_shipped

if TYPE_CHECKING:
    from tagging.learning.data import Example, Imported, Problem
    from tagging.taxonomy import Taxonomy

FORMATS = "csv, tsv, mails, nlupp, banking77, clinc150, multidogo, goemotions, images"
"""The keys of `IMPORTERS`, which takes long to import."""
TABLES = ("csv", "tsv")


def import_data(
    format_: Annotated[str, typer.Argument(metavar="FORMAT", help=FORMATS)],
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="The file or folder to read.")],
    out: Annotated[Path, typer.Option(metavar="FILE.jsonl", help="Where the rows are written.")],
    taxonomy: Annotated[
        Path | None,
        typer.Option(metavar="FILE.yaml", help="Taxonomy: written from the labels, or checked against if it exists."),
    ] = None,
    test_out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.jsonl", help="Hold out rows for `evaluate`: those of split test, or a fifth."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Write nothing if there are any problems.")] = False,
    nlupp_split: Annotated[
        str | None, typer.Option(metavar="REGIME:RUN", help="nlupp: an official run as train and test, as low:0.")
    ] = None,
    text_column: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="csv, tsv: the column of the texts, if it is not found by itself."),
    ] = None,
    label_column: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="csv, tsv: a column of labels (repeatable): names, or 1 and 0."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, nothing else.")] = False,
) -> None:
    """Import labelled data: rows and a report on them, and with --taxonomy a first taxonomy to edit."""
    from tagging.learning.data import DataError, refuse, report_of, write_first_taxonomy

    read = _importer(format_, text_column, label_column or [])
    known = read_known_taxonomy(taxonomy) if taxonomy and taxonomy.exists() else None
    try:
        imported = _select_run(read(path_or_shipped(source)), nlupp_split)
        rows, problems = _fit_rows(imported, known, str(source))
        refuse(source, rows, problems, strict=strict)
        files = _write(rows, out, test_out)
        if taxonomy and known is None:
            write_first_taxonomy(taxonomy, rows, imported.names)
            files[taxonomy] = "a first taxonomy, to be edited"
    except DataError as error:
        raise data_failed(error) from None
    except OSError as error:
        raise typer.BadParameter(f"{error.filename}: cannot be written: {error.strerror}") from None
    report = report_of(rows, known)
    if as_json:
        document = {"written": [str(path) for path in files], "problems": [str(problem) for problem in problems]}
        document["notes"] = list(imported.notes)
        print(json.dumps(document | report.as_json(), ensure_ascii=False))
        return
    console = Console()
    for note in imported.notes:
        console.print(f"{source}: {note}", highlight=False, markup=False, soft_wrap=True)
    print_problems(console, problems)
    print_report(console, report)
    console.print()
    for path, content in files.items():
        console.print(f"{path}: {content}", highlight=False, markup=False, soft_wrap=True)


def _importer(format_: str, text_column: str | None, label_columns: list[str]) -> Callable[[Path], Imported]:
    """What reads this format, and these columns of a table; BadParameter where there is no such format."""
    from tagging.learning.data import IMPORTERS, ColumnNames, read_table_rows

    if format_ not in IMPORTERS:
        raise typer.BadParameter(f"there is no format {format_}; there are {FORMATS}; export sheets of others as CSV")
    if not text_column and not label_columns:
        return IMPORTERS[format_]
    if format_ not in TABLES:
        raise typer.BadParameter(f"--text-column and --label-column are for {' and '.join(TABLES)}")
    return partial(read_table_rows, named=ColumnNames(text_column, tuple(label_columns)))


def _write(rows: list[Example], out: Path, test_out: Path | None) -> dict[Path, str]:
    """The data set files, and what is in each."""
    from tagging.learning.data import hold_out, write_rows

    if test_out is None:
        write_rows(out, rows)
        return {out: f"{len(rows):,} rows"}
    train, test = hold_out(rows)
    write_rows(out, train)
    write_rows(test_out, test)
    return {out: f"{len(train):,} rows to train on", test_out: f"{len(test):,} rows to evaluate on"}


def _select_run(imported: Imported, nlupp_split: str | None) -> Imported:
    from tagging.learning.data import REGIMES, nlupp_run

    if nlupp_split is None:
        return imported
    name, _, run = nlupp_split.partition(":")
    regimes = [regime for regime in REGIMES if regime == name]
    if not regimes or not run.isdecimal():
        runs = "low:0 to low:19, mid:0 to mid:9 or large:0 to large:9"
        raise typer.BadParameter(f"{nlupp_split} is not an official run; write {runs}")
    return replace(imported, rows=nlupp_run(imported.rows, regimes[0], int(run)))


def _fit_rows(imported: Imported, known: Taxonomy | None, source: str) -> tuple[list[Example], list[Problem]]:
    """The rows that fit the existing taxonomy, with renamed labels carried over, and all problems."""
    from tagging.learning.data import Problem, RowError, carry_over, expand, fit_row

    problems = list(imported.problems)
    if known is None:
        return expand(list(imported.rows)), problems
    rows: list[Example] = []
    for row in carry_over(imported.rows, known.changes):
        try:
            rows.append(fit_row(row, known))
        except RowError as error:
            problems.append(Problem(source, None, f"{row.id}: {error}"))
    return rows, problems
