"""What `evaluate` and `compare` both begin with: a bundle, rows with answers, and a bar while they are tagged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import Progress

if TYPE_CHECKING:  # scikit-learn takes a second to import, and is there only with the extra `learning`
    from tagging.learning.data import Dataset
    from tagging.learning.evaluation import PredictionSet
    from tagging.model import Tagger
    from tagging.taxonomy import Taxonomy


@contextmanager
def learning_installed() -> Iterator[None]:
    """Turns a missing extra into one clear line."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise typer.BadParameter(f"needs the extra `learning`: {error.name} is not installed") from None


TEST, ALL = "test", "all"


@dataclass(frozen=True)
class Asked:
    """Which rows of which file."""

    data: Path
    splits: tuple[str, ...] = ()
    """`all` for all; without any, the rows of the split `test` where there are some, which is what training leaves."""
    strict: bool = False


def read_rows(asked: Asked, taxonomy: Taxonomy) -> Dataset:
    """The rows that can be used; what is wrong with the others goes to standard error.

    Raises what ends the command: BadParameter where the file cannot be read or no row is asked for, Exit 1 where no row
    can be used.
    """
    from tagging.cli.data import failed
    from tagging.cli.data_view import show_problems
    from tagging.learning.data import DataError, read_dataset

    try:
        found = read_dataset(asked.data, taxonomy, strict=asked.strict)
    except DataError as error:
        raise failed(error) from None
    told = Console(stderr=True)
    show_problems(told, found.problems)
    has_test = any(row.split == TEST for row in found.rows)
    splits = asked.splits or ((TEST,) if has_test else (ALL,))
    if ALL in splits:
        return found
    rows = tuple(row for row in found.rows if row.split in splits)
    if not rows:
        raise typer.BadParameter(f"{asked.data}: no row of split {', '.join(splits)}")
    if len(rows) < len(found.rows):
        left = len(found.rows) - len(rows)
        told.print(f"{len(rows)} rows of split {', '.join(splits)}; {left} others left out (--split all takes them)")
    return replace(found, rows=rows)


def learned_from(tagger: Tagger, data: Dataset) -> bool:
    """Has the bundle learned from these very rows? By the hash of the file, where its manifest has it."""
    return data.sha256 in json.dumps(tagger.bundle.manifest.about) and any(row.split != TEST for row in data.rows)


def wide_console() -> Console:
    """For tables of many columns: what is piped into a file has no window to fit into."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=max(found.width, 120))


def predict_with_progress(tagger: Tagger, data: Dataset, told: str, *, quiet: bool) -> PredictionSet:
    """Tag every row, showing how far it is; BadParameter where the bundle is for items of another kind."""
    from tagging.learning.data import kind_of
    from tagging.learning.evaluation import predict_rows

    kinds = {"text": "mails and texts", "image": "images"}
    if kind_of(data.rows) != tagger.bundle.encoder.kind:
        told_kinds = f"{kinds[tagger.bundle.encoder.kind]}, these rows are {kinds[kind_of(data.rows)]}"
        raise typer.BadParameter(f"{tagger.bundle.folder}: this bundle is for {told_kinds}")

    with Progress(console=Console(stderr=True, quiet=quiet), transient=True) as bars:
        bar = bars.add_task(told, total=len(data.rows))
        return predict_rows(tagger, data.rows, lambda: bars.advance(bar))
