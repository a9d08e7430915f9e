"""`tagging data`: what a data set holds, and what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tagging.cli.data_view import show_problems, show_report
from tagging.learning.data import DataError, TaxonomyError, column_problems, read_dataset, read_taxonomy, report_of
from tagging.taxonomy import Taxonomy


def data(
    file: Annotated[Path, typer.Argument(metavar="FILE.jsonl", help="The data set to look at.")],
    taxonomy: Annotated[
        Path | None, typer.Option(metavar="FILE.yaml", help="Check its labels against this taxonomy.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 if anything is wrong with it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, nothing else.")] = False,
) -> None:
    """Counts, rare labels, duplicates, contradictions, and advice on heads."""
    known = read_known_taxonomy(taxonomy) if taxonomy else None
    try:
        found = read_dataset(file, known)
    except DataError as error:
        raise failed(error) from None
    problems = (*found.problems, *(column_problems(found.rows, known, str(file)) if known else ()))
    report = report_of(found.rows, known)
    if as_json:
        read = {"file": str(file), "sha256": found.sha256, "skipped": found.skipped, "carried": found.carried}
        print(json.dumps(read | {"problems": [str(one) for one in problems]} | report.as_json(), ensure_ascii=False))
    else:
        show_problems(Console(), problems)
        show_report(Console(), report)
    if strict and problems:
        raise typer.Exit(1)


def read_known_taxonomy(path: Path) -> Taxonomy:
    """The taxonomy of a file; every mistake printed and exit 1 where there are any."""
    if not path.is_file():
        raise typer.BadParameter(f"{path} is no file")
    try:
        return read_taxonomy(path)
    except TaxonomyError as error:
        Console(stderr=True).print(str(error), highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(1) from None


def failed(error: DataError) -> Exception:
    """What to raise for data that cannot be used: exit 1 where rows are wrong, 2 where there is nothing to read."""
    if not error.problems:
        return typer.BadParameter(str(error))
    Console(stderr=True).print(str(error), highlight=False, markup=False, soft_wrap=True)
    return typer.Exit(1)
