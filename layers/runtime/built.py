"""The marker file of a built layer: its processor, input, content and size."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

MARKER = ".built.json"
"""File in a built layer's folder; written last, not deployed."""


class BuildError(RuntimeError):
    """A layer cannot be installed or built, or would not work in Lambda; the text is one line."""


@dataclass(frozen=True)
class Marker:
    """The content of a built layer's marker file."""

    name: str
    architecture: str
    """`arm64` or `x86_64`."""
    inputs: str
    """Hash of all inputs of the layer; if it is unchanged, the layer is not built again."""
    content: str
    """Hash of every path and byte in the layer except the marker."""
    unzipped: int
    """Bytes, as Lambda counts them against its limit."""
    zipped: int
    """Bytes of the uploaded archive."""
    notices: tuple[str, ...] = ()
    """Steps that the machine could not do."""


def read_marker(folder: Path) -> Marker | None:
    """The marker of a built layer; None if the layer is missing, unfinished or its marker unreadable."""
    try:
        fields = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        return Marker(**{**fields, "notices": tuple(fields["notices"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_marker(folder: Path, marker: Marker) -> None:
    """Mark the layer in this folder as finished."""
    (folder / MARKER).write_text(json.dumps(asdict(marker), indent=1) + "\n", encoding="utf-8")
