"""Precision and recall that calibrated scores lead one to expect, by the logits of the feature log: no answers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from tagging import feature_log, model
from tagging.aws import CONNECTIONS
from tagging.operations.errors import OperationError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tagging.feature_log import Block, LogStore
    from tagging.model import Bundle
    from tagging.operations.models import Models

FEWEST: Final = 10
"""Assigned items below which nothing is expected of a label."""


@dataclass
class Expected:
    """Sums over the items of the log that a label's head ran on."""

    assigned: int = 0
    score_of_assigned: float = 0.0
    score_of_all: float = 0.0

    @property
    def precision(self) -> float | None:
        """The mean score of the items that get the label; None for fewer than FEWEST."""
        return self.score_of_assigned / self.assigned if self.assigned >= FEWEST else None

    @property
    def recall(self) -> float | None:
        """Of all that the scores add up to, the part of the items that get the label; None for fewer than FEWEST."""
        return self.score_of_assigned / self.score_of_all if self.assigned >= FEWEST else None


def expected_quality(log: LogStore, models: Models, champion: Bundle, since: datetime) -> dict[str, Expected]:
    """What is expected of each label of the champion, over the items of the hours since then that it scored.

    Versions with the same heads score alike. Every head counts as requested, and an item that was decided twice counts
    twice. Raises OperationError where an hour cannot be read, and botocore's errors.
    """
    expected = {label: Expected() for label in champion.taxonomy.labels}
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        keys = feature_log.logged_hours(log, models.kind, models.layer.encoder, since)
        try:
            for opened in feature_log.open_all(log, keys, threads):
                for block in opened.hour.blocks if opened is not None else ():
                    if block.peak_bytes and block.by.scorer == champion.scorer:
                        _add(expected, block, champion)
        except feature_log.LogError as error:
            raise OperationError(f"the feature log of stage {models.stage}: {error}") from None
    return expected


def _add(expected: dict[str, Expected], block: Block, champion: Bundle) -> None:
    unlike: NDArray[np.bool_] = block.beyond_cut > 0
    logits = block.logits.astype("<f8")
    assigned = model.assign_many(logits, unlike, champion)
    for head in champion.taxonomy.heads:
        columns = champion.head_columns[head.id]
        scores = model.scores_by(head, logits[:, columns], champion.score_maps[head.id])
        if head.when is not None:
            scores = scores * (assigned[:, champion.columns[head.when]] & ~unlike)[:, None]
        for place, label in enumerate(head.labels):
            holds, sums = assigned[:, columns][:, place], expected[label.id]
            sums.assigned += int(holds.sum())
            sums.score_of_assigned += float(scores[holds, place].sum())
            sums.score_of_all += float(scores[:, place].sum())
