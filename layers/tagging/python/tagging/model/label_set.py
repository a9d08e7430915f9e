"""The result for one item: its labels, every score, and the version of the bundle."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


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
    """Labels in taxonomy order; scores in [0, 1] of every label asked, rounded to 4 decimals, always finite.

    A label of a head whose condition does not hold was not asked: it has no score, which is not a no.
    """

    labels: tuple[AssignedLabel, ...]
    scores: Mapping[str, float]
    review: bool
    """A person should look: the text is not English, a score is too uncertain, a label given is unproven, nothing is
    said of the item, or nothing sends it anywhere and part of it got no label."""
    bundle: BundleVersion
    unproven: tuple[str, ...] = ()
    """Ids of the labels given that did not reach what the taxonomy asks of them when they were learned."""
