"""Finds the columns of a table that hold labels: by their names, or by their cells that say yes or no."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from tagging.learning.data.importing.label_cells import is_answer_column, is_empty
from tagging.learning.data.importing.table_file import Table
from tagging.learning.data.rows import DataError
from tagging.taxonomy import nearest

LABELS = ("label", "tag", "category", "categorie", "kategorie", "class", "intent", "topic", "thema", "etikett")
"""Words that name a column of labels, in the singular."""


def find_labels(table: Table, left: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The columns of names, or else those of answers."""
    by_word: dict[str, list[int]] = {}
    for index in left:
        if word := _label_word(table.columns[index]):
            by_word.setdefault(word, []).append(index)
    if "label" in by_word or len(by_word) == 1:
        chosen = by_word.get("label") or next(iter(by_word.values()))
        if len(chosen) > 1 and all(_is_answers(table, index) for index in chosen):
            return (), tuple(chosen)
        # Data sets number their labels, and name them in a further column.
        spelled = [index for index in chosen if not all(map(str.isdecimal, table.cells(index)))]
        return tuple(spelled or chosen), ()
    if by_word:
        names = ", ".join(table.columns[index] for indices in by_word.values() for index in indices)
        raise DataError(
            f"{table.path}: the labels could be in any of the columns {names}; name it, or several, by --label-column"
        )
    if answers := _answer_columns(table, left):
        return (), answers
    raise DataError(
        f"{lacks(table, 'labels')}; name the column of the labels by --label-column, several by repeating it, or call "
        "it labels; a column for each label holds 1 or 0 in each row"
    )


def _answer_columns(table: Table, left: Sequence[int]) -> tuple[int, ...]:
    """The columns of answers, and those beside them in which every answer is no."""
    chosen = {index for index in left if table.columns[index] and is_answer_column(table.cells(index))}
    for order in (sorted(left), sorted(left, reverse=True)):
        for index, neighbour in pairwise(order):
            if index in chosen and _is_answers(table, neighbour):
                chosen.add(neighbour)
    return tuple(sorted(chosen))


def _label_word(name: str) -> str | None:
    """The word of `LABELS` in `Labels`, `category_2` or `intent name`; None for any other name."""
    stem = re.sub(r"_?(\d+|names?|texts?)$", "", re.sub(r"ies$", "y", "_".join(words_of_column(name))))
    return next((word for word in LABELS if stem in (word, f"{word}s", f"{word}es", f"{word}n")), None)


def _is_answers(table: Table, index: int) -> bool:
    """Whether a column holds answers alone, be they all no."""
    filled = [cell for cell in table.cells(index) if not is_empty(cell)]
    return bool(filled) and is_answer_column(["1", *filled])


def lacks(table: Table, name: str) -> str:
    """The message that a column is missing, with those that there are."""
    columns = [each or "(no name)" for each in table.columns]
    listed = ", ".join(columns)
    shown = listed if len(listed) <= 200 else f"{listed[:200]} …"
    return f"{table.path}, row 1: no column {name}{nearest(name, columns)}; it has: {shown}"


def words_of_column(name: str) -> list[str]:
    """`TicketText`, `ticket_text` → ticket, text."""
    separated = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return [word for word in re.split(r"[\W_]+", separated.lower()) if word]
