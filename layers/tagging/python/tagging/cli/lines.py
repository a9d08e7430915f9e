"""Text of a user's files, such as names, as one line of a terminal."""

from __future__ import annotations

import json
from typing import Any


def one_line(text: str) -> str:
    """The text with line ends and other characters that cannot be printed as escapes: `\\n`."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


def json_line(document: Any) -> str:
    """A document as one line of JSON; lone surrogates, as names that are not UTF-8 have, as escapes."""
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
