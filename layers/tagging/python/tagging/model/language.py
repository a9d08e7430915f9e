"""Detects whether a text is in a language that the encoder knows: mails in others are flagged for review."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from msgspec import Struct

ENGLISH = ("en",)

MOST_CHARACTERS = 20_000
FEW_WORDS = 4
"""With fewer words only the script counts."""
SCRIPT_SHARE = 0.6
"""Lowest share of letters in scripts of the known languages."""
FREQUENT_SHARE = 0.1
"""Lowest share of frequent words in texts of LONG_TEXT words and more; 0.4 is usual in English."""
OTHER_SHARE = 0.25
"""Lowest share of words of other languages, where a known language has no frequent words here: they may be its own."""
LONG_TEXT = 15

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_ENGLISH_WORDS = (
    "a about after again all also am an and any are as at back be because been before being but by can cannot "
    "could did do does doing don't for from get got had has have having he hello help her here hi him his how "
    "i i'd i'll i'm i've if in into is isn't it it's its just know let like make me more much my need new no "
    "not of off ok on one only or our out over please she should so some such thank thanks than that that's "
    "the their them then there these they this those to too up us use very want was we were what when where "
    "which who why will with would yes you your"
)
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_ACCENTED = "café cafés résumé résumés naïve fiancé fiancée décor entrée entrées crème brûlée sauté déjà à façade"
_ENGLISH_WITH_ACCENTS = frozenset(_ACCENTED.split())
# Frequent words of other languages written in Latin letters, without what is an English word too.
_OTHERS = {
    "de": "der die das und ist nicht ein eine einen mit auf für von zu den dem ich sie wir ihr sich auch bei nach wie "
    "wird haben habe bitte meine mein kann oder aber noch wurde ihnen",
    "fr": "le la les des une du et est que qui dans pour pas sur avec je vous nous il elle mon ma mes votre ce cette "
    "au aux sont plus bonjour merci",
    "es": "el los las un una y es por para con del mi su se lo como pero muy hola gracias está tengo quiero",
    "it": "il gli di che è non sono ho mio mia della nel una questo grazie anche ciao vorrei",
    "pt": "os um uma é não para com meu minha em na da que você obrigado olá está",
    "nl": "het een en van ik niet dat je mijn met voor op te zijn bij naar heb kunt graag",
    "sv": "och att det som är jag inte på av med till har min den kan vill tack hej",
    "da": "og jeg ikke er til på af har det kan vil tak",
    "pl": "nie się na jest że z mam proszę moja mój dziękuję czy",
    "fi": "ja ei se että mutta olen minun hei kiitos voi oli tämä",
    "tr": "bir ve bu için ile ben değil çok var m\u0131 merhaba teşekkürler benim",
    "ro": "nu și este pentru cu sunt mea meu vă mulțumesc",
    "cs": "je se že jsem není mám prosím děkuji",
    "id": "saya yang dan tidak ini untuk dengan ada terima kasih",
    "hu": "és egy nem hogy az meg van kérem köszönöm",
    "sk": "som nie je sa prosím ďakujem môj moja na že ako ale nemám",
    "hr": "je nisam molim hvala moj moja na se da što ali nije imam želim",
    "sl": "sem nisem prosim hvala moj moja je na da ne ki ali imam",
    "lt": "ir yra ne mano prašau ačiū kad labas bet nėra",
    "lv": "un ir nav mans mana lūdzu paldies ka labdien",
    "et": "ja ei minu ma palun aitäh tere kui aga olen mul",
    "no": "og jeg ikke er til på har det vil takk hei kan mitt",
    "ca": "els amb que no és meva meu gràcies hola està vull però",
    "sq": "dhe nuk është për një faleminderit kam dua",
    "ms": "saya tidak dan yang ini untuk tolong boleh terima kasih",
    "vi": "tôi của là không và có cho được xin cảm ơn",
}
_ALSO_ELSEWHERE = frozenset(
    ("die", "per", "plus", "no", "bet", "min", "ne", "kan", "den", "van", "est", "com", "mon", "var", "das")
)
"""Words of other languages that English texts have as well, in names or as other words."""
_SCRIPTS = (
    ("el", "\u0370\u03ff\u1f00\u1fff"),
    ("be bg kk ky mk mn ru sr tg uk", "\u0400\u052f"),
    ("hy", "\u0530\u058f"),
    ("he yi", "\u0590\u05ff"),
    ("ar fa ps sd ug ur", "\u0600\u06ff\u0750\u077f\ufb50\ufdff\ufe70\ufefc"),
    ("hi mr ne sa", "\u0900\u097f"),
    ("as bn", "\u0980\u09ff"),
    ("pa", "\u0a00\u0a7f"),
    ("gu", "\u0a80\u0aff"),
    ("ta", "\u0b80\u0bff"),
    ("te", "\u0c00\u0c7f"),
    ("kn", "\u0c80\u0cff"),
    ("ml", "\u0d00\u0d7f"),
    ("th", "\u0e00\u0e7f"),
    ("ka", "\u10a0\u10ff"),
    ("ko", "\u1100\u11ff\uac00\ud7af"),
    ("ja", "\u3040\u30ff\u4e00\u9fff"),
    ("zh", "\u4e00\u9fff"),
)
"""Languages that are not written in Latin letters, with the first and last character of their letters' ranges."""


class _Known(Struct, frozen=True):
    """What tells texts in some languages from others."""

    words: frozenset[str]
    """Frequent words of the languages."""
    others: frozenset[str]
    """Frequent words of other languages alone."""
    ranges: tuple[tuple[str, str], ...]
    """First and last letters of their scripts, without Latin."""
    ascii_only: bool
    """Whether the words are written without accents: only English's are."""
    complete: bool
    """Whether `words` has words of each of the languages."""


@lru_cache(8)
def _known(languages: tuple[str, ...]) -> _Known:
    frequent = {"en": _ENGLISH} | {language: frozenset(words.split()) for language, words in _OTHERS.items()}
    words = frozenset().union(*(frequent.get(language, frozenset()) for language in languages))
    others = frozenset().union(*(each for language, each in frequent.items() if language not in languages))
    ranges = "".join(letters for names, letters in _SCRIPTS if not set(names.split()).isdisjoint(languages))
    return _Known(
        words,
        others - words - _ALSO_ELSEWHERE,
        tuple(zip(ranges[::2], ranges[1::2], strict=True)),
        ascii_only=languages == ENGLISH,
        complete=all(language in frequent for language in languages),
    )


def is_known(text: str, languages: tuple[str, ...]) -> bool:
    """A guess, from the script and from frequent words, whether `text` is in one of these languages (ISO 639-1).

    A text too short to tell counts as known. Only the first MOST_CHARACTERS are looked at.
    """
    known = _known(languages)
    found = [word.replace("\u2019", "'") for word in _WORD.findall(text[:MOST_CHARACTERS])]
    words = [word.lower() for word in found]
    letters = sum(len(word) for word in words)
    if not letters:
        return True
    in_script = sum(_is_latin(character) or _is_in(character, known.ranges) for word in words for character in word)
    if in_script < SCRIPT_SHARE * letters:
        return False
    if len(words) < FEW_WORDS:
        return True
    own = sum(word in known.words for word in words)
    other = sum(
        word in known.others or (known.ascii_only and written == word and _is_foreign(word))
        for written, word in zip(found, words, strict=True)
    )
    if "es" not in languages and ("\u00bf" in text or "\u00a1" in text):
        other += 2  # only Spanish and its neighbours open questions and exclamations with a sign
    enough = 2 if known.complete else max(2, OTHER_SHARE * len(words))
    if other > own and other >= enough:
        return False
    return len(words) < LONG_TEXT or not known.complete or own >= FREQUENT_SHARE * len(words)


def in_scripts(piece: str, languages: tuple[str, ...]) -> bool:
    """Whether all letters of a word piece are Latin or of the scripts of these languages."""
    ranges = _known(languages).ranges
    return all(_is_latin(letter) or _is_in(letter, ranges) for letter in piece if letter.isalpha())


def is_english(text: str) -> bool:
    """`is_known` for English alone."""
    return is_known(text, ENGLISH)


def _is_in(character: str, ranges: Collection[tuple[str, str]]) -> bool:
    return any(first <= character <= last for first, last in ranges)


def _is_foreign(word: str) -> bool:
    """Whether a word has letters that English words do not have; names begin with a capital and are not asked for."""
    return not word.isascii() and word not in _ENGLISH_WITH_ACCENTS


def _is_latin(character: str) -> bool:
    """Latin letters up to Latin Extended-B, Latin Extended Additional, and what stands inside such words."""
    return character < "\u0250" or "\u1e00" <= character <= "\u1eff" or character == "\u2019"
