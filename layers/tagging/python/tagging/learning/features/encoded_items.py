"""Items as serving hears them: the whole text of each, its sentences, and the features of all these texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.features.features import Encoded
from tagging.learning.numeric import Floats, Ints
from tagging.mail import text_mail
from tagging.model import mail_sentences


@dataclass(frozen=True)
class SpokenItem:
    """One item's whole text and its sentences; a text of one sentence has itself as that."""

    whole: str
    sentences: tuple[str, ...]


def spoken(text: str) -> SpokenItem:
    """A row's text, cut and split as a mail's is when it is served. Raises Quarantined where it has no words."""
    whole = text_mail(text).full_text
    return SpokenItem(whole, tuple(whole[start:end] for start, end in mail_sentences(whole, 0)))


@dataclass(frozen=True)
class EncodedItems:
    """Items whose texts are rows of `encoded`, which holds equal texts once."""

    encoded: Encoded
    whole: Ints
    """The place of each item's whole text [items]."""
    sentences: Ints
    """The places of all items' sentences, item by item [sentences]."""
    item_of: Ints
    """The item that each sentence is of [sentences]; every item has at least one."""

    @property
    def starts(self) -> Ints:
        """Where each item's sentences begin in `sentences` [items]."""
        return np.searchsorted(self.item_of, np.arange(len(self.whole)))

    @property
    def counts(self) -> Ints:
        """How many sentences each item has [items]."""
        return np.bincount(self.item_of, minlength=len(self.whole))

    def take(self, chosen: NDArray[np.bool_]) -> EncodedItems:
        """The items marked True, over the same texts."""
        kept = chosen[self.item_of]
        renumbered = np.cumsum(chosen) - 1
        return EncodedItems(self.encoded, self.whole[chosen], self.sentences[kept], renumbered[self.item_of[kept]])

    def texts(self) -> Ints:
        """Places of all texts that these items are made of, each once, rising."""
        return np.unique(np.concatenate([self.whole, self.sentences]))

    def loudest(self, logits: Floats) -> Floats:
        """The maximum over each item's sentences [items, labels] of the logits of all texts [texts, labels]."""
        result: Floats = np.maximum.reduceat(logits[self.sentences], self.starts, axis=0)
        return result


def encode_items(items: Sequence[SpokenItem], encode: Callable[[Sequence[str]], Encoded]) -> EncodedItems:
    """The features of all whole texts and sentences, by `encode` on each different text once."""
    places: dict[str, int] = {}
    for item in items:
        for text in (item.whole, *item.sentences):
            places.setdefault(text, len(places))
    return EncodedItems(
        encoded=encode(list(places)),
        whole=np.array([places[item.whole] for item in items], dtype=np.int64),
        sentences=np.array([places[text] for item in items for text in item.sentences], dtype=np.int64),
        item_of=np.repeat(np.arange(len(items)), [len(item.sentences) for item in items]),
    )
