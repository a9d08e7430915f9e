"""Normalises plain text: joins flowed lines and removes blocks of encoded bytes."""

from __future__ import annotations

import re

_ENCODED_LINE = re.compile(r"[>\s]*[A-Za-z0-9+/=_-]{50,}\s*")
_MIN_BLOCK_LINES = 3
_ARMOUR = re.compile(r"-----(?:BEGIN|END) PGP [A-Z ]{3,30}-----")
_LONG_RUN = re.compile(r"[!-~]{200,}")
_NO_WORDS = re.compile(r"[!-~]{0,180}?(?:://|\bdata:|\bwww\.)[!-~]*|(?=\D*\d)[A-Za-z0-9+/=_-]*|[!-/:-@\[-`{-~]*")
"""A link, encoded bytes or an ornament."""
_RUN_CHARS = 200
_WORD = re.compile(r"[^\W_]")
_SIGN = re.compile(
    "[?!\u203c\u2049\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]|[:;=]-?[()|DP/]"
)
_CALENDAR_TEXT = re.compile(r"^(?:SUMMARY|DESCRIPTION|COMMENT)(?:;[^:\n]{0,200})?:(.*)", re.I | re.M)
_GAPS = re.compile(r"\n{3,}")
_DELIMITER = re.compile(r"(?:> ?)*-- ")
"""The signature delimiter of RFC 3676, 4.3: its blank distinguishes it from an ornament."""


def has_words(text: str) -> bool:
    """Whether the text has a letter or a digit, in any script."""
    return bool(_WORD.search(text))


def has_content(text: str) -> bool:
    """Whether the text has words, or a sign that says something without them: an emoji, `?`, `!`, `:-(`."""
    return has_words(text) or bool(_SIGN.search(text))


def calendar_text(text: str) -> str:
    """Summary and description of an invitation (RFC 5545), or all of it if it has neither."""
    unfolded = re.sub(r"\n[ \t]", "", text)
    values = _CALENDAR_TEXT.findall(unfolded)
    plain = (re.sub(r"\\(.)", lambda escape: "\n" if escape[1] in "nN" else escape[1], value) for value in values)
    return "\n\n".join(plain) or text


def unflow(text: str, *, delete_space: bool) -> str:
    """Join the lines of format=flowed to paragraphs (RFC 3676, 4.1)."""
    joined: list[str] = []
    flowing_depth: int | None = None
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ") if depth or line.startswith(" ") else line
        if flowing_depth == depth and content != "-- ":
            joined[-1] += content
        else:
            joined.append(">" * depth + " " * bool(depth) + content)
        flowing_depth = depth if content.endswith(" ") and content != "-- " else None
        if flowing_depth is not None and delete_space:
            joined[-1] = joined[-1][:-1]
    return "\n".join(joined)


def readable(text: str) -> str:
    """The text without blocks of base64 and tails of long links, with at most one blank line in a row."""
    lines: list[str] = []
    block: list[str] = []
    for line in [*_GAPS.sub("\n\n", text).split("\n"), ""]:
        if _ENCODED_LINE.fullmatch(line):
            block.append(line)
            continue
        if len(block) < _MIN_BLOCK_LINES:
            lines += block
        block.clear()
        if not _ARMOUR.fullmatch(line.rstrip()):
            lines.append(line if _DELIMITER.fullmatch(line) else line.rstrip())
    return _GAPS.sub("\n\n", _LONG_RUN.sub(_shortened, "\n".join(lines))).strip("\n ")


def _shortened(run: re.Match[str]) -> str:
    return run[0][:_RUN_CHARS] if _NO_WORDS.fullmatch(run[0]) else run[0]
