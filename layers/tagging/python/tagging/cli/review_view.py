"""How commands print why a person should look at an item, and what reading a mail left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from tagging.item import LeftOut


def format_review(reasons: Iterable[str]) -> str:
    """`review: text_cut, unread_part`; rows of earlier versions have no reasons."""
    return f"review: {', '.join(reasons)}".removesuffix(": ")


def format_sizes(sizes: Mapping[str, int]) -> str:
    """What a row says was left out: `quote 1,234, unread_part 1`. Parts are counted, the rest are characters."""
    return ", ".join(f"{kind} {size:,}" for kind, size in sizes.items())


def left_out_document(left_out: LeftOut) -> dict[str, Any]:
    """What reading left out, as JSON: of cuts their kind, size and mark; names and types of parts, which stay here."""
    return {
        "cuts": [{"kind": cut.kind, "characters": len(cut.text), "marked": cut.marked} for cut in left_out.cuts],
        "unread_parts": msgspec.to_builtins(left_out.unread_parts),
        "chars_beyond_limit": left_out.chars_beyond_limit,
        "undecoded_chars": left_out.undecoded_chars,
        "charset_guessed": left_out.charset_guessed,
    }


def format_left_out(document: Mapping[str, Any]) -> list[str]:
    """A line for each cut, unread part and loss of `left_out_document`."""
    lines = [
        f"cut: {cut['kind']}, {cut['characters']:,} characters, {'marked' if cut['marked'] else 'guessed'}"
        for cut in document["cuts"]
    ]
    for part in document["unread_parts"]:
        lines.append(f"not read: {part['name'] or 'no name'}, {part['content_type']}, {part['size']:,} bytes")
    if document["chars_beyond_limit"]:
        lines.append(f"not read: {document['chars_beyond_limit']:,} characters beyond the limit")
    if document["undecoded_chars"]:
        lines.append(f"not decoded: {document['undecoded_chars']:,} characters")
    return [*lines, "charset: guessed"] if document["charset_guessed"] else lines
