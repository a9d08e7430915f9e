"""Documents with text of a user's files, such as names, as one line of JSON."""

from __future__ import annotations

import json
from typing import Any


def json_line(document: Any) -> str:
    """A document as one line of JSON; lone surrogates, as names that are not UTF-8 have, as escapes."""
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
