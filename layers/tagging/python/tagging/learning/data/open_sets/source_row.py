"""A row of somebody else's data set, as it is there: its text and what that set's own labels say."""

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
    """What must stay together in any split (a conversation, a thread); empty where rows stand alone."""
    domain: str = ""
    """The part of the source that shares one set of questions: a domain of NLU++ or MultiDoGO."""
