"""`tagging data`: what a data set contains, and what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from tagging.cli.data_view import print_problems, print_report

if TYPE_CHECKING:
    from tagging.learning.data import DataError
    from tagging.taxonomy import Taxonomy


def data(
    file: Annotated[Path, typer.Argument(metavar="FILE.jsonl", help="The data set to check.")],
    taxonomy: Annotated[
        Path | None, typer.Option(metavar="FILE.yaml", help="Check its labels against this taxonomy.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 if there are any problems.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, nothing else.")] = False,
) -> None:
    """Show counts, rare labels, duplicates and contradictions, with advice on heads."""
    from tagging.learning.data import DataError, column_problems, read_dataset, report_of

    known = read_known_taxonomy(taxonomy) if taxonomy else None
    try:
        dataset = read_dataset(file, known)
    except DataError as error:
        raise data_failed(error) from None
    problems = (*dataset.problems, *(column_problems(dataset.rows, known, str(file)) if known else ()))
    report = report_of(dataset.rows, known)
    if as_json:
        about = {"file": str(file), "sha256": dataset.sha256, "skipped": dataset.skipped, "carried": dataset.carried}
        document = about | {"problems": [str(problem) for problem in problems]} | report.as_json()
        print(json.dumps(document, ensure_ascii=False))
    else:
        print_problems(Console(), problems)
        print_report(Console(), report)
    if strict and problems:
        raise typer.Exit(1)


def read_known_taxonomy(path: Path) -> Taxonomy:
    """The taxonomy of a file; every mistake printed and exit 1 where there are any."""
    from tagging.learning.data import TaxonomyError, read_taxonomy

    if not path.is_file():
        raise typer.BadParameter(f"{path} is not a file")
    try:
        return read_taxonomy(path)
    except TaxonomyError as error:
        Console(stderr=True).print(str(error), highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(1) from None


def data_failed(error: DataError) -> Exception:
    """The exception for unusable data: exit 1 where rows are wrong, 2 where the file cannot be read."""
    if not error.problems:
        return typer.BadParameter(str(error))
    Console(stderr=True).print(str(error), highlight=False, markup=False, soft_wrap=True)
    return typer.Exit(1)
