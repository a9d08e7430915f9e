"""Bytes and the charset they claim to be in, to clean text; the claim may be missing, unknown or a lie."""

from __future__ import annotations

import codecs
import re

_UNREADABLE = frozenset({"punycode", "idna", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs"})
"""Codecs of Python that no mail means, and of which some take quadratic time."""
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Controls, zero-width and bidirectional marks, lone surrogates: invisible to people, poison to a tokeniser."""
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACE = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")


def clean(text: str) -> str:
    """The text with one kind of line end and one kind of space, without anything invisible; never longer."""
    return _SPACE.sub(" ", _UNSEEN.sub("", _LINE_END.sub("\n", text)))


def decode(data: bytes, charset: str | None, *, whole: bool = True) -> str:
    """Text of `data`, cleaned, never failing.

    `whole` is false where `data` is the beginning of something longer: a character cut in two is dropped.
    """
    claimed = _codec(charset)
    if claimed is None or (claimed.startswith(("utf-16", "utf-32")) and not _looks_wide(data)):
        claimed = "utf-8"
    # Valid UTF-8 is hardly ever anything else, whatever single-byte charset it claims to be.
    attempts = ["utf-8", claimed] if _is_single_byte(claimed) else [claimed, "utf-8"]
    for name in attempts:
        try:
            return clean(codecs.getincrementaldecoder(name)("strict").decode(data, final=whole))
        except (UnicodeError, ValueError):
            continue
    return clean(_least_damaged(data, claimed))


def _codec(charset: str | None) -> str | None:
    """Python's name of a text codec, or None for an unknown one and for those that no mail means."""
    if not charset or len(charset) > 40 or not charset.isascii():
        return None
    try:
        info = codecs.lookup(charset.strip().strip("'\""))
    except (LookupError, ValueError, ImportError):
        return None
    # The codec registry also holds base64, zip and rot13, which turn bytes into bytes or text into text.
    if not getattr(info, "_is_text_encoding", True) or info.name in _UNREADABLE:
        return None
    # What calls itself Latin-1 or ASCII was typed on Windows: browsers decode it so too (WHATWG Encoding).
    return "cp1252" if info.name in {"iso8859-1", "ascii"} else info.name


def _is_single_byte(name: str) -> bool:
    return name.startswith(("cp125", "iso8859", "koi8", "mac-", "cp4", "cp8"))


def _looks_wide(data: bytes) -> bool:
    return data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:200]


def _least_damaged(data: bytes, claimed: str) -> str:
    """Broken UTF-8 keeps its readable characters; what is mostly not UTF-8 is read as the Windows charset."""
    claimed_text = data.decode(claimed, "replace")
    high_bytes = len(data) - len(data.translate(None, delete=bytes(range(128, 256))))
    if claimed_text.count("\ufffd") * 4 <= high_bytes:
        return claimed_text
    return data.decode("cp1252", "replace")
