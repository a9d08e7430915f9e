"""What stands in a mail around the matter itself, to make mails of single utterances: greetings, openings, endings.

Each list is in two halves: training composes with the first, the benchmark with the second, so that a benchmark never
meets a phrase that thresholds were tuned with.
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


KINDS: tuple[PhraseKind, ...] = ("greeting", "opening", "ending")
BY_HALF: dict[Half, Phrases] = {
    "training": Phrases(
        greeting=("Hello,", "Dear Sir or Madam,", "Hi there,", "Good morning,", "Dear team,", "Hi,"),
        opening=(
            "I hope you are well.",
            "I have been a customer of yours for several years.",
            "I am writing to you again because nobody picked up when I called.",
            "My name is Anna and I live in Bristol.",
            "A colleague gave me this address.",
            "Sorry if this is a long message.",
        ),
        ending=(
            "Best regards,\nAnna",
            "Kind regards\nTom Miller",
            "Sincerely,\nMrs J. Carter",
            "All the best\nSam",
            "Thank you in advance.\n\nRegards,\nPriya",
            "I look forward to hearing from you.\n\nYours faithfully,\nR. Osei",
        ),
    ),
    "benchmark": Phrases(
        greeting=("Good afternoon,", "Hey,", "To whom it may concern,", "Hello everyone,", "Dear support,", "Morning,"),
        opening=(
            "I trust this finds you in good health.",
            "We have been with you since 2014.",
            "I tried your website first but did not get far.",
            "I am sending this from my phone, so please excuse the typing.",
            "My husband usually does these things.",
            "I was told to write to this address.",
        ),
        ending=(
            "Yours sincerely,\nKate Brown",
            "Cheers\nBen",
            "Warm regards,\nDr L. Novak",
            "With kind wishes\nMartha",
            "Many thanks for your help.\n\nBest,\nOliver",
            "Please let me know.\n\nGreetings\nIda",
        ),
    ),
}
