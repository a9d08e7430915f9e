"""What an importer hands over: rows in our form, what was wrong with the others, and the names behind the label ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tagging.learning.data.label_names import id_of
from tagging.learning.data.row_format import RowError
from tagging.learning.data.rows import Problem, Row


@dataclass(frozen=True)
class Imported:
    """Rows whose labels are ids; `names` has what each label is called in the source."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


def ids_of(names: Sequence[str], known: dict[str, str]) -> list[str]:
    """The ids of these label names, noted in `known` (id -> name). Raises RowError for a name that makes no id."""
    found = []
    for name in names:
        label = id_of(name)
        if not label:
            raise RowError(f"no id can be made of the label name {name!r}; name it with letters a to z")
        known.setdefault(label, name)
        found.append(label)
    return found
