"""Tells sentences that could make a request from names, titles, addresses and greetings."""

from __future__ import annotations

import re
from typing import Final

from tagging.model.sentences import split_sentences

FULL_SENTENCE_WORDS: Final = 5
"""A sentence with fewer words (a name, a greeting, a closing) needs no label."""

_QUESTION = re.compile(r"[?\u061f\uff1f](?![^\s\"'”\u2019)\]])")
"""A question mark that ends a word; not one inside an address."""
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Letters of scripts without spaces between words: two of them count as a word."""
_REQUEST_WORDS: Final = 3
"""Words of the shortest request in a text that was cut: "Block my card", "Refund order 5518 please"."""
_CLAUSE_WORDS: Final = 2
"""Words of the shortest report beside other sentences: "It leaks"."""
_SMALL_NAME_WORDS = "of the and for at in on by de la le les du des del di da der die den von van zu und et y e"
_IN_NAMES = frozenset(_SMALL_NAME_WORDS.split())
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_WORDS_IN_CAPITALS = 3
"""A line in capitals with fewer words is an abbreviation beside numbers: "T: +44 113 496 0100", "TEL 555 0100"."""
_BEFORE_WORDS = "\"'“\u2018([<*_|/-"


def count_words(sentence: str) -> int:
    """Words of a sentence, in any script."""
    words = len(sentence.split())
    return words if sentence.isascii() else words + len(_UNSPACED.findall(sentence)) // 2


def full_sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text that could make a request: questions, and three words or more but not of names.

    Names, titles and addresses have most words capitalised; a sentence written in capitals alone is none of them.
    Telephone numbers are no words.
    """
    return tuple(filter(may_be_request, (text[slice(*span)] for span in split_sentences(text))))


def may_be_request(sentence: str) -> bool:
    """Whether one sentence of a cut could make a request, as `full_sentences` says."""
    return _is_clause(sentence, _REQUEST_WORDS)


def may_ask_beside_others(sentence: str) -> bool:
    """Whether a sentence of a mail could ask for or report something, beside other sentences.

    It could if it is a question, or has two words or more but not of names; "Good morning," is a salutation.
    """
    return not sentence.endswith(",") and _is_clause(sentence, _CLAUSE_WORDS)


def _is_clause(sentence: str, fewest_words: int) -> bool:
    return bool(_QUESTION.search(sentence)) or (count_words(sentence) >= fewest_words and not _is_of_names(sentence))


def _is_of_names(sentence: str) -> bool:
    if len(_UNSPACED.findall(sentence)) >= 2 * FULL_SENTENCE_WORDS:
        return False
    if sentence.isupper() and len(_LETTERS.findall(sentence)) >= _WORDS_IN_CAPITALS:
        return False
    words = (word.lstrip(_BEFORE_WORDS) for word in sentence.split()[1:])  # any sentence may begin with a capital
    counted = (word for word in words if word not in _IN_NAMES and "@" not in word and "." not in word[:-1])
    initials = [word[0] for word in counted if word[:1].isalpha()]
    return 2 * sum(letter.isupper() for letter in initials) >= len(initials)
