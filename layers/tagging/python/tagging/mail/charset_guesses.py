"""Judges text whose charset is not declared or not true, and repairs UTF-8 that was decoded twice."""

from __future__ import annotations

import re

_WESTERN_MARKS = bytes((0x80, 0x85, *range(0x91, 0x98), 0x99, 0xA0, 0xA1, 0xA3, 0xA9, 0xAB, 0xAD, 0xAE))
_WESTERN_MARKS += bytes((0xB0, 0xB2, 0xB3, 0xB4, 0xB7, 0xBB, 0xBD, 0xBF))
"""Marks of windows-1252 that stand in any western text: quotation marks, dashes, €, ©, ½ …"""
_HIGH_RUN = re.compile(rb"[\x80-\xff]{3,}")
_LETTER = re.compile(rb"[A-Za-z]")
_ODD_IN_WORD = re.compile(
    rb"(?<=[A-Za-z\xc0-\xff])[\x81-\x84\x86-\x89\x8b\x8d\x8f\x90\x9b\x9d\xa1\xa2\xa4-\xa6\xa8\xac\xaf\xb1\xb3\xb5\xb6\xb8"
    rb"-\xba\xbc-\xbf\xd0\xd7\xdd\xde\xf0\xf7\xfd\xfe](?=[A-Za-z\xc0-\xff])"
)
"""A mark, or a letter of Iceland, between letters: what Polish, Turkish or DOS text looks like as windows-1252."""
_FEW_IN_RUNS = 6
_FEW_ODD = 2

_SPECIALS = bytes(set(range(0x80, 0xA0)) - {0x81, 0x8D, 0x8F, 0x90, 0x9D}).decode("cp1252")
_TO_BYTE = {ord(char): byte for char, byte in zip(_SPECIALS, _SPECIALS.encode("cp1252"), strict=True)}
_NEXT = f"[\x80-\xbf{_SPECIALS}]"
_TWICE = re.compile(f"[\xc2-\xdf]{_NEXT}|[\xe0-\xef]{_NEXT}{{2}}|[\xf0-\xf4]{_NEXT}{{3}}")
"""Characters that are the bytes of one character of UTF-8, read as windows-1252."""
_SURE = ("\xc2", "\xc3", "\xe2\u20ac", "\xf0\u0178")
"""Beginnings of Latin letters, marks and emoji that were decoded twice: together they hardly stand in any language."""
_MANY = 4
_MAX_ROUNDS = 3
_HIGH_LETTER = re.compile("[\xc0-\xff]")


def is_doubtful(data: bytes) -> bool:
    """Whether bytes beyond ASCII do not look like western European text in windows-1252.

    Not doubtful: single accented letters in words, quotation marks, dashes, a stray byte. Doubtful: several letters
    beyond ASCII in a row (other scripts), or marks inside words (other tables).
    """
    if data.isascii():
        return False
    words = data.translate(None, delete=_WESTERN_MARKS)
    in_runs = sum(map(len, _HIGH_RUN.findall(words)))
    if in_runs >= _FEW_IN_RUNS or (in_runs and not _LETTER.search(words)):
        return True
    return len(_ODD_IN_WORD.findall(data)) >= _FEW_ODD


def without_mojibake(text: str) -> str:
    """The text with UTF-8 that was decoded as windows-1252 before it was encoded again ("Ã¼") read once more."""
    for _ in range(_MAX_ROUNDS):
        if not ("\xc3" in text or "\xc2" in text or "\xe2\u20ac" in text or "\xd0" in text or "\xf0\u0178" in text):
            break
        sequences = _TWICE.findall(text)
        sure = sum(sequence.startswith(_SURE) for sequence in sequences)
        others = len(_HIGH_LETTER.findall(_TWICE.sub("", text)))
        if len(sequences) < max(1, others) or not (sure or len(sequences) >= _MANY):
            break
        text = _TWICE.sub(_once, text)
    return text


def _once(sequence: re.Match[str]) -> str:
    try:
        return sequence[0].translate(_TO_BYTE).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return sequence[0]
