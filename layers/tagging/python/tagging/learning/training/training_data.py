"""Rows prepared for training: their texts encoded, and held-out items, as long as those that are served, to tune on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tagging.learning.data import DataError, Example, annotations_of, groups_of, normalised
from tagging.learning.features import (
    Background,
    Encoded,
    EncodedItems,
    ItemTexts,
    encode_items,
    item_texts,
    with_logged,
)
from tagging.learning.heads import Labelled, example_rows
from tagging.learning.numeric import Annotations, Bools, Ints, split_evenly
from tagging.learning.training.background_items import background_items, for_heads
from tagging.learning.training.phrases import BY_HALF, KINDS, PhraseKind
from tagging.learning.training.synthetic_mails import ComposedMail, Style, compose_mails, mail_annotations
from tagging.learning.training.usable_rows import UsableRows, usable_rows
from tagging.taxonomy import Head, Taxonomy

FOLDS = 5
FEWEST_ROWS = 10
MAILS_PER_UTTERANCE = 3
"""Mails into which each utterance is composed, each time with other utterances."""
MANY_UTTERANCES = 3000
"""From so many utterances each is composed into one mail only: they suffice, and encoding takes time."""
NO_FOLDS = np.zeros(0, dtype=np.int64)
TRAIN_ONLY_FOLD = -1
"""The fold of rows that heads always learn from and that are never held out: the taxonomy's examples."""


@dataclass(frozen=True)
class PhraseItems:
    """The sentences of the phrases of composed mails, each with its kind and the fold whose mails use it."""

    items: EncodedItems
    kinds: Sequence[PhraseKind]
    folds: Ints


@dataclass(frozen=True)
class TrainingData:
    """The items to learn from and the items to tune on, over the same encoded texts."""

    encoded: Encoded
    rows: Labelled
    held_out: Labelled
    with_phrase: Mapping[PhraseKind, Bools]
    """Which held-out items contain a phrase of a kind, which has no labels [items]."""
    phrases: PhraseItems
    repeats: float
    """Held-out items in which each utterance occurs."""
    skipped: Mapping[str, str]
    """Id of each row without words of its own -> reason code."""

    full_sentences: Bools
    """Which sentences of the rows are full ones [sentences of rows]."""
    counts: Ints | None = None
    """How many items of the traffic each row stands for [rows without examples]; None where no row was drawn."""
    background: Labelled | None = None
    """Items without labels; their texts follow those of `encoded`."""

    def with_background(self, background: Background) -> TrainingData:
        """The same with these items."""
        items = background_items(background, self.rows, len(self.encoded.dense), FOLDS)
        return replace(self, background=items)

    def background_for(self, heads: Sequence[Head]) -> Labelled | None:
        """The background that these heads learn from."""
        return None if self.background is None else for_heads(self.background, heads)

    def learned_texts(self, heads: Sequence[Head]) -> Ints:
        """The texts that heads learn from."""
        background = self.background_for(heads)
        parts = [self.rows.items, self.phrases.items] + ([background.items] if background else [])
        return np.concatenate([items.texts() for items in parts])

    @property
    def composed(self) -> bool:
        """Whether any held-out item is composed of utterances."""
        return any(with_phrase.any() for with_phrase in self.with_phrase.values())


def prepare_training_data(
    rows: Sequence[Example],
    taxonomy: Taxonomy,
    seed: int,
    encode: Callable[[Sequence[str]], Encoded],
    *,
    examples: bool,
) -> TrainingData:
    """Split rows into FOLDS, compose utterances of one fold and source into mails, and encode all texts.

    With `examples`, heads learn from the taxonomy's examples too. Raises DataError if too few rows have words.
    """
    labels = list(taxonomy.labels)
    usable = usable_rows(rows)
    if len(usable.rows) < FEWEST_ROWS:
        raise DataError(f"{len(usable.rows)} rows that can be learned from; at least {FEWEST_ROWS} are needed")
    annotations = annotations_of(usable.rows, labels)
    if not (annotations.positive & annotations.observed).any():
        raise DataError("no row holds any label of the taxonomy: there is nothing to learn")
    folds = split_evenly(annotations.positive, FOLDS, seed, groups_of(usable.rows))
    short = usable.utterances
    times = 1 if short.sum() > MANY_UTTERANCES else MAILS_PER_UTTERANCE
    mails = _composed(usable, np.where(short, folds[: len(short)], TRAIN_ONLY_FOLD), seed, times)
    examples_used = usable_rows(_new_examples(taxonomy, usable.rows) if examples else ())
    phrases = _phrases()
    groups = [
        usable.items,
        examples_used.items,
        [item_texts(mail.text) for mail in mails],
        [phrase.item for phrase in phrases],
    ]
    encoded_items = with_logged(encode_items([item for group in groups for item in group], encode), usable.features)
    texts, example_items, mail_items, phrase_items, logged = _split_groups(
        encoded_items, [*(len(group) for group in groups), len(usable.features)]
    )
    own = texts.followed_by(logged)
    mail_labels = (
        mail_annotations(mails, annotations, taxonomy.heads)
        if mails
        else annotations.take(np.zeros(len(folds), dtype=bool))
    )
    learned_only = Labelled(
        example_items, annotations_of(examples_used.rows, labels), np.full(len(examples_used.rows), TRAIN_ONLY_FOLD)
    )
    return TrainingData(
        encoded=encoded_items.encoded,
        rows=joined(Labelled(own, annotations, folds), learned_only),
        held_out=_held_out(Labelled(own, annotations, folds), mails, Labelled(mail_items, mail_labels, NO_FOLDS)),
        with_phrase={kind: _with_phrase(kind, mails, len(folds)) for kind in KINDS},
        phrases=PhraseItems(phrase_items, [phrase.kind for phrase in phrases], np.array([p.fold for p in phrases])),
        full_sentences=usable.full_sentences,
        counts=usable.counts,
        repeats=float(times + 1),
        skipped=usable.skipped,
    )


@dataclass(frozen=True)
class _Phrase:
    """A sentence of a phrase; only mails of its fold are composed with it."""

    item: ItemTexts
    kind: PhraseKind
    fold: int


def _phrases() -> list[_Phrase]:
    return [
        _Phrase(ItemTexts(sentence, (sentence,)), kind, fold)
        for fold in range(FOLDS)
        for kind in KINDS
        for phrase in BY_HALF["training"].fold(fold, FOLDS).of(kind)
        for sentence in item_texts(phrase).sentences
    ]


def _composed(usable: UsableRows, folds: Ints, seed: int, times: int) -> list[ComposedMail]:
    """Mails of the rows that have a fold, of one fold and source each, with phrases that no other fold uses."""
    texts, groups = [item.full_text for item in usable.items], _sources(usable.texts)
    return [
        mail
        for fold in range(FOLDS)
        for style in [Style(BY_HALF["training"].fold(fold, FOLDS), times)]
        for mail in compose_mails(texts, np.where(folds == fold, groups, -1), style, seed + fold)
    ]


def _new_examples(taxonomy: Taxonomy, rows: Sequence[Example]) -> list[Example]:
    """The taxonomy's examples without those that are rows as well: heads of every fold would learn from them."""
    known_texts = {normalised(row.text) for row in rows}
    examples = example_rows(list(taxonomy.labels.values()))
    return [row for row in examples if normalised(row.text) not in known_texts]


def _sources(rows: Sequence[Example]) -> Ints:
    """A number for each source [rows]: rows of one source have the same unknown labels."""
    return np.unique([row.source or "" for row in rows], return_inverse=True)[1].astype(np.int64)


def _split_groups(encoded_items: EncodedItems, sizes: Sequence[int]) -> list[EncodedItems]:
    group_of = np.repeat(np.arange(len(sizes)), sizes)
    return [encoded_items.take(group_of == group) for group in range(len(sizes))]


def _held_out(rows: Labelled, mails: Sequence[ComposedMail], composed: Labelled) -> Labelled:
    """The mails, then the rows as they are."""
    if not mails:
        return rows
    folds = rows.folds[[mail.members[0] for mail in mails]]
    return joined(replace(composed, folds=folds), rows)


def _with_phrase(kind: PhraseKind, mails: Sequence[ComposedMail], others: int) -> Bools:
    return np.array([kind in mail.phrases for mail in mails] + [False] * others, dtype=bool)


def joined(first: Labelled, second: Labelled) -> Labelled:
    """The items of both, over the same texts."""
    annotations = Annotations(
        np.concatenate([first.annotations.positive, second.annotations.positive]),
        np.concatenate([first.annotations.observed, second.annotations.observed]),
    )
    items = first.items.followed_by(second.items)
    return Labelled(items, annotations, np.concatenate([first.folds, second.folds]))
