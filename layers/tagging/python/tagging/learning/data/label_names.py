"""Converts label names to ids and back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 64
_CYRILLIC = "a,b,v,g,d,e,zh,z,i,j,k,l,m,n,o,p,r,s,t,u,f,kh,ts,ch,sh,shch,,y,,e,yu,ya"
"""From U+0430 on."""
_GREEK = "a,v,g,d,e,z,i,th,i,k,l,m,n,x,o,p,r,s,s,t,y,f,ch,ps,o"
"""From U+03B1 on."""
_ROMANISED = {
    **{ord(char): sound for char, sound in {"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "đ": "d", "ł": "l"}.items()},
    **{0xFE: "th", 0x131: "i", 0x451: "e", 0x454: "ye", 0x456: "i", 0x457: "i", 0x491: "g"},
    **dict(enumerate(_CYRILLIC.split(","), 0x430)),
    **dict(enumerate(_GREEK.split(","), 0x3B1)),
}
"""Small letters by their code point."""
_SOUND = re.compile(r"(?:LETTER|SYLLABLE|CHARACTER|VOWEL SIGN) (?:SMALL |SHORT |FINAL |LONG )?([A-Z]+)")
"""The sound in the Unicode name of a letter: HANGUL SYLLABLE HWAN, ARABIC LETTER BEH, HIRAGANA LETTER KA."""


def id_of(name: str) -> str:
    """The snake_case id for a name: `Lost card!` → `lost_card`, `возврат` → `vozvrat`, `退款` → `u9000_u6b3e`.

    Letters of other scripts are written by their sound or their code point, symbols by their Unicode name where nothing
    else is left. "" for a name without any of them.
    """
    composed = unicodedata.normalize("NFC", name.replace("'", "").replace("\u2019", ""))
    separated = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", "".join(map(_romanised, composed)))
    result = re.sub(r"[^a-z0-9]+", "_", separated.lower()).strip("_") or "_".join(_symbols(composed))
    return (f"label_{result}" if result[:1].isdigit() else result)[:LONGEST].rstrip("_")


def words_of(label_id: str) -> str:
    """An id as words: `lost_card` → `lost card`."""
    return label_id.replace("_", " ")


def _romanised(char: str) -> str:
    """A composed character in ASCII, its case kept: by the table, by its sound, else by its code point."""
    small = char if char.isascii() else char.lower()
    if len(small) == 1 and (sound := _ROMANISED.get(ord(small))) is not None:
        return sound if char == small else sound.upper()
    if "HANGUL" in unicodedata.name(char, ""):
        return _in_ascii(char)
    return "".join(map(_in_ascii, unicodedata.normalize("NFKD", char)))


def _in_ascii(char: str) -> str:
    """A decomposed character; "" for a diacritic, a space for what is neither letter nor digit."""
    name, category = unicodedata.name(char, ""), unicodedata.category(char)
    if char.isascii() or ord(char) in _ROMANISED:
        return _ROMANISED.get(ord(char), char)
    if category[0] == "N":
        return str(unicodedata.digit(char, " "))
    if category[0] == "M" and "VOWEL SIGN" not in name:
        return ""
    if category[0] not in "LM":
        return " "
    sound = _SOUND.search(name)
    return sound[1].lower() if sound else f" u{ord(char):x} "


def _symbols(name: str) -> Iterator[str]:
    """The Unicode names of symbols, emoji among them; not of what only varies the one before."""
    for char in name:
        if unicodedata.category(char) in ("So", "Sm", "Sc"):
            yield re.sub(r"[^a-z0-9]+", "_", unicodedata.name(char, f"u{ord(char):x}").lower())
