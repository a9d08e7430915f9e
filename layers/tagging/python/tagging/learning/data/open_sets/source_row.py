"""A row of an outside data set with that set's own labels."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SourceRow:
    """One row of an outside data set."""

    id: str
    """Unique over all sources: it begins with the source's name."""
    source: str
    text: str
    labels: tuple[str, ...]
    """The source's own labels, in its order."""
    split: str = ""
    """The part of the source's own split that it belongs to; empty where the source has none."""
    group: str = ""
    """The conversation or thread, which no split may divide; empty where rows are independent."""
    domain: str = ""
    """The part of the source that was annotated with one set of labels: a domain of NLU++ or MultiDoGO."""
