"""Sentences of our own writing, dealt to pools, and mails composed of those of one pool."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

SENTENCES = Path(__file__).with_name("own_mails.yaml")
POOLS = 5
FILLINGS = 3
"""Texts of each sentence with slots."""
REPORTS = "reports_problem"
_SLOT = re.compile(r"<(\w+)>")


@dataclass(frozen=True)
class Sentences:
    """What mails are composed of; `<slot>` in a sentence stands for any text of the slot.

    `acts`, `short` (a few words) and `remedies` (what is asked for beside a report) map labels, those that are open
    with a question mark in front, to sentences with these labels.
    """

    slots: Mapping[str, Sequence[str]]
    acts: Mapping[str, Sequence[str]]
    short: Mapping[str, Sequence[str]]
    remedies: Mapping[str, Sequence[str]]
    by_kind: Mapping[str, Sequence[str]]
    """Greeting, opening, closing, signature, subject, context, praise, story, trouble, notice ... -> sentences."""

    @classmethod
    def read(cls) -> Sentences:
        """All of the file."""
        by_kind = yaml.safe_load(SENTENCES.read_text(encoding="utf-8"))
        slots, acts, short, remedies = (by_kind.pop(name) for name in ("slots", "acts", "short", "remedies"))
        return cls(slots, acts, short, remedies, by_kind)

    def dealt(self, pool: int) -> Sentences:
        """Those of one pool."""
        acts, short, remedies, by_kind = (
            {key: sentences[pool::POOLS] for key, sentences in part.items()}
            for part in (self.acts, self.short, self.remedies, self.by_kind)
        )
        return Sentences(self.slots, acts, short, remedies, by_kind)

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
        """One or two sentences with these labels; all labels.

        A quarter of the mails have one with others, and half of the reports ask for a remedy.
        """
        sentences = self._sentences.acts
        matter = self.some(sentences[labels], 2)
        if REPORTS in labels and self._chance(0.5):
            return self._with_remedy(matter, labels)
        other = self._one([one for one in sentences if one != labels])
        if not self._chance(0.25):
            return matter, labels
        return matter + self.some(sentences[other], 1), f"{labels} {other}"

    def short(self, labels: str) -> tuple[list[str], str]:
        """A short sentence with these labels, a third of the reports with a remedy; all labels."""
        matter = self.some(self._sentences.short[labels], 1)
        return self._with_remedy(matter, labels) if REPORTS in labels and self._chance(1 / 3) else (matter, labels)

    def _with_remedy(self, matter: list[str], labels: str) -> tuple[list[str], str]:
        remedy = self._one([*self._sentences.remedies])
        return matter + self.some(self._sentences.remedies[remedy], 1), f"{labels} {remedy}"

    def few_words(self, matter: Sequence[str]) -> str:
        """`matter` in one line beside thanks, goodbyes and a name, or some of them."""
        self._used.clear()
        before = ["greeting"] * self._chance(0.4) + ["farewell"] * self._chance(0.4)
        after = ["farewell"] * self._chance(0.3) + ["signature"] * self._chance(0.3)
        parts = [*map(self._of, before), *matter, *map(self._of, after)]
        subject = [self._of("subject")] if self._chance(0.4) else []
        return "\n".join([*subject, self._one((" ", "\n", "\n\n")).join(parts)])

    def _chance(self, share: float) -> bool:
        return bool(self._random.random() < share)

    def thanks(self) -> list[str]:
        """One to three sentences that thank or take leave."""
        return self.some(self._sentences.by_kind["thanks"], 3)

    def some(self, sentences: Sequence[str], most: int) -> list[str]:
        """One to `most` different sentences."""
        chosen = self._random.permutation(len(sentences))[: int(self._random.integers(1, most + 1))]
        return [self._filled(sentences[index]) for index in chosen]

    def mail(self, matter: Sequence[str], around: Sequence[str]) -> str:
        """`matter` with sentences of the kinds `around`: one to five before it, up to two behind.

        Openings and closings stand in mails of every label alike, so that they speak for none.
        """
        self._used.clear()
        before, after = int(self._random.integers(1, 6)), int(self._random.integers(3))
        context = [self._of(self._one(around)) for _ in range(before + after)]
        opening = ["opening"] * self._chance(0.5)
        body = [*map(self._of, opening), *context[:before], *matter, *context[before:]]
        closings = [self._of("closing") for _ in range(int(self._random.integers(3)))]
        return self._laid_out(body, closings)

    def _laid_out(self, body: Sequence[str], closings: Sequence[str]) -> str:
        """In paragraphs, or in one line as from a form, with or without a subject."""
        greeting, signature = self._of("greeting"), self._of("signature")
        subject = [self._of("subject")] if self._chance(0.4) else []
        if self._chance(0.3):
            return "\n".join([*subject, " ".join([greeting, *body, *closings, signature.replace("\n", " ")])])
        cut = int(self._random.integers(1, len(body) + 1))
        paragraphs = [" ".join(body[:cut]), " ".join(body[cut:]), " ".join(closings), signature]
        above, below = ([self._of("notice")] * self._chance(0.08) for _ in range(2))
        return "\n\n".join([*subject, *above, greeting, *filter(None, paragraphs), *below])

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
