"""Items as they are served: the full text of each, its sentences, and the features of all these texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.features.features import Encoded, choose_lexicon
from tagging.learning.numeric import Floats, Ints
from tagging.mail import text_mail
from tagging.model import Features, Lexicon, mail_sentences


@dataclass(frozen=True)
class ItemTexts:
    """One item's full text and its sentences; with one sentence, both are the same text."""

    full_text: str
    sentences: tuple[str, ...]


def item_texts(text: str) -> ItemTexts:
    """A row's text, cut and split as a served mail is. Raises Quarantined if it has no words."""
    full_text = text_mail(text).full_text
    return ItemTexts(full_text, tuple(full_text[start:end] for start, end in mail_sentences(full_text, 0)))


@dataclass(frozen=True)
class EncodedItems:
    """Items whose texts are rows of `encoded`, which holds equal texts once."""

    encoded: Encoded
    full_texts: Ints
    """The row of each item's full text [items]."""
    sentences: Ints
    """The rows of all items' sentences, item by item [sentences]."""
    item_of: Ints
    """The item of each sentence [sentences]; every item has at least one."""

    @property
    def starts(self) -> Ints:
        """Where each item's sentences begin in `sentences` [items]."""
        return np.searchsorted(self.item_of, np.arange(len(self.full_texts)))

    @property
    def counts(self) -> Ints:
        """How many sentences each item has [items]."""
        return np.bincount(self.item_of, minlength=len(self.full_texts))

    def take(self, chosen: NDArray[np.bool_]) -> EncodedItems:
        """The items marked True, over the same texts."""
        kept = chosen[self.item_of]
        renumbered = np.cumsum(chosen) - 1
        item_of = renumbered[self.item_of[kept]]
        return EncodedItems(self.encoded, self.full_texts[chosen], self.sentences[kept], item_of)

    def followed_by(self, others: EncodedItems) -> EncodedItems:
        """These items, then others over the same texts."""
        return EncodedItems(
            self.encoded,
            np.concatenate([self.full_texts, others.full_texts]),
            np.concatenate([self.sentences, others.sentences]),
            np.concatenate([self.item_of, others.item_of + len(self.full_texts)]),
        )

    def texts(self) -> Ints:
        """The rows of all texts of these items, each once, rising."""
        return np.unique(np.concatenate([self.full_texts, self.sentences]))

    def sentence_max(self, logits: Floats) -> Floats:
        """The maximum over each item's sentences [items, labels] of the logits of all texts [texts, labels]."""
        result: Floats = np.maximum.reduceat(logits[self.sentences], self.starts, axis=0)
        return result

    def lexicon(
        self, weight: float, own: Sequence[Sequence[str]] = (), elsewhere: Callable[[str], int] | None = None
    ) -> Lexicon:
        """The n-grams of these items' texts: see `choose_lexicon`."""
        items_of: dict[int, set[int]] = {text: set() for text in self.texts().tolist()}
        for item, text in enumerate(self.full_texts.tolist()):
            items_of[text].add(item)
        for item, text in zip(self.item_of.tolist(), self.sentences.tolist(), strict=True):
            items_of[text].add(item)
        pieces = [self.encoded.pieces[text] for text in items_of]
        return choose_lexicon(pieces, weight, own, list(items_of.values()), elsewhere)


def encode_items(items: Sequence[ItemTexts], encode: Callable[[Sequence[str]], Encoded]) -> EncodedItems:
    """The features of all full texts and sentences; `encode` is called once, with each different text once."""
    row_of: dict[str, int] = {}
    for item in items:
        for text in (item.full_text, *item.sentences):
            row_of.setdefault(text, len(row_of))
    return EncodedItems(
        encoded=encode(list(row_of)),
        full_texts=np.array([row_of[item.full_text] for item in items], dtype=np.int64),
        sentences=np.array([row_of[text] for item in items for text in item.sentences], dtype=np.int64),
        item_of=np.repeat(np.arange(len(items)), [len(item.sentences) for item in items]),
    )


def with_logged(encoded: EncodedItems, logged: Sequence[Features]) -> EncodedItems:
    """These items, then those whose features were logged: the texts that were scored when they were served.

    Where the full text was not scored, the mean of the sentences and the pieces of all of them stand for it; where only
    the full text was, it is the item's one sentence.
    """
    dense, pieces = [encoded.encoded.dense], list(encoded.encoded.pieces)
    full_texts, sentences, item_of = ([part] for part in (encoded.full_texts, encoded.sentences, encoded.item_of))
    for item, features in enumerate(logged, len(encoded.full_texts)):
        start, scored = len(pieces), max(len(features.sentences), 1)
        dense.append(features.dense)
        pieces += features.pieces
        if not features.has_full_text:
            dense.append(features.dense.mean(axis=0, keepdims=True))
            pieces.append(tuple(piece for text in features.pieces for piece in text))
        full_texts.append(np.array([len(pieces) - 1]))
        sentences.append(np.arange(start, start + scored))
        item_of.append(np.full(scored, item))
    return EncodedItems(
        Encoded(np.concatenate(dense), tuple(pieces)),
        np.concatenate(full_texts),
        np.concatenate(sentences),
        np.concatenate(item_of),
    )
