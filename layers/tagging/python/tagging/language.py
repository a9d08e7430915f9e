"""Is this English? The encoder knows no other language, so that what is not goes to a person."""

from __future__ import annotations

import re

MOST_CHARACTERS = 20_000
FEW_WORDS = 4
"""Below this many words there is nothing to count: only the script speaks."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_ENGLISH = frozenset(
    """a about after again all also am an and any are as at back be because been before being but by can cannot could
    did do does doing don't for from get got had has have having he hello help her here hi him his how i i'd i'll i'm
    i've if in into is isn't it it's its just know let like make me more much my need new no not of off ok on one only
    or our out over please she should so some such thank thanks than that that's the their them then there these they
    this those to too up us use very want was we were what when where which who why will with would yes you your""".split()
)
# Frequent words of other languages written in Latin letters, without those that are English words too.
_OTHER = frozenset(
    """der die das und ist nicht ein eine einen mit auf für von zu den dem ich sie wir ihr sich auch bei nach wie wird haben
    habe bitte meine mein kann oder aber noch
    le la les des une du et est que qui dans pour pas sur avec je vous nous il elle mon ma mes votre ce cette au aux sont
    plus bonjour merci ne
    el los las un una y es por para con del mi su se lo como pero muy hola gracias está tengo quiero
    il lo gli di che è per non sono ho mio mia della nel con una questo grazie anche ciao vorrei
    o os as um uma e é não para com meu minha em no na do da que você obrigado olá
    de het een en van ik niet dat je mijn met voor op te zijn bij naar heb kunt graag
    och att det som är jag inte på av med till har min den kan vill tack hej
    og jeg ikke er til på af har det min kan vil tak
    nie się na jest że w z do jak mam proszę moja mój dziękuję nie czy
    ja on ei se että mutta olen minun hei kiitos voi oli tämä
    bir ve bu için ile ben değil çok var mı merhaba teşekkürler benim
    nu și este pentru cu sunt mea meu vă mulțumesc am
    je na se že jsem není to mám prosím děkuji
    saya yang dan di tidak ini untuk dengan ada terima kasih""".split()
) - _ENGLISH - frozenset("no on me am do to die as in an hat war was the is per plus".split())


def is_english(text: str) -> bool:
    """A guess from the script and from frequent words; a text too short to tell counts as English.

    Only the first MOST_CHARACTERS are looked at.
    """
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text[:MOST_CHARACTERS])]
    letters = sum(len(word) for word in words)
    if not letters:
        return True
    if sum(_is_latin(character) for word in words for character in word) < 0.6 * letters:
        return False
    if len(words) < FEW_WORDS:
        return True
    english = sum(word in _ENGLISH for word in words)
    other = sum(word in _OTHER for word in words)
    if other > english and other >= 2:
        return False
    return not (len(words) >= 15 and english < 0.1 * len(words))


def _is_latin(character: str) -> bool:
    """Letters of the Latin blocks up to Latin Extended-B, Latin Extended Additional, and the apostrophe."""
    return character < "\u0250" or "\u1e00" <= character <= "\u1eff"
