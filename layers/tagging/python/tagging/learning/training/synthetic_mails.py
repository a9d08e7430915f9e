"""Mails composed of short rows, so that thresholds are tuned on items as long as those that are served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle

import numpy as np

from tagging.learning.heads import training_kind
from tagging.learning.numeric import Annotations, Ints
from tagging.learning.training.phrases import KINDS, PhraseKind, Phrases
from tagging.taxonomy import Head

SIZES = (1, 2, 3)
"""Numbers of rows in a mail, one after the other."""


@dataclass(frozen=True)
class Style:
    """How mails are composed around their rows."""

    phrases: Phrases
    times: int
    """Mails that contain each row, with other rows each time."""
    bare: float = 0.2
    """Share of mails without any phrase: what comes from a web form."""
    opened: float = 0.5
    """Share of the others that have an opening beside greeting and ending."""


@dataclass(frozen=True)
class ComposedMail:
    """Rows put together into one text."""

    text: str
    members: tuple[int, ...]
    """The indices of its rows."""
    phrases: frozenset[PhraseKind]


def compose_mails(texts: Sequence[str], group_of: Ints, style: Style, seed: int) -> list[ComposedMail]:
    """Mails of rows of one group each; rows of a negative group are in none."""
    random = np.random.default_rng(seed)
    mails: list[ComposedMail] = []
    for _ in range(style.times):
        for group in np.unique(group_of[group_of >= 0]):
            order = random.permutation(np.flatnonzero(group_of == group))
            start = 0
            for size in cycle(SIZES):
                members = tuple(int(row) for row in order[start : start + size])
                if not members:
                    break
                mails.append(_composed([texts[row] for row in members], members, style, random))
                start += size
    return mails


def mail_annotations(
    mails: Sequence[ComposedMail], annotations: Annotations, heads: Sequence[Head] = ()
) -> Annotations:
    """A label holds where it holds for one of the rows, and is unknown where it holds for none and one is unknown.

    For a multiclass head whose labels differ between the rows: the first label if the head is ranked, else unknown.
    `heads` in the order of the annotations' columns.
    """
    members = [list(mail.members) for mail in mails]
    positive = np.stack([(annotations.positive & annotations.observed)[rows].any(axis=0) for rows in members])
    observed = np.stack([annotations.observed[rows].all(axis=0) for rows in members]) | positive
    start = 0
    for head in heads:
        columns = slice(start, start + len(head.labels))
        start += len(head.labels)
        of_head = training_kind(head.kind).of_composed(
            Annotations(positive[:, columns], observed[:, columns]), ranked=head.ranked
        )
        positive[:, columns], observed[:, columns] = of_head.positive, of_head.observed
    return Annotations(positive, observed)


def _composed(
    texts: Sequence[str], members: tuple[int, ...], style: Style, random: np.random.Generator
) -> ComposedMail:
    # Random numbers are drawn whether or not they are used, so that one mail does not change the next.
    bare, opened = random.random() < style.bare, random.random() < style.opened
    offered = {kind: style.phrases.of(kind) for kind in KINDS}
    chosen = {kind: of_kind[int(random.integers(len(of_kind)))] for kind, of_kind in offered.items()}
    matter = " ".join(_closed(text) for text in texts)
    if bare:
        return ComposedMail(matter, members, frozenset())
    body = f"{chosen['opening']} {matter}" if opened else matter
    used: frozenset[PhraseKind] = frozenset(KINDS if opened else ("greeting", "ending"))
    return ComposedMail(f"{chosen['greeting']}\n\n{body}\n\n{chosen['ending']}", members, used)


def _closed(text: str) -> str:
    """The text as a sentence among others: a capital letter first, a full stop last."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?", "…")) else ".")
