"""The kinds of heads: what each allows in a taxonomy. A kind is registered by its line in HEAD_KINDS.

A new kind needs that line, `model/heads/<kind>.py` (scores and decision) and `learning/heads/<kind>.py` (how it is
learned and measured); both are found by the kind's name.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class HeadRules(Struct, frozen=True):
    """What a taxonomy may say of a head of this kind."""

    fewest_labels: int = 1
    most_labels: int | None = None
    exclusive: bool = False
    """Of its labels at most one holds: none has a parent, and they may be ranked."""
    misfit: str = ""
    """How many labels it has and what to write instead: the end of the message where the number does not fit."""

    @property
    def assigns_one(self) -> bool:
        """Whether it assigns one label at most: then it has no policy, and other heads may wait for its labels."""
        return self.exclusive or self.most_labels == 1

    def fits(self, labels: int) -> bool:
        """Whether a head of this kind may have so many labels."""
        return self.fewest_labels <= labels <= (self.most_labels or labels)


HEAD_KINDS: Mapping[str, HeadRules] = {
    "multilabel": HeadRules(),
    "multiclass": HeadRules(fewest_labels=2, exclusive=True, misfit="has at least two labels; write kind: binary"),
    "binary": HeadRules(most_labels=1, misfit="has exactly one label; write kind: multilabel"),
}
