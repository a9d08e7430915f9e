"""The result of an importer: rows, problems, and the source's names of the labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tagging.learning.data.label_names import id_of
from tagging.learning.data.row_format import RowError
from tagging.learning.data.rows import Example, Problem


@dataclass(frozen=True)
class Imported:
    """Rows whose labels are ids; `names` maps each id to its name in the source."""

    rows: tuple[Example, ...]
    problems: tuple[Problem, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


def ids_of(names: Sequence[str], known: dict[str, str]) -> list[str]:
    """The ids of these label names, also added to `known` (id -> name). Raises RowError for a name without an id."""
    ids = []
    for name in names:
        label = id_of(name)
        if not label:
            raise RowError(f"no id can be made of the label name {name!r}; name it with letters a to z")
        known.setdefault(label, name)
        ids.append(label)
    return ids
