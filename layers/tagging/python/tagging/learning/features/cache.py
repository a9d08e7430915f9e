"""A cache of dense features on disk, so that no text is encoded twice."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from tagging.learning.numeric import Floats32

AT_ONCE = 500
"""Keys in one statement; SQLite takes at least 999 parameters."""


class FeatureCache:
    """One SQLite file per encoder version; texts are identified by their hashes and not stored.

    An interruption loses nothing that was put in, and two programs may use the file at once. The folder may be deleted:
    everything in it can be computed again.
    """

    def __init__(self, folder: Path, version: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = sqlite3.connect(folder / f"{version or 'features'}.sqlite", timeout=60, isolation_level=None)
        self._file.execute("CREATE TABLE IF NOT EXISTS features (key BLOB PRIMARY KEY, dense BLOB) WITHOUT ROWID")

    def get(self, texts: Iterable[str]) -> dict[str, Floats32]:
        """The cached features: text -> float32 [dimension]."""
        by_key = {key_of(text): text for text in texts}
        keys = list(by_key)
        found: dict[str, Floats32] = {}
        for start in range(0, len(keys), AT_ONCE):
            part = keys[start : start + AT_ONCE]
            marks = ", ".join("?" * len(part))
            # Only question marks are put into the statement.
            rows = self._file.execute(f"SELECT key, dense FROM features WHERE key IN ({marks})", part)
            found |= {by_key[key]: np.frombuffer(dense, dtype="<f4") for key, dense in rows}
        return found

    def put(self, features: Mapping[str, Floats32]) -> None:
        """Add these; cached ones stay as they are."""
        rows = [(key_of(text), dense.astype("<f4").tobytes()) for text, dense in features.items()]
        self._file.execute("BEGIN")
        self._file.executemany("INSERT OR IGNORE INTO features VALUES (?, ?)", rows)
        self._file.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def key_of(text: str) -> bytes:
    """16 bytes of the text's SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]
