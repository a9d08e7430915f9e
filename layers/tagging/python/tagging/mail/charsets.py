"""Decodes bytes to clean text; the declared charset may be missing, unknown or wrong."""

from __future__ import annotations

import codecs
import re

_EXCLUDED = frozenset({"punycode", "idna", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs"})
"""Codecs of Python that no mail uses; some take quadratic time."""
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Controls, zero-width and bidirectional marks, lone surrogates: people do not see them, tokenisers do."""
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACE = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")


def clean(text: str) -> str:
    """The text with uniform line ends and spaces, without invisible characters; never longer than before."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", _LINE_END.sub("\n", text)))


def decode(data: bytes, charset: str | None, *, complete: bool = True) -> str:
    """Clean text of `data`; never fails.

    `complete` is false if `data` is the beginning of something longer: a split last character is dropped.
    """
    declared = _codec(charset)
    if declared is None or (declared.startswith(("utf-16", "utf-32")) and not _looks_wide(data)):
        declared = "utf-8"
    # Valid UTF-8 is almost never anything else, whatever single-byte charset is declared.
    attempts = ["utf-8", declared] if _is_single_byte(declared) else [declared, "utf-8"]
    for name in attempts:
        try:
            return clean(codecs.getincrementaldecoder(name)("strict").decode(data, final=complete))
        except (UnicodeError, ValueError):
            continue
    return clean(_decode_damaged(data, declared))


def _codec(charset: str | None) -> str | None:
    """Python's name of a text codec; None if it is unknown or excluded."""
    if not charset or len(charset) > 40 or not charset.isascii():
        return None
    try:
        info = codecs.lookup(charset.strip().strip("'\""))
    except (LookupError, ValueError, ImportError):
        return None
    # The registry also holds base64, zip and rot13, which do not map bytes to text.
    if not getattr(info, "_is_text_encoding", True) or info.name in _EXCLUDED:
        return None
    # Browsers decode Latin-1 and ASCII as windows-1252 too (WHATWG Encoding).
    return "cp1252" if info.name in {"iso8859-1", "ascii"} else info.name


def _is_single_byte(name: str) -> bool:
    return name.startswith(("cp125", "iso8859", "koi8", "mac-", "cp4", "cp8"))


def _looks_wide(data: bytes) -> bool:
    return data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:200]


def _decode_damaged(data: bytes, declared: str) -> str:
    """Broken UTF-8 keeps its readable characters; if most of it is not UTF-8, it is decoded as windows-1252."""
    declared_text = data.decode(declared, "replace")
    high_bytes = len(data) - len(data.translate(None, delete=bytes(range(128, 256))))
    if declared_text.count("\ufffd") * 4 <= high_bytes:
        return declared_text
    return data.decode("cp1252", "replace")
