"""What a built layer says of itself: for which processor, from which input, with which content, how large."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

MARKER = ".built.json"
"""File in a built layer's folder; it is written last and not deployed."""


@dataclass(frozen=True)
class Marker:
    """The content of a built layer's marker file."""

    name: str
    architecture: str
    """`arm64` or `x86_64`."""
    inputs: str
    """Hash of everything that the layer was made from: the same again, and there is nothing to build."""
    content: str
    """Hash of every path and byte in the layer but the marker."""
    unzipped: int
    """Bytes, as Lambda counts them against its limit."""
    zipped: int
    """Bytes of the archive that is uploaded."""
    notices: tuple[str, ...] = ()
    """What could not be done on the machine that built it."""


def read_marker(folder: Path) -> Marker | None:
    """The marker of a built layer; None where there is no layer, or one that is not finished or not readable."""
    try:
        found = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        return Marker(**{**found, "notices": tuple(found["notices"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_marker(folder: Path, marker: Marker) -> None:
    """Say that the layer in this folder is finished."""
    (folder / MARKER).write_text(json.dumps(asdict(marker), indent=1) + "\n", encoding="utf-8")
