"""What `evaluate` and `compare` both begin with: a bundle, rows with answers, and a bar while they are tagged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import Progress

from tagging.bundle import BundleError
from tagging.tagger import Tagger

if TYPE_CHECKING:  # scikit-learn takes a second to import, and is there only with the extra `learning`
    from tagging.learning.dataset import Dataset
    from tagging.learning.observation import Observed
    from tagging.taxonomy import Taxonomy


@contextmanager
def learning_installed() -> Iterator[None]:
    """Turns a missing extra into one clear line."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise typer.BadParameter(f"needs the extra `learning`: {error.name} is not installed") from None


def load_tagger(folder: Path) -> Tagger:
    """The served tagger of a bundle; BadParameter where it must not be served."""
    try:
        return Tagger.load(folder)
    except BundleError as error:
        raise typer.BadParameter(str(error)) from None


def read_rows(path: Path, taxonomy: Taxonomy, *, strict: bool) -> Dataset:
    """The rows that can be used; what is wrong with the others goes to standard error, BadParameter if none is left."""
    from tagging.cli.data import failed
    from tagging.cli.data_view import show_problems
    from tagging.learning.dataset import DataError, read_dataset

    try:
        found = read_dataset(path, taxonomy, strict=strict)
    except DataError as error:
        raise failed(error) from None
    show_problems(Console(stderr=True), found.problems)
    return found


def wide_console() -> Console:
    """For tables of many columns: what is piped into a file has no window to fit into."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=max(found.width, 120))


def observe_with_bar(tagger: Tagger, data: Dataset, told: str, *, quiet: bool) -> Observed:
    """Tag every row, showing how far it is."""
    from tagging.learning.observation import observe

    with Progress(console=Console(stderr=True, quiet=quiet), transient=True) as bars:
        bar = bars.add_task(told, total=len(data.rows))
        return observe(tagger, data.rows, lambda: bars.advance(bar))
