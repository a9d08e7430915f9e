"""Takes files and encrypted texts out of plain text: uuencode, BinHex, yEnc, and armour of PGP and S/MIME."""

from __future__ import annotations

import re

from tagging.item import Attachment
from tagging.mail.patterns import compile_lazily

_HINTS = ("begin ", "begin-base64 ", "=ybegin ", "(This file ", "-----BEGIN ")
_START = compile_lazily(
    r"^[> ]*(?:begin(?:-base64)? [0-7]{3,4} (?P<uu>[^\s/][^/\n]{0,120})"
    r"|=ybegin [^\n]{0,200}?name=(?P<yenc>[^\n]{1,120})"
    r"|\(This file (?P<binhex>must be|may be|was) converted (?:with|to|from) BinHex[^\n]{0,40}\)"
    r"|-----BEGIN (?P<armour>PGP MESSAGE|PGP SIGNATURE|PGP PUBLIC KEY BLOCK|PKCS7|CMS|CERTIFICATE)-----)[ ]*$",
    re.M,
)
_SECRETS = frozenset({"PGP MESSAGE", "PKCS7", "CMS"})
"""Armour that holds the text itself; the others hold signatures and keys."""
_ARMOUR_LINE = compile_lazily(r"[A-Za-z0-9+/=]{1,80}|(?:Version|Comment|MessageID|Hash|Charset): [^\n]*|")
_BASE64_LINE = compile_lazily(r"[A-Za-z0-9+/]{1,80}={0,2}|={4}")
_BINHEX = r"[!-,\-0-9@A-NP-VX-Z[`a-fh-mp-r]"
_BINHEX_LINE = compile_lazily(rf":?{_BINHEX}{{50,64}}:?|{_BINHEX}{{0,64}}:|")
_MAX_FILES = 20


def take_out_files(text: str) -> tuple[str, list[Attachment]]:
    """The text without files and armour, and what was taken out that may hold something to read."""
    if not any(hint in text for hint in _HINTS):
        return text, []
    kept: list[str] = []
    files: list[Attachment] = []
    at = 0
    for _ in range(_MAX_FILES):
        start = _START.search(text, at)
        if start is None:
            break
        end = _end(text, start)
        if end <= start.end() + 1:  # a line that only begins like a file
            kept.append(text[at:end])
            at = end
            continue
        kept.append(text[at : start.start()])
        if start["armour"] is None or start["armour"] in _SECRETS:
            files.append(Attachment(start["uu"] or start["yenc"] or "", _type(start), end - start.start()))
        at = end
    return "".join([*kept, text[at:]]), files


def _type(start: re.Match[str]) -> str:
    if start["armour"] is None:
        return "application/mac-binhex40" if start["binhex"] else "application/octet-stream"
    return "application/pgp-encrypted" if start["armour"] == "PGP MESSAGE" else "application/pkcs7-mime"


def _end(text: str, start: re.Match[str]) -> int:
    """The offset after a file: after its end line, or before the first line that is none of it."""
    at = start.end() + 1
    closing = f"-----END {start['armour']}-----" if start["armour"] else "=yend" if start["yenc"] else ""
    if closing and (found := text.find(closing, at)) >= 0:
        return _line_end(text, found)
    while at < len(text):
        end = _line_end(text, at)
        line = text[at:end].rstrip("\n").lstrip("> ") if start["armour"] else text[at:end].rstrip("\n")
        if not _belongs(line, start):
            break
        at = end
        if line == "end" or (start["binhex"] and len(line) > 1 and line.endswith(":")):
            break
    return min(at, len(text))


def _belongs(line: str, start: re.Match[str]) -> bool:
    if start["uu"]:
        is_base64 = start[0].lstrip("> ").startswith("begin-base64")
        return _BASE64_LINE.fullmatch(line) is not None if is_base64 else _is_uuencoded(line)
    if start["yenc"]:
        return line.startswith("=y") or len(line) > 100
    return (_BINHEX_LINE if start["binhex"] else _ARMOUR_LINE).fullmatch(line) is not None


def _line_end(text: str, at: int) -> int:
    return text.find("\n", at) + 1 or len(text)


def _is_uuencoded(line: str) -> bool:
    """Whether a line may stand in a uuencoded file: its first character counts its bytes; final blanks get lost."""
    if line == "end" or not line:
        return bool(line)
    full = 1 + -(-((ord(line[0]) - 32) % 64) // 3) * 4
    return " " <= line[0] <= "`" and full - 4 <= len(line) <= full + 1
