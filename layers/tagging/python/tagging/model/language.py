"""Detects English. The encoder knows no other language: mails in others are flagged for review."""

from __future__ import annotations

import re

MOST_CHARACTERS = 20_000
FEW_WORDS = 4
"""With fewer words only the script counts."""
LATIN_SHARE = 0.6
ENGLISH_SHARE = 0.1
"""Lowest share of frequent words in English texts of LONG_TEXT words and more; 0.4 is usual."""
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
_OTHER = (
    frozenset(word for words in _OTHERS.values() for word in words.split())
    - _ENGLISH
    - frozenset(
        ("die", "per", "plus", "no", "bet", "min", "ne", "kan", "den", "van", "est", "com", "mon", "var", "das")
    )
)


def is_english(text: str) -> bool:
    """A guess from the script and from frequent words; a text too short to tell counts as English.

    Only the first MOST_CHARACTERS are looked at.
    """
    found = [word.replace("\u2019", "'") for word in _WORD.findall(text[:MOST_CHARACTERS])]
    words = [word.lower() for word in found]
    letters = sum(len(word) for word in words)
    if not letters:
        return True
    if sum(_is_latin(character) for word in words for character in word) < LATIN_SHARE * letters:
        return False
    if len(words) < FEW_WORDS:
        return True
    english = sum(word in _ENGLISH for word in words)
    other = sum(
        word in _OTHER or (written == word and _is_foreign(word)) for written, word in zip(found, words, strict=True)
    )
    if other > english and other >= 2:
        return False
    return len(words) < LONG_TEXT or english >= ENGLISH_SHARE * len(words)


def _is_foreign(word: str) -> bool:
    """Whether a word has letters that English words do not have; names begin with a capital and are not asked for."""
    return not word.isascii() and word not in _ENGLISH_WITH_ACCENTS


def _is_latin(character: str) -> bool:
    """Latin letters up to Latin Extended-B, Latin Extended Additional, and what stands inside such words."""
    return character < "\u0250" or "\u1e00" <= character <= "\u1eff" or character == "\u2019"
