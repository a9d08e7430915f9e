"""Finds the columns of a table that hold texts and labels, by their names, or takes those that were named."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tagging.learning.data.importing.label_cells import is_answer_column, is_empty
from tagging.learning.data.importing.label_columns import find_labels, lacks, words_of_column
from tagging.learning.data.importing.table_file import Table
from tagging.learning.data.rows import DataError

TEXTS = (
    *("text", "body", "message", "content", "description", "comment", "mail", "email", "ticket", "question", "request"),
    *("inquiry", "feedback", "review", "complaint", "utterance", "sentence", "query", "note", "details", "remark"),
    *("nachricht", "beschreibung", "anfrage", "inhalt", "kommentar", "texte", "texto", "testo", "tekst", "mensaje"),
    *("mensagem", "messaggio", "commentaire", "comentario", "descripcion", "descricao", "descrizione", "bericht"),
)
"""Words that name a column of texts."""
SUBJECTS = (
    "subject",
    "title",
    "headline",
    "betreff",
    "titel",
    "objet",
    "sujet",
    "asunto",
    "assunto",
    "oggetto",
    "onderwerp",
)
_NOT_TEXT = {
    *("id", "ids", "number", "nr", "no", "count", "date", "time", "at", "status", "type", "kind", "language", "lang"),
    *("length", "url", "link", "address", "from", "to", "sender", "score", "hash", "file", "path", "name", "author"),
    *("by", "code", "channel", "rating"),
}
"""A column with one of these words is about a text."""
_INDEX = re.compile(r"(unnamed: ?\d+|index|level_\d+|\.\.\.\d+|x)?", re.IGNORECASE)
"""What pandas and R call the column of row numbers."""


@dataclass(frozen=True)
class ColumnNames:
    """Columns that a person named; empty where they are to be found."""

    text: str | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Columns:
    """The columns of a table, by their index."""

    text: int
    subject: int | None
    labels: tuple[int, ...]
    """Each cell holds names."""
    answers: tuple[int, ...]
    """Each is about one label, whose name is that of the column; each cell answers whether it holds."""
    others: dict[str, int]
    """By name in small letters; without row numbers and columns without a name."""
    unnamed: tuple[int, ...]
    """Columns without a name that hold something."""


def find_columns(table: Table, named: ColumnNames) -> Columns:
    """The columns of texts and labels, those that are named or, where none is, those that look like it.

    Raises DataError where a column is missing or more than one could be meant.
    """
    text, subject = find_text(table, named)
    left = [index for index in range(len(table.columns)) if index not in (text, subject)]
    if named.labels:
        chosen = [index for name in named.labels for index in _named(table, name)]
        answers = tuple(index for index in chosen if is_answer_column(table.cells(index)))
        lists = tuple(index for index in chosen if index not in answers)
    else:
        lists, answers = find_labels(table, left)
    used = {text, subject, *lists, *answers}
    nameless = [index for index in left if index not in used and _INDEX.fullmatch(table.columns[index])]
    unnamed = [index for index in nameless if not table.columns[index] and not _holds_numbers_of_rows(table, index)]
    indices = [index for index in nameless if _holds_numbers_of_rows(table, index) or not table.columns[index]]
    others = [index for index in left if index not in used and index not in indices]
    return Columns(
        text,
        subject,
        lists,
        answers,
        # Of two columns with one name the first counts.
        {table.columns[index].lower(): index for index in reversed(others)},
        tuple(index for index in unnamed if any(not is_empty(cell) for cell in table.cells(index))),
    )


def find_text(table: Table, named: ColumnNames) -> tuple[int, int | None]:
    """The column of the texts and that of their subjects. Raises DataError where there is none, or more than one."""
    if named.text is not None:
        (text, *more) = indices = _named(table, named.text)
        if more:
            raise _same_name(table, indices)
    else:
        text = _find_text(table, named.labels)
    subjects = [index for index, name in enumerate(table.columns) if name.lower() in SUBJECTS and index != text]
    return text, subjects[0] if subjects else None


def _find_text(table: Table, labels: Sequence[str]) -> int:
    taken = {name.lower() for name in labels}
    words = [[] if name.lower() in taken else words_of_column(name) for name in table.columns]
    candidates = [
        *([index for index, each in enumerate(words) if each == ["text"]],),
        *([index for index, each in enumerate(words) if "_".join(each) in TEXTS and _has_words(table, index)],),
        [
            index
            for index, each in enumerate(words)
            if set(each) & set(TEXTS) and not set(each) & _NOT_TEXT and _has_words(table, index)
        ],
        [index for index, each in enumerate(words) if "_".join(each) in SUBJECTS],
    ]
    found = next((indices for indices in candidates if indices), [])
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(table.columns[index] for index in found)
        if len({table.columns[index] for index in found}) == 1:
            raise _same_name(table, found)
        raise DataError(f"{table.path}: the texts could be in any of the columns {names}; name it by --text-column")
    raise DataError(f"{lacks(table, 'text')}; name the column of the texts by --text-column, or call it text")


def _named(table: Table, name: str) -> list[int]:
    """The columns of this name. DataError where there is none, with those that there are."""
    wanted = name.strip()
    exact = [index for index, each in enumerate(table.columns) if each == wanted]
    similar = [index for index, each in enumerate(table.columns) if each.lower() == wanted.lower()]
    if not exact and not similar:
        raise DataError(lacks(table, name))
    return exact or similar


def _same_name(table: Table, indices: Sequence[int]) -> DataError:
    return DataError(f"{table.path}, row 1: {len(indices)} columns are called {table.columns[indices[0]]}; rename one")


def _has_words(table: Table, index: int) -> bool:
    """Whether at least half of the filled cells hold letters: ids and numbers do not."""
    filled = [cell for cell in table.cells(index) if cell.strip()]
    return sum(any(map(str.isalpha, cell)) for cell in filled) * 2 >= max(1, len(filled))


def _holds_numbers_of_rows(table: Table, index: int) -> bool:
    """Whether a column counts the rows: whole numbers, hardly any twice; or nothing at all."""
    cells = [cell.strip() for cell in table.cells(index) if cell.strip()]
    return all(cell.isdecimal() for cell in cells) and (
        not cells or (max(map(int, cells)) < 1_000_000_000 and cells == sorted(cells, key=int))
    )


def duplicated(table: Table, columns: Columns) -> list[str]:
    """Names that several columns have, of which only the first is read."""
    used = {columns.text, columns.subject, *columns.labels, *columns.answers}
    counts = Counter(name.lower() for index, name in enumerate(table.columns) if index not in used and name)
    return [name for name, count in counts.items() if count > 1]
