"""What `evaluate` and `compare` begin with: labelled rows, and their predictions with a progress bar."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from tagging.cli.progress import show_progress
from tagging.kinds import kind_of_encoder

if TYPE_CHECKING:
    from tagging.learning.data import Dataset
    from tagging.learning.evaluation import PredictionSet
    from tagging.model import Tagger
    from tagging.taxonomy import Taxonomy

TEST, ALL = "test", "all"


@contextmanager
def learning_installed() -> Iterator[None]:
    """BadParameter where a package of the extra `learning` is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise typer.BadParameter(f"needs the extra `learning`: {error.name} is not installed") from None


@dataclass(frozen=True)
class RowSelection:
    """Which rows of which file."""

    data: Path
    splits: tuple[str, ...] = ()
    """`all` for all; by default the rows of the split `test`, which training does not use, or all where it is empty."""
    strict: bool = False


def read_rows(selection: RowSelection, taxonomy: Taxonomy) -> Dataset:
    """The rows that can be used; what is wrong with the others goes to standard error.

    BadParameter where the file cannot be read or no row is selected, Exit 1 where no row can be used.
    """
    from tagging.cli.data import data_failed
    from tagging.cli.data_view import print_problems
    from tagging.learning.data import DataError, read_dataset

    try:
        dataset = read_dataset(selection.data, taxonomy, strict=selection.strict)
    except DataError as error:
        raise data_failed(error) from None
    console = Console(stderr=True)
    print_problems(console, dataset.problems)
    has_test = any(row.split == TEST for row in dataset.rows)
    splits = selection.splits or ((TEST,) if has_test else (ALL,))
    if ALL in splits:
        return dataset
    rows = tuple(row for row in dataset.rows if row.split in splits)
    if not rows:
        raise typer.BadParameter(f"{selection.data}: no row of split {', '.join(splits)}")
    if others := len(dataset.rows) - len(rows):
        console.print(f"{len(rows)} rows of split {', '.join(splits)}; {others} others left out (all: --split all)")
    return replace(dataset, rows=rows)


def was_trained_on(tagger: Tagger, dataset: Dataset) -> bool:
    """Whether the bundle was trained on this file, by its hash in the manifest, and these are not its test rows."""
    return dataset.sha256 in json.dumps(tagger.bundle.manifest.about) and any(row.split != TEST for row in dataset.rows)


def predict_with_progress(tagger: Tagger, dataset: Dataset, task: str) -> PredictionSet:
    """Tag every row with a progress bar; BadParameter where the bundle is for items of another kind."""
    from tagging.learning.data import kind_of
    from tagging.learning.evaluation import predict_rows

    kind, kind_of_rows = (kind_of_encoder(kind) for kind in (tagger.bundle.encoder.kind, kind_of(dataset.rows)))
    if kind_of_rows != kind:
        message = f"{kind.description}, these rows are {kind_of_rows.description}"
        raise typer.BadParameter(f"{tagger.bundle.folder}: this bundle is for {message}")
    done = count(1)
    with show_progress(task) as report:
        return predict_rows(tagger, dataset.rows, lambda: report(task, next(done), len(dataset.rows)))
