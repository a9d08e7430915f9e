"""The items of each hour, with what is true of them: where a simulation gets them from is all that it asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np

from tagging.intake import StoredObject
from tagging.model import Tagger
from tagging.serving import version_id
from tagging.simulation.evidence import DRIFTING, LABELS, RATES, Bools, draw_items, features_of
from tagging.simulation.rhythm import arrivals, seasonal, wandering
from tagging.simulation.stage import Arrived
from tagging.simulation.story import Story
from tagging.store import source_fields

HOUR_S = 3600


@dataclass(frozen=True)
class HourOfItems:
    """Items of one hour, in order."""

    items: Sequence[Arrived]
    truth: Bools
    """[items, labels]."""
    by_version: Mapping[str, Bools]
    """What each version gives [items, labels], by id."""


class Traffic(Protocol):
    """Draws items; called once for each hour, in order."""

    @property
    def labels(self) -> Sequence[str]:
        """All labels."""

    def hour(self, start: datetime, day: int, /) -> HourOfItems:
        """The items of an hour; `day` counts from the beginning of the simulation, from 0 on."""


class BoxTraffic:
    """Items of the month in a box: evidence instead of texts."""

    def __init__(self, story: Story, taggers: Sequence[Tagger]) -> None:
        self._random = np.random.default_rng(story.seed)
        self._taggers = {version_id(tagger.bundle): tagger for tagger in taggers}
        self._story = story
        self._factors = wandering(self._random, story.total, len(LABELS), story.restlessness)
        if story.drift is not None:
            factor, day = story.drift
            self._factors[story.reference + day - 1 :, LABELS.index(DRIFTING)] *= factor
        self._counts = np.zeros(24, dtype=np.int64)

    @property
    def labels(self) -> Sequence[str]:
        """All labels."""
        return LABELS

    def hour(self, start: datetime, day: int) -> HourOfItems:
        """See `Traffic`."""
        if start.hour == 0:
            self._counts = arrivals(self._random, self._story.a_day, start.weekday(), self._story.hours)
        count = int(self._counts[start.hour])
        rates = RATES * self._factors[day] * seasonal(np.array([start.weekday()]))[0]
        drawn = draw_items(self._random, count, np.minimum(rates, 0.95))
        seconds = np.sort(self._random.uniform(0, HOUR_S, count))
        words = self._random.geometric(1 / 40, count)
        objects = [StoredObject("box", f"{start:%Y/%m/%d/%H}/{place}", "1") for place in range(count)]
        items = [
            Arrived(
                stored.item_id,
                start + timedelta(seconds=float(seconds[place])),
                features_of(drawn.dense[place], int(words[place])),
                source_fields(stored),
            )
            for place, stored in enumerate(objects)
        ]
        logits = {version: self._logits(tagger, drawn.dense) for version, tagger in self._taggers.items()}
        return HourOfItems(items, drawn.truth, {version: each >= 0 for version, each in logits.items()})

    def _logits(self, tagger: Tagger, dense: np.ndarray) -> np.ndarray:
        if not len(dense):
            return np.zeros((0, len(LABELS)))
        return np.asarray(tagger.bundle.heads.run(["logits"], {"dense": dense})[0])
