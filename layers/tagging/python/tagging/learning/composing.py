"""Single utterances made into mails, so that thresholds are tuned on items as long as those that are served."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tagging.learning.rows import Answers

Floats = NDArray[np.float64]


def compose(
    logits: Floats, answers: Answers, group_of: NDArray[np.int64], sizes: Sequence[int], seed: int = 0
) -> tuple[Floats, Answers]:
    """Mails of `sizes` utterances of one group each, every utterance used once for every size.

    A mail's logit is the maximum over its utterances, as in serving; a label holds where it holds for one of them, and
    is unknown where it holds for none and is unknown for one.
    """
    random = np.random.default_rng(seed)
    members: list[NDArray[np.int64]] = []
    for size in sizes:
        for group in np.unique(group_of):
            order = random.permutation(np.flatnonzero(group_of == group))
            members += [order[start : start + size] for start in range(0, len(order), size)]
    yes = np.stack([answers.yes[rows].any(axis=0) for rows in members])
    known = np.stack([answers.known[rows].all(axis=0) for rows in members])
    return np.stack([logits[rows].max(axis=0) for rows in members]), Answers(yes, known | yes)
