"""Recognises images that a program spoiled on the way: encoded as text, or changed by a conversion of text."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

_SAMPLE_BYTES = 65_536
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_PREFIX = re.compile(r"""\s*b?["'(<]*\s*(?:(data:)[^,]{0,200},)?\s*""", re.I)
_BASE64, _HEX = re.compile(r"[\w+/\s-]{8,160}"), re.compile(r"(?:0x)?((?:[0-9a-f]{2}[\s,]*){8,64})", re.I)
_FOREIGN_CHARACTERS = 16
SPOILED = "bytes changed by a conversion to UTF-8"


def spoiled_name(data: bytes, is_image: Callable[[bytes], bool]) -> str:
    """How an image was spoiled on the way, "" if these bytes were no image.

    `is_image` recognises the first bytes of an image.
    """
    text = text_of(data[:512])
    prefix = _PREFIX.match(text)
    at = prefix.end() if prefix else 0
    if (found := _BASE64.match(text, at)) and is_image(_decoded_base64(found[0])):
        return "base64 text, not decoded"
    if prefix and prefix[1]:
        return "a data URL, not decoded"
    if (found := _HEX.match(text, at)) and is_image(bytes.fromhex(re.sub(r"[\s,]", "", found[1]))):
        return "hexadecimal text, not decoded"
    if data.startswith((b"\x89PNG\n", b"\x89PNG\r\r", b"\x89PNG\r\x1a")):
        return "line ends changed by a transfer as text"
    if "\N{REPLACEMENT CHARACTER}" in text[:16] or any(map(is_image, _encoded_again(text))):
        return SPOILED
    return ""


def is_spoiled_by_utf8(data: bytes) -> bool:
    """Whether a binary file was converted to UTF-8: it is valid, with more than a few characters that are not ASCII."""
    try:
        text = data[:_SAMPLE_BYTES].decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < min(len(data), _SAMPLE_BYTES) - 3:
            return False
        text = data[: error.start].decode("utf-8")
    return sum(1 for character in text if character > "\x7f") >= _FOREIGN_CHARACTERS


def text_of(data: bytes) -> str:
    """The text of these bytes by their byte order mark, else as UTF-8; never fails."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.removeprefix(bom).decode(encoding, "replace")
    return data.decode("utf-8", "surrogateescape")


def _decoded_base64(text: str) -> bytes:
    digits = "".join(text.split()).translate({ord("-"): "+", ord("_"): "/"})
    digits = digits[: len(digits) - (len(digits) % 4 == 1)]
    try:
        return base64.b64decode(digits + "=" * (-len(digits) % 4))
    except ValueError:  # a character of another script
        return b""


def _encoded_again(text: str) -> list[bytes]:
    """The bytes from which a text may have been made: as Latin-1 or as Windows-1252."""
    return [text[:64].encode(encoding, "replace") for encoding in ("latin-1", "cp1252")]
