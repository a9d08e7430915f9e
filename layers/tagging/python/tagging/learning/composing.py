"""Mails composed of short rows, so that whatever is tuned is tuned on items as long as those that are served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.phrases import KINDS, PhraseKind, Phrases
from tagging.learning.rows import Answers

Ints = NDArray[np.int64]
SIZES = (1, 2, 3)
"""Rows in a mail, in turn."""
BARE = 0.2
"""Share of mails without any phrase: what comes from a web form."""
WITH_OPENING = 0.5
"""Share of the others that have an opening beside greeting and ending."""


@dataclass(frozen=True)
class ComposedMail:
    """Rows put together into one text."""

    text: str
    members: tuple[int, ...]
    """The rows it is made of, by their places."""
    phrases: frozenset[PhraseKind]


def compose_mails(
    texts: Sequence[str], group_of: Ints, phrases: Phrases, seed: int, sizes: Sequence[int] = SIZES
) -> list[ComposedMail]:
    """Mails of rows of one group each; every row is in one mail of each size, as far as its group has so many rows."""
    random = np.random.default_rng(seed)
    mails: list[ComposedMail] = []
    for size in sizes:
        for group in np.unique(group_of):
            order = random.permutation(np.flatnonzero(group_of == group))
            for start in range(0, len(order), size):
                members = tuple(int(row) for row in order[start : start + size])
                mails.append(_composed([texts[row] for row in members], members, phrases, random))
    return mails


def mail_answers(mails: Sequence[ComposedMail], answers: Answers) -> Answers:
    """A label holds where it holds for one of the rows, and is unknown where it holds for none and one is unknown."""
    members = [list(mail.members) for mail in mails]
    yes = np.stack([(answers.yes & answers.known)[rows].any(axis=0) for rows in members])
    known = np.stack([answers.known[rows].all(axis=0) for rows in members])
    return Answers(yes, known | yes)


def unless_spoken(
    answers: Answers, mails: Sequence[ComposedMail], spoken: dict[PhraseKind, NDArray[np.bool_]]
) -> Answers:
    """The answers, unknown where a phrase of the mail may say what no row does; `spoken` is [labels] by kind.

    Nobody labelled the phrases: "Hello," may well hold a label for greetings.
    """
    open_cells = np.zeros_like(answers.yes)
    for kind, labels in spoken.items():
        having = np.array([kind in mail.phrases for mail in mails], dtype=bool)
        open_cells |= having[:, None] & labels
    return Answers(answers.yes, answers.known & (answers.yes | ~open_cells))


def _composed(
    texts: Sequence[str], members: tuple[int, ...], phrases: Phrases, random: np.random.Generator
) -> ComposedMail:
    # The dice are thrown whether or not they count, so that one mail's luck does not move the next one's.
    bare, opened = random.random() < BARE, random.random() < WITH_OPENING
    chosen = {kind: phrases.of(kind)[int(random.integers(len(phrases.of(kind))))] for kind in KINDS}
    matter = " ".join(_closed(text) for text in texts)
    if bare:
        return ComposedMail(matter, members, frozenset())
    body = f"{chosen['opening']} {matter}" if opened else matter
    used: frozenset[PhraseKind] = frozenset(KINDS if opened else ("greeting", "ending"))
    return ComposedMail(f"{chosen['greeting']}\n\n{body}\n\n{chosen['ending']}", members, used)


def _closed(text: str) -> str:
    """The text as a sentence among others: its first letter large, a stop at its end."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?", "…")) else ".")
