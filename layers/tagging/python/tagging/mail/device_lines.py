"""Recognises lines such as "Sent from my iPhone": device and app names after "sent from", and nothing else."""

# ruff: noqa: RUF001, RUF002 - signs and words in many scripts

from __future__ import annotations

import re

from tagging.mail.device_words import (
    APP,
    BETWEEN,
    DEVICE,
    FIRST_WORDS,
    GET_UNCASED,
    GET_WORDS,
    INNER_WORDS,
    OWN,
    PIECES,
    PLATFORM,
    SENT_FROM,
    SENT_UNCASED,
    SENT_VERB,
    SOURCE,
    SOURCE_UNCASED,
    UNCASED_DEVICE,
)
from tagging.mail.footers import is_rule
from tagging.mail.patterns import compile_lazily

_LINE_CHARS = 300
_MIN_CHARS = 5
_SHORT_CHARS = 120
"""Longest line that is searched for words that may stand at its end."""
_MAX_WORDS = 12
_MAX_GET_WORDS = 8
_WORD_CHARS = 40
_ORNAMENTS = " \t_*-–—|~=+#.([<>\"'“”"
_NETWORK = compile_lazily(r"\bon the [\w&-]+(?: [\w&-]+)? network\b", re.I)
_EXCUSE = compile_lazily(
    r"[.,;:!\s–—-]*(?:please |pls )?(?:excuse|forgive|pardon|ignore|apologies|sorry|apologise|apologize)"
    r"(?:[\s,/&]+(?:me|for|any|the|my|this|typos?|typing|spelling|grammar|brevity|errors?|mistakes?|autocorrect|and|or"
    r"|short|message|reply|briefness|misspellings?))*[\s.!]*",
    re.I,
)
_DEVICE_NOUN = (
    r"(?i:(?:smart|cell)?phone|smartfon\w{0,4}|tablet\w{0,4}|device|handset|handy|gerät|(?:mobil)?telefon\w{0,4}"
    r"|telefoon|téléphone|teléfono|móvil|telefono|mobil\w{0,4})"
)
_OWN_DEVICE = compile_lazily(
    r"(?i:.{4,30}\b(?:my|meine[mr]|mon|mi|mijn|min|mitt|meu|mio|mia|moj\w{2,4}|mého|môjho|moi)) "
    rf"(?:(?:[A-Z][\w&-]{{1,20}} ){{1,2}}{_DEVICE_NOUN}|{_DEVICE_NOUN}(?: [A-Z][\w&-]{{1,20}}){{1,2}})(?![\w-])"
)
"""A device of any make: "Sent from my ZTE phone"."""
_LINK = compile_lazily(r"[<(\[]?(?:https?://|www\.|mailto:)\S+|<[^<>\s]{1,200}>", re.I)
_SCRIPT_GAP = compile_lazily(r"(?<=[!-~®™])(?=[\u0590-\u0eff\u3000-\uffef])|(?<=[\u0590-\u0eff\u3000-\uffef])(?=[!-~])")
"""Where a script without capitals meets Latin letters: programs write no space there."""
_ARABIC_VOWELS = dict.fromkeys(range(0x64B, 0x653))


def is_device_line(line: str) -> bool:
    """Whether a line names the device or app that sent the mail, and holds nothing else but an excuse for typos."""
    if not _may_be_one(line):
        return False
    line = " ".join(_LINK.sub(" ", line[:_LINE_CHARS]).split()).strip(" .!*_|-–—[]()。").replace(" d’", " de ")
    line = _NETWORK.sub("", line)
    sent = SENT_FROM.match(line)
    if sent and (_names_devices_first(line[sent.end() :].split()) or _names_own_device(line)):
        return True
    is_uncased = False
    if not line.isascii():
        line = line.translate(_ARABIC_VOWELS)
        is_uncased = SENT_UNCASED.search(line) is not None and SOURCE_UNCASED.search(line) is not None
        line = _SCRIPT_GAP.sub(" ", line)
    words = line.split()
    return _is_advertisement(words) or _names_source(words, is_uncased=is_uncased)


def _names_devices_first(words: list[str]) -> bool:
    """Whether the words after "sent from" are devices and what stands between them, and perhaps an excuse."""
    has_device, end = False, 0
    for word in words:
        bare = _bare(word)
        is_device = _is_device(bare)
        if bare and not is_device and not BETWEEN.fullmatch(bare):
            break
        has_device |= is_device
        end += 1
        if word.endswith((".", "!")):
            break
    rest = " ".join(words[end:])
    return has_device and (not rest or _EXCUSE.fullmatch(rest) is not None)


def _names_own_device(line: str) -> bool:
    """Whether a line names a make and a device of its writer, and perhaps holds an excuse."""
    device = _OWN_DEVICE.match(line)
    return device is not None and (device.end() == len(line) or _EXCUSE.fullmatch(line[device.end() :]) is not None)


def _names_source(words: list[str], *, is_uncased: bool) -> bool:
    """Whether all words are devices, what stands between them and a verb that says "sent", and the source is named.

    "Galaxy cihazımdan gönderildi", "发自我的华为手机": the verb stands first or last.
    `is_uncased`: the line names verb and source in a script without capitals.
    """
    if not 1 < len(words) + is_uncased <= _MAX_WORDS:
        return False
    bare = [_bare(word) for word in words]
    verbs = [SENT_VERB.fullmatch(word) is not None for word in bare]
    if not (is_uncased or ((verbs[0] or verbs[-1]) and any(map(_names_a_source, words)))):
        return False
    devices = [_is_device(word) for word in bare]
    has_device = any(devices) or (is_uncased and any(map(UNCASED_DEVICE.search, bare)))
    return has_device and all(
        device or verb or _stands_between(word) for word, device, verb in zip(bare, devices, verbs, strict=True)
    )


def _is_advertisement(words: list[str]) -> bool:
    """Whether the words are those of "Get Outlook for Android", and no person's."""
    bare = [_bare(word) for word in words if _bare(word)]
    lower = {word.lower() for word in bare}
    has_verb = not lower.isdisjoint(GET_WORDS) or any(map(GET_UNCASED.search, bare))
    if not (has_verb and 1 < len(bare) <= _MAX_GET_WORDS and lower.isdisjoint(OWN)):
        return False
    apps, platforms = (set(filter(names.fullmatch, bare)) for names in (APP, PLATFORM))
    others = set(bare) - apps - platforms
    is_complete = bool(apps) and (bool(platforms) or len(bare) == 2)
    return is_complete and all(word.lower() in GET_WORDS or _stands_between(word) for word in others)


def _stands_between(word: str) -> bool:
    return (
        not word or BETWEEN.fullmatch(word) is not None or (not word.isascii() and PIECES.fullmatch(word) is not None)
    )


def _names_a_source(word: str) -> bool:
    return SOURCE.fullmatch(re.sub(r"[\W_]", "", word)) is not None


def _is_device(word: str) -> bool:
    return DEVICE.fullmatch(word) is not None or DEVICE.fullmatch(word.partition("-")[0]) is not None


def _bare(word: str) -> str:
    """A word without punctuation, article and ending: "l'application", "iPhone'a"."""
    first, _, rest = word.strip(",.;:!()[]'’\"-®™").replace("’", "'").partition("'")
    return rest if rest and len(first) <= 2 else first


def _may_be_one(line: str) -> bool:
    """A check that costs less than the patterns: the first word, or a word that stands in such lines."""
    if len(line) < _MIN_CHARS:
        return False
    first = line.lstrip(_ORNAMENTS)[:_WORD_CHARS].partition(" ")[0].lower()
    if line.isascii():
        return first in FIRST_WORDS
    is_short = len(line) <= _SHORT_CHARS
    return first.translate(_ARABIC_VOWELS) in FIRST_WORDS or (is_short and any(word in line for word in INNER_WORDS))


def device_lines(lines: list[str]) -> list[bool]:
    """Which lines are device lines that form a paragraph or end the text; not a wrapped line within a sentence."""
    marks = [is_device_line(line) for line in lines]
    if not any(marks):
        return marks
    cut: list[bool] = []
    starts_paragraph = True
    for line, mark, ends in zip(lines, marks, _ends_of_paragraphs(lines, marks), strict=True):
        cut.append(mark and ends and (starts_paragraph or line.lstrip()[:1].isupper()))
        starts_paragraph = cut[-1] or not line.strip() or is_rule(line)
    return cut


def _ends_of_paragraphs(lines: list[str], marks: list[bool]) -> list[bool]:
    """For each line: whether the end, a blank line, a rule or a quote follows, apart from further device lines."""
    ends: list[bool] = []
    below = True
    for line, mark in zip(reversed(lines), reversed(marks), strict=True):
        ends.append(below)
        below = not line.strip() or line.startswith(">") or is_rule(line) or (mark and below)
    return ends[::-1]
