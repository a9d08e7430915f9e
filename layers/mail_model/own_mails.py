"""Mails composed of sentences of our own writing: one or two acts between context, politeness and history.

Open data sets hold single requests, and most of a mail is context. Heads that never learned from context give it
labels, more of them the longer a mail is. The sentences of `own_mails.yaml` are dealt to POOLS; a mail is composed of
one pool, and all rows of a pool stay on one side of each training fold.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import yaml

from tagging.learning.data import Example
from tagging.taxonomy import Taxonomy

SOURCE = "our mails"
SENTENCES = Path(__file__).with_name("own_mails.yaml")
POOLS = 5
ROUNDS = 8
"""Mails of each kind of act in each pool."""
THANKS_ROUNDS, TELLING_ROUNDS = 40, 12
"""Mails of each pool that only thank, and that only tell."""
FILLINGS = 3
"""Texts of each sentence with slots."""
AROUND_ACTS = ("context", "context", "context", "praise")
AROUND_THANKS = ("context", "praise", "story", "story")
AROUND_NOTHING = ("context", "context", "context", "story")
"""Kinds of sentences in the body of a mail, each as likely as it is frequent here."""
_SLOT = re.compile(r"<(\w+)>")


@dataclass(frozen=True)
class Sentences:
    """What mails are composed of; `<slot>` in a sentence stands for any text of the slot."""

    slots: Mapping[str, Sequence[str]]
    acts: Mapping[str, Sequence[str]]
    """Labels, those that are open with a question mark in front -> sentences with these labels."""
    by_kind: Mapping[str, Sequence[str]]
    """Greeting, opening, closing, signature, subject, context, praise, story, thanks -> sentences."""

    @classmethod
    def read(cls) -> Sentences:
        """All of the file."""
        by_kind = yaml.safe_load(SENTENCES.read_text(encoding="utf-8"))
        return cls(slots=by_kind.pop("slots"), acts=by_kind.pop("acts"), by_kind=by_kind)

    def dealt(self, pool: int) -> Sentences:
        """Those of one pool."""
        return replace(
            self,
            acts={labels: sentences[pool::POOLS] for labels, sentences in self.acts.items()},
            by_kind={kind: sentences[pool::POOLS] for kind, sentences in self.by_kind.items()},
        )

    def fillings(self, sentence: str) -> list[str]:
        """The sentence with texts in its slots: always the same FILLINGS, so that few texts are encoded."""
        if not _SLOT.search(sentence):
            return [sentence]
        random = np.random.default_rng(zlib.crc32(sentence.encode()))
        texts = [
            _SLOT.sub(lambda slot: str(random.choice(self.slots[slot.group(1)])), sentence) for _ in range(FILLINGS)
        ]
        return [text[:1].upper() + text[1:] for text in texts]


class Composer:
    """Draws sentences of one pool and puts mails together."""

    def __init__(self, sentences: Sentences, seed: int) -> None:
        self._sentences = sentences
        self._random = np.random.default_rng(seed)
        self._used: set[str] = set()
        self._fillings: dict[str, list[str]] = {}

    def acts(self, labels: str) -> tuple[list[str], str]:
        """One or two sentences with these labels, in a quarter of the mails one with others; all labels."""
        sentences = self._sentences.acts
        matter = self.some(sentences[labels], 2)
        other = self._one([one for one in sentences if one != labels])
        if self._random.random() >= 0.25:
            return matter, labels
        return matter + self.some(sentences[other], 1), f"{labels} {other}"

    def thanks(self) -> list[str]:
        """One to three sentences that thank or take leave."""
        return self.some(self._sentences.by_kind["thanks"], 3)

    def some(self, sentences: Sequence[str], most: int) -> list[str]:
        """One to `most` different sentences."""
        chosen = self._random.permutation(len(sentences))[: int(self._random.integers(1, most + 1))]
        return [self._filled(sentences[index]) for index in chosen]

    def mail(self, matter: Sequence[str], around: Sequence[str]) -> str:
        """`matter` with sentences of the kinds `around`: one to five before it, up to two behind; no thanks alone."""
        self._used.clear()
        before, after = int(self._random.integers(1, 6)), int(self._random.integers(3))
        context = [self._of(self._one(around)) for _ in range(before + after)]
        body = [*context[:before], *matter, *context[before:]]
        closings: list[str] = []
        if self._random.random() < 0.5 and matter:
            body.insert(0, self._of("opening"))
        if matter:
            closings = [self._of("closing") for _ in range(int(self._random.integers(3)))]
        return self._laid_out(body, closings)

    def _laid_out(self, body: Sequence[str], closings: Sequence[str]) -> str:
        """In paragraphs, or in one line as from a form, with or without a subject."""
        greeting, signature = self._of("greeting"), self._of("signature")
        subject = [self._of("subject")] if self._random.random() < 0.4 else []
        if self._random.random() < 0.3:
            return "\n".join([*subject, " ".join([greeting, *body, *closings, signature.replace("\n", " ")])])
        cut = int(self._random.integers(1, len(body) + 1))
        paragraphs = [" ".join(body[:cut]), " ".join(body[cut:]), " ".join(closings), signature]
        return "\n\n".join([*subject, greeting, *filter(None, paragraphs)])

    def _of(self, kind: str) -> str:
        """A sentence that the mail does not have yet, unless it has all of them."""
        sentences = self._sentences.by_kind[kind]
        sentence = self._one([one for one in sentences if one not in self._used] or sentences)
        self._used.add(sentence)
        return self._filled(sentence)

    def _filled(self, sentence: str) -> str:
        if sentence not in self._fillings:
            self._fillings[sentence] = self._sentences.fillings(sentence)
        return self._one(self._fillings[sentence])

    def _one(self, choices: Sequence[str]) -> str:
        return choices[int(self._random.integers(len(choices)))]


def mail_rows(taxonomy: Taxonomy, seed: int = 0) -> list[Example]:
    """All mails, and the sentences alone; labels of packs are unknown, and of several acts the first counts."""
    in_packs = frozenset(taxonomy.labels) - frozenset(taxonomy.with_packs(()).labels)
    acts = [label for label in taxonomy.labels if taxonomy.head_of(label) == "speech_act"]
    sentences, rows = Sentences.read(), list[Example]()
    for pool in range(POOLS):
        dealt = sentences.dealt(pool)
        for text, labels in [*_single_sentences(dealt), *_mails(dealt, Composer(dealt, seed + pool))]:
            names = labels.split()
            present = {name for name in names if name not in acts} | {*[act for act in acts if act in names][:1]}
            unknown = in_packs | ({name[1:] for name in names if name.startswith("?")} - present)
            present -= {name for name in names if name.startswith("?")}
            row_id, group = f"{SOURCE}-{len(rows) + 1}", f"{SOURCE} {pool}"
            rows.append(Example(row_id, text, frozenset(present), unknown, source=SOURCE, group=group))
    return rows


def _single_sentences(sentences: Sentences) -> Iterator[tuple[str, str]]:
    by_kind = sentences.by_kind
    for labels, of_labels in [
        *sentences.acts.items(),
        ("only_closing", by_kind["thanks"]),
        ("", by_kind["context"]),
        ("", by_kind["story"]),
    ]:
        for sentence in of_labels:
            yield from ((text, labels) for text in sentences.fillings(sentence))


def _mails(sentences: Sentences, composer: Composer) -> Iterator[tuple[str, str]]:
    for labels in sentences.acts:
        for _ in range(ROUNDS):
            matter, all_labels = composer.acts(labels)
            yield composer.mail(matter, AROUND_ACTS), all_labels
    for _ in range(THANKS_ROUNDS):
        yield composer.mail(composer.thanks(), AROUND_THANKS), "only_closing"
    for _ in range(TELLING_ROUNDS):
        yield composer.mail([], AROUND_NOTHING), ""
