"""Which items a version learned from, as it travels with the version: hashes of ids, so that `forget` finds them."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping
from typing import Any, Final

BYTES: Final = 5
"""Of each hash: of 10,000 items, one in 10⁸ others is taken for one of them."""


def hashed_items(ids: Collection[str]) -> dict[str, str]:
    """Salted hashes of these ids, seven characters each; equal ids give equal ones, and no content can be read of them.

    The salt follows from all ids: hashes of one version are of no use for another.
    """
    salt = hashlib.sha256("\n".join(sorted(ids)).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return {"salt": salt, "items": b64encode(b"".join(sorted(_hash(salt, each) for each in ids))).decode()}


def has_learned(about: Mapping[str, Any], item: str) -> bool:
    """Whether what the manifest says about corrections names this item; False where it names none, or is damaged."""
    try:
        learned = about["corrections"]["learned"]
        salt, hashes = str(learned["salt"]), b64decode(learned["items"], validate=True)
    except (KeyError, TypeError, ValueError):
        return False
    wanted = _hash(salt, item)
    return any(hashes[start : start + BYTES] == wanted for start in range(0, len(hashes), BYTES))


def _hash(salt: str, item: str) -> bytes:
    return hashlib.sha256(f"{salt} {item}".encode("utf-8", "surrogatepass")).digest()[:BYTES]
