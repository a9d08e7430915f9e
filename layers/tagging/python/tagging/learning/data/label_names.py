"""Converts label names to ids and back."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 64
_UNDECOMPOSED = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "Ae", "ø": "o", "Ø": "O", "œ": "oe", "đ": "d", "ł": "l", "Ł": "L"}
)


def id_of(name: str) -> str:
    """The snake_case id for a name: `Lost card!` → `lost_card`; "" where the name has no letter or digit of ASCII."""
    plain = unicodedata.normalize("NFKD", name.translate(_UNDECOMPOSED)).encode("ascii", "ignore").decode()
    separated = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", plain.replace("'", ""))
    result = re.sub(r"[^a-z0-9]+", "_", separated.lower()).strip("_")
    return (f"label_{result}" if result[:1].isdigit() else result)[:LONGEST].rstrip("_")


def words_of(label_id: str) -> str:
    """An id as words: `lost_card` → `lost card`."""
    return label_id.replace("_", " ")
