"""Reads composed mails with the real parser and tagger, and counts which words of request and quote are in the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.quality.reading.composing import ComposedMail
from tagging.item import Cut, Mail
from tagging.mail import parse_mail
from tagging.model import LabelSet, Tagger
from tagging.quarantine import Quarantined

GRAM = 3
"""Words are looked for in runs of three: single words of a request may stand in a quote too."""

WORD = re.compile(r"[^\W_]+")
FIRST_WITHOUT_SPACES = "\u3040"
"""From kana on, scripts are counted by characters."""

Gram = tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """What became of one mail. Words are counted; `lost` and `left_in` are the words themselves, by line."""

    mail: ComposedMail
    request_words: int
    lost: tuple[str, ...]
    quoted_words: int
    left_in: tuple[str, ...]
    noise_words: int
    noise_left_in: int
    cuts: tuple[Cut, ...] = ()
    review: bool = False
    text_cut: bool = False
    """Review for the reason `text_cut`."""
    ticket: bool = False
    quarantine: str | None = None
    tagged: bool = True

    @property
    def lost_words(self) -> int:
        """How many words of the request are not in the text."""
        return sum(len(line.split()) for line in self.lost)

    @property
    def left_in_words(self) -> int:
        """How many words of the quote are in the text."""
        return sum(len(line.split()) for line in self.left_in)

    @property
    def unseen(self) -> bool:
        """A word of the request was cut and no review is set."""
        return bool(self.lost) and not self.review

    @property
    def silent(self) -> bool:
        """It holds a request, and nobody will look at it."""
        return self.tagged and self.request_words > 0 and not self.ticket


def read(mail: ComposedMail, tagger: Tagger | None) -> Reading:
    """Parse a mail, and tag it if there is a tagger."""
    try:
        parsed = parse_mail(mail.raw)
    except Quarantined as error:
        return measure(mail, None, quarantine=error.reason)
    return measure(mail, parsed, tagger.tag(parsed) if tagger else None, tagger)


def measure(
    mail: ComposedMail,
    parsed: Mail | None,
    labels: LabelSet | None = None,
    tagger: Tagger | None = None,
    quarantine: str | None = None,
) -> Reading:
    """Compare what was read with what is true of a mail. `parsed` is None where it is quarantined."""
    text = grams(words(parsed.full_text)) if parsed else set()
    request, others = _grams_of(mail.request), _grams_of([*mail.noise, *mail.other])
    missing = [_uncovered(line, text) for line in mail.request]
    foreign = text - request - others
    left = [_covered(line, foreign) for line in mail.quoted]
    noisy = [_covered(line, text - request) for line in mail.noise]
    routes = bool(labels and tagger and tagger.bundle.taxonomy.routes([label.id for label in labels.labels]))
    review = bool(labels and labels.review)
    return Reading(
        mail=mail,
        request_words=sum(len(words(line)) for line in mail.request),
        lost=tuple(" ".join(line) for line in missing if line),
        quoted_words=sum(len(words(line)) for line in mail.quoted),
        left_in=tuple(" ".join(line) for line in left if line),
        noise_words=sum(len(words(line)) for line in mail.noise),
        noise_left_in=sum(map(len, noisy)),
        cuts=parsed.left_out.cuts if parsed else (),
        review=review,
        text_cut=bool(labels and "text_cut" in labels.review_reasons),
        ticket=bool(parsed and not parsed.auto_reply and (routes or review)),
        quarantine=quarantine,
        tagged=labels is not None or quarantine is not None,
    )


def words(text: str) -> list[str]:
    """The words of a text in lower case; characters in scripts without spaces."""
    result: list[str] = []
    for word in WORD.findall(unicodedata.normalize("NFKC", text).casefold()):
        result += word if word >= FIRST_WITHOUT_SPACES else [word]
    return result


def grams(of: Sequence[str]) -> set[Gram]:
    """All runs of one to GRAM words."""
    return {tuple(of[start : start + size]) for size in range(1, GRAM + 1) for start in range(len(of) - size + 1)}


def _grams_of(lines: Iterable[str]) -> set[Gram]:
    return {gram for line in lines for gram in grams(words(line))}


def _covered(line: str, text: Collection[Gram]) -> list[str]:
    """The words of a line that are part of a run of GRAM words (of all its words, if it has fewer) in a text."""
    return [word for word, present in _presence(line, text) if present]


def _uncovered(line: str, text: Collection[Gram]) -> list[str]:
    return [word for word, present in _presence(line, text) if not present]


def _presence(line: str, text: Collection[Gram]) -> list[tuple[str, bool]]:
    of = words(line)
    size = min(GRAM, len(of))
    present = [False] * len(of)
    for start in range(len(of) - size + 1) if size else ():
        if tuple(of[start : start + size]) in text:
            present[start : start + size] = [True] * size
    return list(zip(of, present, strict=True))
