"""Reads a data set file, with all problems in it, and writes one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tagging.learning.data.changes import carry_over
from tagging.learning.data.row_fit import expand, fit_row
from tagging.learning.data.row_format import RowError, parse_row, row_as_json
from tagging.learning.data.rows import DataError, Example, Problem, kind_of
from tagging.taxonomy import Taxonomy

__all__ = ["DataError", "Dataset", "column_problems", "read_dataset", "refuse", "write_rows"]


_TABLES = (".csv", ".tsv")


@dataclass(frozen=True)
class Dataset:
    """The usable rows, and the problems of the others."""

    rows: tuple[Example, ...]
    problems: tuple[Problem, ...]
    sha256: str
    """Of the file and of the mails or images that it names: equal data, equal hash."""
    carried: int = 0
    """Rows with labels of an earlier taxonomy, converted by its changes."""

    @property
    def skipped(self) -> int:
        """Number of skipped rows."""
        return len({problem.row for problem in self.problems if problem.skipped and problem.row is not None})


def read_dataset(path: Path, taxonomy: Taxonomy | None, *, strict: bool = False) -> Dataset:
    """Read a `.jsonl` data set; without a taxonomy, its labels are taken as they are.

    Unusable rows are skipped and listed in `problems`. Raises DataError with all of them where `strict` and
    there are any, where no row is left, where some rows are images and some texts, and where the file cannot be read.
    """
    if path.suffix.lower() in _TABLES:
        raise DataError(f"{path} is a table; make rows of it first: tagging import csv {path} --out FILE.jsonl")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None
    digest = hashlib.sha256(data)
    rows, problems = _read(path, data, digest)
    try:
        kind_of(list(rows.values()))
    except DataError as error:
        raise DataError(f"{path}: {error}") from None
    carried = carry_over(rows.values(), taxonomy.changes) if taxonomy else list(rows.values())
    changed = sum(old is not new for old, new in zip(rows.values(), carried, strict=True))
    fitting = _fitting(path, dict(zip(rows, carried, strict=True)), taxonomy, problems) if taxonomy else expand(carried)
    problems.sort(key=lambda problem: problem.row or 0)
    refuse(path, fitting, problems, strict=strict)
    return Dataset(tuple(fitting), tuple(problems), digest.hexdigest(), changed)


def refuse(path: Path, rows: Sequence[Example], problems: Sequence[Problem], *, strict: bool) -> None:
    """DataError with all problems where `strict` and there are any, or where no row is left."""
    if strict and problems:
        raise DataError(f"{path}: {len(problems)} problems", problems)
    if not rows:
        raise DataError(f"{path}: no row that can be used", problems)


def write_rows(path: Path, rows: Iterable[Example]) -> None:
    """Write a data set, and its folder; an existing file is replaced once the new one is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    with unfinished.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(row_as_json(row, path.parent) + "\n" for row in rows)
    unfinished.replace(path)


def column_problems(rows: Sequence[Example], taxonomy: Taxonomy, file: str) -> tuple[Problem, ...]:
    """Labels that cannot be learned from these rows: without positives, or without negatives."""
    problems: list[Problem] = []
    for label in taxonomy.in_use().labels:
        known = [label in row.labels for row in rows if label not in row.unknown]
        if not any(known):
            problems.append(
                Problem(file, None, f"label {label}: no row holds it; add examples, or deprecate it", False)
            )
        elif all(known):
            message = f"label {label}: all {len(known)} rows that know it hold it; add rows of which it does not hold"
            problems.append(Problem(file, None, message, False))
    return tuple(problems)


def _read(path: Path, data: bytes, digest: hashlib._Hash) -> tuple[dict[int, Example], list[Problem]]:
    """Rows by their line, from 1."""
    rows: dict[int, Example] = {}
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            read = parse_row(line, path.parent, f"{path.stem}-{number}")
            if first.setdefault(read.row.id, number) != number:
                raise RowError(f"its id is that of row {first[read.row.id]}; give it one of its own")
        except RowError as error:
            problems.append(Problem(str(path), number, str(error)))
            continue
        digest.update(read.file)
        rows[number] = read.row
    return rows, problems


def _fitting(path: Path, rows: dict[int, Example], taxonomy: Taxonomy, problems: list[Problem]) -> list[Example]:
    fitting: list[Example] = []
    for number, row in rows.items():
        try:
            fitting.append(fit_row(row, taxonomy))
        except RowError as error:
            problems.append(Problem(str(path), number, str(error)))
    return fitting
