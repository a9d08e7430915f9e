"""Greetings, openings and endings, to compose mails of single utterances.

Each list is in two halves: training composes with the first, the benchmark with the second, so that a benchmark has no
phrase on which thresholds were tuned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PhraseKind = Literal["greeting", "opening", "ending"]
Half = Literal["training", "benchmark"]


@dataclass(frozen=True)
class Phrases:
    """The phrases to compose with, by kind."""

    greeting: tuple[str, ...]
    opening: tuple[str, ...]
    ending: tuple[str, ...]

    def of(self, kind: PhraseKind) -> tuple[str, ...]:
        """Those of one kind."""
        found: tuple[str, ...] = getattr(self, kind)
        return found

    def fold(self, number: int, folds: int) -> Phrases:
        """Every phrase whose index is `number` modulo `folds`: no two folds share a phrase."""
        return Phrases(*(self.of(kind)[number % len(self.of(kind)) :: folds] for kind in KINDS))


KINDS: tuple[PhraseKind, ...] = ("greeting", "opening", "ending")
BY_HALF: dict[Half, Phrases] = {
    "training": Phrases(
        greeting=(
            "Hello,",
            "Dear Sir or Madam,",
            "Hi there,",
            "Good morning,",
            "Dear team,",
            "Hi,",
            "Hello again,",
            "Dear customer service,",
        ),
        opening=(
            "I hope you are well.",
            "I have been a customer of yours for several years.",
            "I am writing to you because your line was busy.",
            "My name is Anna and I live in Bristol.",
            "A colleague gave me this address.",
            "Sorry if this is a long message.",
            "This is the first time that I write to you.",
            "I hope that this reaches the right person.",
            "It has been a long day.",
            "I could not find the answer on your pages.",
            "We spoke last week.",
            "My English is not perfect, please bear with me.",
        ),
        ending=(
            "Best regards,\nAnna",
            "Kind regards\nTom Miller",
            "Sincerely,\nMrs J. Carter",
            "All the best\nSam",
            "Thank you in advance.\n\nRegards,\nPriya",
            "I look forward to hearing from you.\n\nYours faithfully,\nR. Osei",
            "I would be glad of an answer soon.\n\nBest\nLena",
            "That is all from my side.\n\nM. Duval",
            "I am at home most evenings.\n\nRegards\nFrank",
            "Have a nice weekend!\n\nJo",
        ),
    ),
    "benchmark": Phrases(
        greeting=(
            "Good afternoon,",
            "Hey,",
            "To whom it may concern,",
            "Hello everyone,",
            "Dear support,",
            "Morning,",
            "Dear colleagues,",
            "Hi all,",
        ),
        opening=(
            "I trust this finds you in good health.",
            "We have been with you since 2014.",
            "I tried your website first but did not get far.",
            "I am sending this from my phone, so please excuse the typing.",
            "My husband usually does these things.",
            "I was told to write to this address.",
            "You may remember me from March.",
            "I will try to be brief.",
            "I am not good with computers.",
            "It is raining here.",
            "Somebody in your branch gave me this address.",
            "I have never written to you before.",
        ),
        ending=(
            "Yours sincerely,\nKate Brown",
            "Cheers\nBen",
            "Warm regards,\nDr L. Novak",
            "With kind wishes\nMartha",
            "Many thanks for your help.\n\nBest,\nOliver",
            "Please let me know.\n\nGreetings\nIda",
            "I hope to hear from you.\n\nRegards\nPaul Weber",
            "Enjoy your day.\n\nNina",
            "You know where to find me.\n\nH. Lind",
            "Until then\nGrace",
        ),
    ),
}
