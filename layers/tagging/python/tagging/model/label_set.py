"""The result for one item: its labels, every score, and the version of the bundle."""

from __future__ import annotations

import math
from collections.abc import Mapping

from msgspec import Struct

from tagging.model.review_reasons import ReviewReason


class BundleVersion(Struct, frozen=True):
    """What tagged: 12 hexadecimal digits of the content hash of each part that changes on its own."""

    encoder: str
    heads: str
    thresholds: str


class AssignedLabel(Struct, frozen=True):
    """One label that holds; `evidence` is the (start, end) in `Mail.full_text` of the max-scoring sentence.

    Images, and mails whose pooling is the full text, have no evidence.
    """

    id: str
    head: str
    score: float
    evidence: tuple[int, int] | None


class LabelSet(Struct, frozen=True):
    """`labels` are in taxonomy order; `scores` has every label of the heads that ran.

    Scores are in [0, 1], rounded to 4 decimals, always finite. Labels of skipped heads (their condition does not hold)
    have no score: they are unknown, not negative.
    """

    labels: tuple[AssignedLabel, ...]
    scores: Mapping[str, float]
    review_reasons: tuple[ReviewReason, ...]
    """Why a person should look, in the order of `REVIEW_REASONS`; empty where nobody needs to."""
    bundle: BundleVersion
    unproven: tuple[str, ...] = ()
    """Ids of the assigned labels that did not meet their objective in training."""
    risk: float = -math.inf
    """How likely a label is wrong, as log-odds, weighed as the bundle's `ReviewRule` says; to rank items by."""

    @property
    def routes_wait(self) -> bool:
        """The item is unlike the training data: a person decides where it goes."""
        return "unlike_training" in self.review_reasons

    @property
    def review(self) -> bool:
        """A person should look: at least one reason holds."""
        return bool(self.review_reasons)
