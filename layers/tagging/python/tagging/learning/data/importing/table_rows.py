"""Rows from tables that people export: labels in one cell, in a column each, or in a row each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tagging.learning.data.importing.imported import Imported
from tagging.learning.data.importing.label_cells import answer_in, find_joints, is_empty
from tagging.learning.data.importing.label_spellings import LabelSpellings
from tagging.learning.data.importing.table_columns import ColumnNames, Columns, duplicated, find_columns
from tagging.learning.data.importing.table_file import Table, TableRow, read_table
from tagging.learning.data.row_format import ALL_OTHERS, RowError, row_of
from tagging.learning.data.rows import Example, ImageFile, Problem
from tagging.mail import clean

LONG_FORM = 0.05
"""Share of rows that repeat a text with a further label, from which a table is taken to hold one row per label."""


@dataclass(frozen=True)
class TableForm:
    """Column names that are prescribed, and how a row's item is read."""

    read: Callable[[Mapping[str, str]], str | ImageFile]
    """From a row's cells, the item under `about`, to its text or image; raises RowError."""
    about: str = "text"
    labels: str = "labels"
    prescribed: bool = False
    """Only columns of these names are read, and the cell of `about` is the id of a row that has no other."""


def text_in(content: Mapping[str, str]) -> str:
    """The text of a row, its subject first."""
    subject = "" if is_empty(content.get("subject", "")) else " ".join(content["subject"].split())
    text = "" if is_empty(content["text"]) else clean(content["text"]).strip()
    return f"{subject}\n{text}".strip() if subject else text


TEXTS = TableForm(text_in)


def read_table_rows(path: Path, form: TableForm = TEXTS, named: ColumnNames | None = None) -> Imported:
    """Read a .csv or .tsv; its columns are found by name and content where they are not `named`. Raises DataError.

    `id`, `unknown` (label names, or `*`), `group`, `split`, `source`, `annotator` and `time` are understood, further
    columns are kept. Rows are numbered as a spreadsheet does.
    """
    table = read_table(path)
    prescribed = ColumnNames(form.about, (form.labels,)) if form.prescribed else None
    columns = find_columns(table, prescribed or named or ColumnNames())
    if prescribed:
        columns = replace(columns, subject=None)
    reading = _Reading(table, columns, form)
    for row in table.rows:
        if not row.empty:
            reading.add(row)
    return reading.imported()


class _Reading:
    """Collects the rows of one table."""

    def __init__(self, table: Table, columns: Columns, form: TableForm) -> None:
        self._table, self._columns, self._form = table, columns, form
        cells = [cell for index in columns.labels for cell in table.cells(index)]
        self._joints = find_joints(cells)
        self._spellings = LabelSpellings()
        answers = [answer_in(cell) for index in columns.answers for cell in table.cells(index)]
        # Where no cell is 0 or no, an empty one means it; where some are, it means that nobody answered.
        self._blank_is_no = False not in answers
        self._rows: dict[str, Example] = {}
        self._problems: list[Problem] = list(table.problems)
        self._repeated = 0

    def add(self, row: TableRow) -> None:
        """Read one row; what is wrong with it becomes a problem."""
        try:
            _check_width(row, len(self._table.columns))
            self._keep(row)
        except RowError as error:
            self._problems.append(Problem(str(self._table.path), row.number, str(error)))

    def imported(self) -> Imported:
        """Everything read. Raises DataError where names of labels would be confused."""
        path = str(self._table.path)
        rows = list(self._rows.values())
        joined = _join_equal_texts(rows)
        self._repeated += len(rows) - len(joined)
        problems = [*self._joint_problems(), *self._spellings.problems(path), *self._problems]
        problems.sort(key=lambda problem: problem.row or 0)
        return Imported(tuple(joined), tuple(problems), self._spellings.names, tuple(self._notes()))

    def _keep(self, row: TableRow) -> None:
        content = self._content(row)
        row_id = content.get("id", "")
        earlier = self._rows.get(row_id)
        if earlier and is_empty(row.cells[self._columns.text]):
            example = replace(earlier, labels=frozenset(self._labels(row)))
        else:
            example = self._example(row, content)
        earlier = self._rows.get(example.id)
        if earlier and (earlier.text, earlier.image) != (example.text, example.image):
            raise RowError(
                "its id is that of an earlier row with another text; give it one of its own, or leave the column id out"
            )
        self._repeated += earlier is not None
        self._rows[example.id] = _joined(earlier, example) if earlier else example

    def _content(self, row: TableRow) -> dict[str, str]:
        """The cells that are neither text nor labels and hold something, by their columns' names."""
        cells = {name: row.cells[index] for name, index in self._columns.others.items()}
        return {name: cell for name, cell in cells.items() if not is_empty(cell)}

    def _example(self, row: TableRow, content: dict[str, str]) -> Example:
        columns, form = self._columns, self._form
        about = row.cells[columns.text]
        subject = {} if columns.subject is None else {"subject": row.cells[columns.subject]}
        unknown_cell = content.pop("unknown", "").strip()
        unknown = [ALL_OTHERS] if unknown_cell == ALL_OTHERS else self._spellings.ids(self._joints.names(unknown_cell))
        labels = self._labels(row)
        if not self._blank_is_no:
            blank = [self._table.columns[index] for index in columns.answers if is_empty(row.cells[index])]
            unknown += self._spellings.ids(blank)
        fields: dict[str, Any] = dict(content)
        fields |= {"labels": labels, "unknown": ALL_OTHERS if ALL_OTHERS in unknown else unknown}
        default_id = about if form.prescribed else f"{self._table.path.stem}-{row.number}"
        return row_of(fields, form.read({**content, form.about: about, **subject}), default_id)

    def _labels(self, row: TableRow) -> list[str]:
        names = [name for index in self._columns.labels for name in self._joints.names(row.cells[index])]
        names += [self._table.columns[index] for index in self._columns.answers if answer_in(row.cells[index])]
        return self._spellings.ids(names)

    def _joint_problems(self) -> list[Problem]:
        message = None
        if sign := self._joints.sign:
            joint = sign if sign.strip() else "a space"
            message = f"labels are joined by {joint} and were parted there; join them by | to be sure"
        elif self._joints.doubtful:
            message = f'the label "{self._joints.doubtful}" was taken for one name; join several by |'
        return [Problem(str(self._table.path), None, message, skipped=False)] if message else []

    def _notes(self) -> list[str]:
        table, columns = self._table, self._columns
        notes = [f"rows that repeat an item with a further label: {self._repeated}, joined"] * bool(self._repeated)
        if not self._form.prescribed:
            notes += _about_columns(table, columns)
        read = [columns.text, columns.subject, *columns.labels, *columns.answers, *columns.others.values()]
        words = Counter(
            cell.strip()
            for index in read
            if index is not None
            for cell in table.cells(index)
            if cell.strip() and is_empty(cell)
        )
        if words:
            notes.append(f"{sum(words.values())} cells hold {', '.join(sorted(words))}, and were read as empty")
        return notes


def _about_columns(table: Table, columns: Columns) -> list[str]:
    """Where texts and labels were found, if not under the plain names, and which columns were not read."""
    names = table.columns
    notes = []
    if columns.subject is not None or names[columns.text].lower() != "text":
        subject = "" if columns.subject is None else f", after the subject in the column {names[columns.subject]}"
        notes.append(f"texts are in the column {names[columns.text]}{subject}")
    if columns.answers:
        notes.append(f"labels are the columns {', '.join(names[index] for index in columns.answers)}")
    if columns.labels and [names[index].lower() for index in columns.labels] != ["labels"]:
        notes.append(f"labels are in the column {' and '.join(names[index] for index in columns.labels)}")
    if columns.unnamed:
        numbers = ", ".join(str(index + 1) for index in columns.unnamed)
        notes.append(f"not read, for want of a name: column {numbers}")
    if repeated := duplicated(table, columns):
        notes.append(f"several columns are called {', '.join(repeated)}; the first was read")
    return notes


def _check_width(row: TableRow, columns: int) -> None:
    if row.open_quote:
        raise RowError("opens a quote that is not closed; close it, and double the quotes within the text")
    if len(row.cells) < columns or any(cell.strip() for cell in row.cells[columns:]):
        raise RowError(f"has {len(row.cells)} cells, the first row {columns}; put texts with separators into quotes")


def _join_equal_texts(rows: Sequence[Example]) -> list[Example]:
    """Rows of one text joined, where the table holds one row per label; else as they are."""
    first: dict[object, Example] = {}
    further = 0
    for row in rows:
        about = row.image or row.text
        earlier = first.get(about)
        further += earlier is not None and not row.labels <= earlier.labels
        first[about] = _joined(earlier, row) if earlier else row
    one_label_each = all(len(row.labels) <= 1 for row in rows)
    return list(first.values()) if one_label_each and further > LONG_FORM * len(rows) else list(rows)


def _joined(row: Example, other: Example) -> Example:
    labels = row.labels | other.labels
    return replace(row, labels=labels, unknown=(row.unknown | other.unknown) - labels)
