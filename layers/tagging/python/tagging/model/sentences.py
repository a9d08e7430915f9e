"""Cutting a text into at most so many sentences, as spans into the text, in time linear in its length."""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]

MOST_SENTENCES = 48
MOST_CHARACTERS = 250
"""Longest sentence. Word pieces are at least one character each, so that none is truncated at 256 of them."""
TAIL = 12
"""Sentences kept from the end where a text has too many: requests often stand there."""
WRAPPED_LINE = 50
"""Characters from which a line may have been broken by a mail program rather than by its writer."""

_LINE = re.compile(r"[^\n]*\n?")
# Bounded repeats: an unbounded one would be tried again from every mark in a long row of marks.
_END = re.compile(r"[.!?…]{1,8}[\"'”\u2019)\]]{0,4}(?=\s)")
_LIST_ITEM = re.compile(r"\s*(?:[-*•\u2013>]|\(?\d{1,2}[.)])\s")
_ABBREVIATION = re.compile(
    r"\b(?:mr|mrs|ms|dr|prof|st|vs|etc|inc|ltd|approx|dept|[a-z]|(?:[a-z]\.)+[a-z])\.$", re.IGNORECASE
)
_BEFORE_A_NUMBER = re.compile(
    r"\b(?:no|nr|fig|ref|tel|p|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.$", re.IGNORECASE
)

_WORD = re.compile(r"\w")
_REPLY = re.compile(r"\s*(?:re|aw|sv|antw)\s*(?:\[\d{1,3}\])?\s*:", re.IGNORECASE)


def mail_sentences(full_text: str, subject: int) -> tuple[Span, ...]:
    """Spans of a mail's sentences; its first `subject` characters are the subject line. At least one, at most 48.

    A reply's subject is left out if the mail has words of its own: somebody else may have written the subject, and
    thanks under "Re: My lost card" are only thanks.
    """
    own = split_sentences(full_text, subject)
    if own and _REPLY.match(full_text[:subject]):
        return own
    first = split_sentences(full_text[:subject], most=MOST_SENTENCES // 4)
    spans = first + split_sentences(full_text, subject, MOST_SENTENCES - len(first))
    return spans or ((0, min(len(full_text), MOST_CHARACTERS)),)


def own_text(full_text: str, subject: int) -> Span:
    """The span of a mail that is classified as its full text; excludes the subject of a reply that has words."""
    word = _WORD.search(full_text, subject) if _REPLY.match(full_text[:subject]) else None
    if word:
        return word.start(), len(full_text)
    return 0, len(full_text)


def any_letter(full_text: str, subject: int) -> bool:
    """Whether a mail has a letter of any script, beside the "Re:" of its subject."""
    reply = _REPLY.match(full_text[:subject])
    return any(map(str.isalpha, full_text[reply.end() :] if reply else full_text))


def split_sentences(text: str, start: int = 0, most: int = MOST_SENTENCES) -> tuple[Span, ...]:
    """Spans of the sentences of `text[start:]`, at most `most`, each trimmed and 1 to MOST_CHARACTERS long.

    Where there are more, the first ones and the last TAIL are kept. Spans count from the beginning of `text`.
    """
    small = _written_small(text, start)
    spans = [
        piece
        for paragraph in _paragraphs(text, start)
        for sentence in _sentences(text, *paragraph, small)
        for piece in _pieces(text, *sentence)
    ]
    if len(spans) <= most:
        return tuple(spans)
    tail = min(TAIL, most // 2)
    return tuple(spans[: most - tail] + (spans[-tail:] if tail else []))


def _paragraphs(text: str, start: int) -> Iterator[Span]:
    """Paragraphs: the text between real line breaks; lines that a mail program wrapped are joined."""
    begin = start
    for line in _LINE.finditer(text, start):
        end = line.end()
        content = line.group().strip()
        following = text[end : end + 1]
        wrapped = len(content) >= WRAPPED_LINE and following.strip() and not _LIST_ITEM.match(text, end, end + 8)
        if not wrapped:
            yield begin, end
            begin = end
        if end >= len(text):
            break
    if begin < len(text):
        yield begin, len(text)


def _written_small(text: str, start: int) -> bool:
    """Whether all sentences begin with small letters, and more than one does (one may be an abbreviation)."""
    after = [text[mark.end() : mark.end() + 8].lstrip()[:1] for mark in _END.finditer(text, start)]
    return sum(letter.islower() for letter in after) > 1 and not any(letter.isupper() for letter in after)


def _sentences(text: str, start: int, end: int, small: bool) -> Iterator[Span]:
    """Sentences of one paragraph: each ends at a stop that belongs to no abbreviation.

    A stop before a small letter does not end a sentence, unless the whole text is written `small`.
    """
    begin = start
    for mark in _END.finditer(text, start, end):
        after = text[mark.end() : mark.end() + 8].lstrip()[:1]
        if (after.islower() and not small) or _stops_nothing(text[max(begin, mark.end() - 12) : mark.end()], after):
            continue
        yield begin, mark.end()
        begin = mark.end()
    yield begin, end


def _stops_nothing(before: str, after: str) -> bool:
    """Whether the full stop at the end of `before` belongs to an abbreviation."""
    if _ABBREVIATION.search(before):
        return True
    return after.isdigit() and _BEFORE_A_NUMBER.search(before) is not None


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """The trimmed sentence, cut between words into pieces of at most MOST_CHARACTERS; none without letter or digit."""
    while start < end:
        while start < end and text[start].isspace():
            start += 1
        limit = cut = min(start + MOST_CHARACTERS, end)
        if limit < end and not text[limit].isspace():
            space = max(text.rfind(" ", start, limit), text.rfind("\n", start, limit))
            cut = space if space > start else limit
        piece = text[start:cut].rstrip()
        if any(character.isalnum() for character in piece):
            yield start, start + len(piece)
        start = cut
