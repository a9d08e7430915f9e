"""What the styles of HTML elements do to their text: hide it, show it again, set it in colour."""

from __future__ import annotations

import re

_DECLARATION = re.compile(
    r"(display|visibility|font-size|opacity|max-height|height|overflow|text-indent|position|(?<![\w-])(?:left|top))\s*:\s*([^;]{1,60})",
    re.I,
)
_ZERO = re.compile(r"0+(?:\.0+)?\s*(?:px|pt|em|rem|%|in|cm|mm)?")
_TINY = re.compile(r"(?:0(?:\.\d+)?|1(?:\.0+)?)\s*(?:px|pt)|0+(?:\.0+)?\s*(?:em|rem|%)?")
_OUT_OF_VIEW = re.compile(r"-(?:\d{3,}(?:\.\d+)?(?:px|pt|em|rem|%|vw)|\d{2,}(?:\.\d+)?r?em)")
_COLOUR = re.compile(r"(?<![\w-])color\s*:\s*([^;]{1,40})", re.I)
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})\b")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})\D{1,3}(\d{1,3})\D{1,3}(\d{1,3})")
_NAMED_COLOURS = frozenset(
    {"red", "blue", "green", "purple", "magenta", "fuchsia", "orange", "darkred", "crimson", "violet", "lime", "maroon"}
)
_MIN_HUE = 110
"""Difference of the strongest and the weakest component of a colour that people choose for answers: red, blue, green.
Colours of quoted text, such as Outlook's dark blue, have less."""


def colour_of(style: str) -> str:
    """The colour that a style declares; "" if none."""
    match = _COLOUR.search(style)
    return match[1] if match else ""


def is_bright(colour: str) -> bool:
    """Whether a colour of CSS is one that people choose to set answers apart: no shade of grey, no dark blue."""
    colour = colour.strip().lower()
    if match := _HEX.match(colour):
        digits = match[1] if len(match[1]) == 6 else "".join(2 * digit for digit in match[1])
        parts = [int(digits[n : n + 2], 16) for n in (0, 2, 4)]
    elif match := _RGB.match(colour):
        parts = [int(part) for part in match.groups()]
    else:
        return colour.partition("!")[0].strip() in _NAMED_COLOURS
    return max(parts) - min(parts) >= _MIN_HUE


def hiding_declarations(text: str) -> list[tuple[str, str]]:
    """Name and value of each declaration that may hide text, in order."""
    return _DECLARATION.findall(text.lower())


def declarations(text: str) -> dict[str, str]:
    """The declarations of a style that may hide text: the last one of a property, an important one before others."""
    style: dict[str, str] = {}
    important: set[str] = set()
    for name, value in hiding_declarations(text):
        value, mark, _ = value.partition("!")
        if mark or name not in important:
            style[name] = value.strip()
        if mark:
            important.add(name)
    return style


def is_hidden(style: dict[str, str]) -> bool:
    """Whether an element is hidden with all its children."""
    return (
        style.get("display") == "none"
        or _ZERO.fullmatch(style.get("opacity", "")) is not None
        or (
            style.get("overflow") == "hidden"
            and any(_ZERO.fullmatch(style.get(name, "")) for name in ("height", "max-height"))
        )
        or (
            style.get("position") in ("absolute", "fixed")
            and any(_OUT_OF_VIEW.fullmatch(style.get(name, "")) for name in ("left", "top"))
        )
    )


def is_shown(style: dict[str, str], shown_before: bool) -> bool:
    """Whether text directly in an element is shown, given whether its parent's is."""
    size, visibility, indent = style.get("font-size"), style.get("visibility"), style.get("text-indent")
    if (size and _TINY.fullmatch(size)) or visibility in ("hidden", "collapse"):
        return False
    if indent and _OUT_OF_VIEW.fullmatch(indent):
        return False
    return shown_before or size is not None or visibility == "visible" or indent is not None
