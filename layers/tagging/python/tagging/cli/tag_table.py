"""`tagging tag TABLE --out COPY`: the copy of a table with the labels of its messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from tagging.local import labelled_copy

if TYPE_CHECKING:
    from tagging.learning.data import Table

SUFFIXES = (".csv", ".tsv")


def is_table(path: Path) -> bool:
    """Whether `tag` reads the rows of this file as messages."""
    return path.suffix.lower() in SUFFIXES


def check_copy(paths: list[Path], out: Path, *, overwrite: bool) -> None:
    """BadParameter where a copy of these files cannot be written, before anything is tagged."""
    if len(paths) != 1 or not is_table(paths[0]):
        raise typer.BadParameter("--out writes a copy of one table: give one .csv or .tsv, or use --json")
    if out.is_dir() or not out.parent.is_dir():
        raise typer.BadParameter(f"{out} cannot be written: name a file in a folder that exists")
    if out.exists() and not overwrite:
        raise typer.BadParameter(f"{out} exists; name another file, or replace it by --overwrite")


@dataclass
class Summary:
    """Counts of what was written."""

    counts: Counter[str] = field(default_factory=Counter)

    def counted(self, results: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """The results, counted as they pass."""
        for result in results:
            self.counts["rows"] += 1
            self.counts["to review"] += bool(result.get("review"))
            self.counts["quarantined"] += "quarantine" in result
            yield result

    def __str__(self) -> str:
        return ", ".join(f"{self.counts[name]:,} {name}" for name in ("rows", "to review", "quarantined"))


def write_copy(table: Table, results: Iterable[dict[str, Any]], out: Path) -> Summary:
    """Write the copy row by row; the file appears when it is complete. BadParameter where it cannot be written."""
    summary = Summary()
    unfinished = out.with_name(out.name + ".part")
    try:
        with unfinished.open("wb") as file:
            file.writelines(labelled_copy(table, summary.counted(results)))
        unfinished.replace(out)
    except OSError as error:
        raise typer.BadParameter(f"{out}: cannot be written: {error.strerror}") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return summary
