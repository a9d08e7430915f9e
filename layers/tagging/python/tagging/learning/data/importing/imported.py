"""The result of an importer: rows, problems, and the source's names of the labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tagging.learning.data.rows import Example, Problem


@dataclass(frozen=True)
class Imported:
    """Rows whose labels are ids; `names` maps each id to its name in the source."""

    rows: tuple[Example, ...]
    problems: tuple[Problem, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """How the source was understood, one line each."""
