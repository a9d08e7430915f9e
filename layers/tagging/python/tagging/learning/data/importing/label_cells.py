"""Label names in the cells of a table: lists of JSON or Python, joined names, yes and no, and cells that hold none."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tagging.learning.data.label_names import id_of
from tagging.learning.data.row_format import RowError

EMPTY = frozenset({"", "nan", "none", "null", "n/a", "na", "#n/a", "<na>", "nat", "nil", "-", "--"})
"""Cells that hold nothing, in small letters: what pandas, R, SQL and people write for it."""
_YES = frozenset(
    {"1", "1.0", "true", "t", "yes", "y", "x", "✓", "✔", "☑", "ja", "j", "oui", "sí", "si", "sim", "wahr", "vrai"}
)
_NO = frozenset({"0", "0.0", "false", "f", "no", "n", "✗", "✘", "☐", "nein", "non", "não", "nao", "falsch", "faux"})
_ALWAYS_JOINS = re.compile(r"[|;\n]")
"""No name holds one of them."""
_SOMETIMES_JOINS = (",", "/", "+", "&", " ")
_LIST = re.compile(r"\[.*\]|\(.*\)|\{.*\}", re.DOTALL)
_ITEM = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^'",;|\s][^,;|]*))\s*[,;|]?""", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def is_empty(cell: str) -> bool:
    """Whether a cell holds nothing, or a word for nothing."""
    return cell.strip().lower() in EMPTY


def answer_in(cell: str) -> bool | None:
    """True for `1`, `x`, `yes`, …; False for `0`, `no`, …; None for anything else."""
    text = cell.strip().lower()
    return True if text in _YES else False if text in _NO else None


def is_answer_column(cells: Collection[str]) -> bool:
    """Whether a column holds answers alone (and empty cells), and at least one of them is yes."""
    answers = [answer_in(cell) for cell in cells if not is_empty(cell)]
    return None not in answers and any(answers)


@dataclass(frozen=True)
class Joints:
    """How the names in the cells of one table are joined, beside `|`, `;` and line ends, which always part them."""

    sign: str | None = None
    """A comma or the like, where the names that it parts stand alone elsewhere."""
    doubtful: str | None = None
    """A cell with a comma that was kept as one name."""

    def names(self, cell: str) -> list[str]:
        """The names in a cell. RowError for a list of something else than names."""
        text = cell.strip()
        if _LIST.fullmatch(text):
            return _listed(text)
        return [name for part in _parts(text) for name in _split(part, self.sign) if not is_empty(name)]


def find_joints(cells: Sequence[str]) -> Joints:
    """What joins names in these cells."""
    parts = [part for cell in cells if not _LIST.fullmatch(cell.strip()) for part in _parts(cell)]
    kinds = {part for part in parts if not is_empty(part)}
    for sign in _SOMETIMES_JOINS:
        joined = [part for part in kinds if len(_split(part, sign)) > 1]
        alone = {id_of(part) for part in kinds if len(_split(part, sign)) == 1} - {""}
        standing = [sum(id_of(name) in alone for name in _split(part, sign)) for part in joined]
        certain = _all_stand(joined, standing, sign)
        if joined and (certain or (sign == "," and (any(standing) or _change_places(joined)))):
            return Joints(sign)
    return Joints(None, next((part for part in sorted(kinds) if len(_split(part, ",")) > 1), None))


def _all_stand(joined: Sequence[str], standing: Sequence[int], sign: str) -> bool:
    return all(count == len(_split(part, sign)) for part, count in zip(joined, standing, strict=True))


def _change_places(joined: Sequence[str]) -> bool:
    """Whether a name stands first in one cell and further back in another: `a, b` and `b, c`."""
    first, further = set(), set()
    for part in joined:
        one, *others = map(id_of, _split(part, ","))
        first.add(one)
        further.update(others)
    return bool(first & further)


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in _ALWAYS_JOINS.split(cell) if part.strip()]


def _split(part: str, sign: str | None) -> list[str]:
    return [name.strip() for name in part.split(sign) if name.strip()] if sign else [part]


def _listed(text: str) -> list[str]:
    """The names in a list of JSON, Python or numpy; of an object, the names whose value is true."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = _literal(text) if text.startswith("{") else _items(text[1:-1])
    if isinstance(content, dict):
        content = [name for name, value in content.items() if value]
    if not isinstance(content, list | tuple | set) or not all(
        item is None or isinstance(item, str | int | float) for item in content
    ):
        raise RowError("its labels are a list of lists or of objects; write their names, joined by |")
    return [str(item).strip() for item in content if item is not None and not is_empty(str(item))]


def _literal(text: str) -> object:
    """A set or dict of Python. Not for its lists: `['a' 'b']`, as numpy writes them, would be one name."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return _items(text[1:-1])


def _items(text: str) -> list[str]:
    """Names in quotes, parted by anything, or without quotes, parted by commas."""
    names: list[str] = []
    position = 0
    while match := _ITEM.match(text, position):
        position = match.end()
        double, single, plain = match.groups()
        names.append(_ESCAPED.sub(r"\1", double or single or "") if plain is None else plain.strip())
    if text[position:].strip(" \t\r\n,;|"):
        raise RowError("its labels look like a list, but cannot be read as one; join their names by |")
    return names
