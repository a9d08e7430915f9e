"""Rows made ready for training: their texts encoded, and the trials - items as long as those served - to tune on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tagging.learning.data import DataError, Row, answers_of, groups_of, normalised
from tagging.learning.features import Encoded, EncodedItems, SpokenItem, encode_items, spoken
from tagging.learning.heads import Labelled, example_rows
from tagging.learning.numeric import Answers, Bools, Ints, deal
from tagging.learning.training.phrases import BY_HALF, KINDS, PhraseKind
from tagging.learning.training.synthetic_mails import ComposedMail, Style, compose_mails, mail_answers
from tagging.quarantine import Quarantined
from tagging.taxonomy import Taxonomy

PARTS = 5
FEWEST_ROWS = 10
UTTERANCE = 2
"""Sentences up to which a row is no mail yet, and is composed into mails."""
TIMES = 3
"""Mails that each utterance is composed into, with other ones each time."""
MANY = 3000
"""Utterances from which each is composed into one mail only: there are enough, and encoding takes time."""
NO_PARTS = np.zeros(0, dtype=np.int64)
ALWAYS = -1
"""The part of rows that are always learned from and never tested on: the taxonomy's examples."""


@dataclass(frozen=True)
class Spoken:
    """The sentences of the phrases that mails are composed with, each with its kind and the part that uses it."""

    items: EncodedItems
    kinds: Sequence[PhraseKind]
    parts: Ints


@dataclass(frozen=True)
class TrainingData:
    """All that is learned from and tuned on; both sets of items stand on the same encoded texts."""

    encoded: Encoded
    rows: Labelled
    trials: Labelled
    having: Mapping[PhraseKind, Bools]
    """Which trials have a phrase of a kind, that nobody labelled [trials]."""
    phrases: Spoken
    repeats: float
    """OutOfFold that an utterance is in."""
    skipped: Mapping[str, str]
    """Ids of rows without words of their own -> why."""

    @property
    def composed(self) -> bool:
        """Whether any trial is a mail composed of utterances."""
        return any(having.any() for having in self.having.values())


@dataclass(frozen=True)
class _Usable:
    """Rows with words, and how they are heard."""

    rows: list[Row]
    items: list[SpokenItem]
    skipped: dict[str, str]


def gather(
    rows: Sequence[Row], taxonomy: Taxonomy, seed: int, encode: Callable[[Sequence[str]], Encoded], *, examples: bool
) -> TrainingData:
    """Deal rows into PARTS, compose utterances of one part and source into mails, and encode all texts.

    With `examples`, the taxonomy's are learned from too. Raises DataError where too few rows have words.
    """
    labels = list(taxonomy.labels)
    usable = _usable(rows)
    if len(usable.rows) < FEWEST_ROWS:
        raise DataError(f"{len(usable.rows)} rows that can be learned from; at least {FEWEST_ROWS} are needed")
    answers = answers_of(usable.rows, labels)
    if not (answers.positive & answers.observed).any():
        raise DataError("no row holds any label of the taxonomy: there is nothing to learn")
    parts = deal(answers.positive, PARTS, seed, groups_of(usable.rows))
    short = np.array([len(item.sentences) <= UTTERANCE for item in usable.items])
    times = 1 if short.sum() > MANY else TIMES
    mails = _composed(usable, np.where(short, parts, ALWAYS), seed, times)
    extra = _usable(_new_examples(taxonomy, usable.rows) if examples else ())
    phrases = _phrases()
    groups = [usable.items, extra.items, [spoken(mail.text) for mail in mails], [phrase.item for phrase in phrases]]
    everything = encode_items([item for group in groups for item in group], encode)
    own, more, mailed, spoken_phrases = _taken_apart(everything, [len(group) for group in groups])
    composed = mail_answers(mails, answers, taxonomy.heads) if mails else answers.take(np.zeros(len(parts), dtype=bool))
    learned_only = Labelled(more, answers_of(extra.rows, labels), np.full(len(extra.rows), ALWAYS))
    return TrainingData(
        encoded=everything.encoded,
        rows=joined(Labelled(own, answers, parts), learned_only),
        trials=_trials(Labelled(own, answers, parts), short, mails, Labelled(mailed, composed, NO_PARTS)),
        having={kind: _having(kind, mails, int((~short).sum())) for kind in KINDS},
        phrases=Spoken(spoken_phrases, [phrase.kind for phrase in phrases], np.array([p.part for p in phrases])),
        repeats=float(times),
        skipped=usable.skipped,
    )


@dataclass(frozen=True)
class _Phrase:
    """A sentence of a phrase; trials of its part alone are composed with it."""

    item: SpokenItem
    kind: PhraseKind
    part: int


def _phrases() -> list[_Phrase]:
    return [
        _Phrase(SpokenItem(sentence, (sentence,)), kind, part)
        for part in range(PARTS)
        for kind in KINDS
        for phrase in BY_HALF["training"].part(part, PARTS).of(kind)
        for sentence in spoken(phrase).sentences
    ]


def _composed(usable: _Usable, parts: Ints, seed: int, times: int) -> list[ComposedMail]:
    """Mails of the rows that have a part, of one part and source each, with phrases that other parts do not have."""
    texts, groups = [item.whole for item in usable.items], _sources(usable.rows)
    return [
        mail
        for part in range(PARTS)
        for style in [Style(BY_HALF["training"].part(part, PARTS), times)]
        for mail in compose_mails(texts, np.where(parts == part, groups, -1), style, seed + part)
    ]


def _usable(rows: Sequence[Row]) -> _Usable:
    found = _Usable([], [], {})
    for row in rows:
        try:
            item = spoken(row.text)
        except Quarantined as error:
            found.skipped[row.id] = error.reason
            continue
        found.rows.append(row)
        found.items.append(item)
    return found


def _new_examples(taxonomy: Taxonomy, rows: Sequence[Row]) -> list[Row]:
    """The taxonomy's examples, but for those that are rows as well: they would be learned from in every part."""
    there = {normalised(row.text) for row in rows}
    found = example_rows(list(taxonomy.labels.values()))
    return [row for row in found if normalised(row.text) not in there]


def _sources(rows: Sequence[Row]) -> Ints:
    """A number for each source [rows]: what one source leaves unknown, its rows leave unknown together."""
    return np.unique([row.source or "" for row in rows], return_inverse=True)[1].astype(np.int64)


def _taken_apart(everything: EncodedItems, sizes: Sequence[int]) -> list[EncodedItems]:
    group_of = np.repeat(np.arange(len(sizes)), sizes)
    return [everything.take(group_of == group) for group in range(len(sizes))]


def _trials(rows: Labelled, short: Bools, mails: Sequence[ComposedMail], mailed: Labelled) -> Labelled:
    """The mails, then the rows that are long enough to be mails themselves."""
    if not mails:
        return rows
    parts = rows.parts[[mail.members[0] for mail in mails]]
    return joined(replace(mailed, parts=parts), rows.take(~short))


def _having(kind: PhraseKind, mails: Sequence[ComposedMail], others: int) -> Bools:
    return np.array([kind in mail.phrases for mail in mails] + [False] * others, dtype=bool)


def joined(first: Labelled, second: Labelled) -> Labelled:
    """The items of both, over the same texts."""
    one, two = first.items, second.items
    items = EncodedItems(
        one.encoded,
        np.concatenate([one.whole, two.whole]),
        np.concatenate([one.sentences, two.sentences]),
        np.concatenate([one.item_of, two.item_of + len(one.whole)]),
    )
    answers = Answers(
        np.concatenate([first.answers.positive, second.answers.positive]),
        np.concatenate([first.answers.observed, second.answers.observed]),
    )
    return Labelled(items, answers, np.concatenate([first.parts, second.parts]))
