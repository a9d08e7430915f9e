"""Messages in a table: its rows as items, and a copy of the table with columns of their labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagging.intake import Inline
from tagging.local.item_files import ItemFileError, LocalItem

if TYPE_CHECKING:  # it loads numpy, which no `--help` needs
    from tagging.learning.data import Table, TableRow

ADDED = ("labels", "scores", "review", "review_reasons", "quarantine")
"""The columns of a labelled copy; one that the table has already is called `tagged_…`."""


def table_items(path: Path, text_column: str | None = None) -> tuple[Table, list[LocalItem]]:
    """The table and one item for each of its filled rows. ItemFileError where it cannot be read, or a row is broken.

    An item's id is the cell of the column `id` where every row has one of its own, else `PATH#ROW`.
    """
    from tagging.learning.data import ColumnNames, DataError, find_text, read_table

    try:
        table = read_table(path)
        text, subject = find_text(table, ColumnNames(text_column))
    except DataError as error:
        raise ItemFileError(str(error)) from None
    _check_rows(table)
    ids = _ids(table)
    items = []
    for row in table.rows:
        if not row.empty:
            item_id = ids.get(row.number, f"{path}#{row.number}")
            about = "" if subject is None else _cell(row.cells, subject)
            items.append(_item(item_id, _cell(row.cells, text), " ".join(about.split())))
    return table, items


def labelled_copy(table: Table, results: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """The table as it stands in its file, with the columns `ADDED`: the beginning, then each row with its result.

    `results` are those of its items as `tagging tag --json` prints them. Every byte of the table is kept.
    """
    # Some programs end rows in separators: the new columns begin behind the widest row.
    width = max(len(row.cells) for row in (table.header, *table.rows))
    yield table.preamble + _extended(table, table.header, width, _names(table))
    result = iter(results)
    for row in table.rows:
        if row.empty:
            yield row.raw
        else:
            yield _extended(table, row, width, _cells(next(result)))


def _item(item_id: str, text: str, subject: str) -> LocalItem:
    return LocalItem(item_id, "text", lambda: Inline(item_id, text, subject))


def _cell(cells: Sequence[str], index: int) -> str:
    return cells[index] if index < len(cells) else ""


def _ids(table: Table) -> dict[int, str]:
    """Ids by the number of their row, if the column `id` has one for each."""
    names = [name.lower() for name in table.columns]
    if "id" not in names:
        return {}
    ids = {row.number: _cell(row.cells, names.index("id")).strip() for row in table.rows if not row.empty}
    return ids if all(ids.values()) and len(set(ids.values())) == len(ids) else {}


def _check_rows(table: Table) -> None:
    """ItemFileError for rows that are not as wide as the header: what belongs to the text cannot be known."""
    reasons = {
        "opens a quote that is not closed; close it, and double the quotes within the text": [
            row.number for row in table.rows if row.open_quote
        ],
        f"has more cells than the first row, {len(table.columns)}; put texts with separators into quotes": [
            row.number for row in table.rows if any(cell.strip() for cell in row.cells[len(table.columns) :])
        ],
    }
    for reason, numbers in reasons.items():
        if numbers:
            more = f" (and {len(numbers) - 1} more)" if len(numbers) > 1 else ""
            raise ItemFileError(f"{table.path}, row {numbers[0]}{more}: {reason}")


def _names(table: Table) -> list[str]:
    taken = {name.lower() for name in table.columns}
    names = []
    for name in ADDED:
        while name in taken:
            name = f"tagged_{name}"
        names.append(name)
    return names


def _cells(result: Mapping[str, Any]) -> list[str]:
    """The cells of `ADDED`: labels and their scores joined by `|`, the highest score first."""
    if quarantine := result.get("quarantine"):
        return ["", "", "", "", quarantine["reason"]]
    scores = result["scores"]
    labels = sorted(result["labels"], key=lambda label: -scores[label])
    return [
        "|".join(labels),
        "|".join(f"{scores[label]:.2f}" for label in labels),
        "yes" if result["review"] else "no",
        "|".join(result.get("review_reasons", ())),
        "",
    ]


def _extended(table: Table, row: TableRow, width: int, cells: Sequence[str]) -> bytes:
    """A row's bytes with further cells, from the column `width` on, before the line end."""
    ends = [end.encode(table.charset) for end in ("\r\n", "\n", "\r")]
    end = next((end for end in ends if row.raw.endswith(end)), b"")
    sign, quote = table.dialect.delimiter, table.dialect.quote
    missing = [""] * (width - len(row.cells))
    added = "".join(sign + (f"{quote}{cell}{quote}" if sign in cell else cell) for cell in [*missing, *cells])
    return row.raw[: len(row.raw) - len(end)] + added.encode(table.charset) + end
