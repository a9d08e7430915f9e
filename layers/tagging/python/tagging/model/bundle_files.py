"""Reading a bundle's files: each once, with its checksum checked; errors name the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tagging.model.heads_graph import HeadsRefused
from tagging.model.manifest import sha256
from tagging.validation import Document, InvalidDocument, from_json

REBUILD = "take the folder again from where it was built, or train it anew"

FILES = ("encoder/manifest.json", "heads.onnx", "taxonomy.json", "thresholds.json", "statistics.json")
"""Those of every bundle, beside its manifest."""
LEXICON = "lexicon.json"
"""A further file of bundles for mails and texts."""
REFERENCE = "reference.json"
"""A file that bundles may have."""

Loaded = TypeVar("Loaded")


class BundleError(Exception):
    """The bundle must not be served; the message names the file, what is wrong with it, and what to do."""

    def __init__(self, path: Path, why: str, remedy: str = REBUILD) -> None:
        super().__init__(f"{path}: {why}; {remedy}")
        self.path = path


class OtherEncoder(BundleError):
    """A version was made for another encoder than the deployed one."""


def read_file(path: Path) -> bytes:
    """The content of a file. Raises BundleError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise BundleError(path, "is missing") from None
    except OSError as error:
        raise BundleError(path, f"cannot be read ({error.strerror})") from None


def checked_file(path: Path, expected: str | None) -> bytes:
    """The content of a file that the manifest lists with this SHA-256. Raises BundleError."""
    return checked_content(path, b"" if expected is None else read_file(path), expected)


def checked_content(path: Path, content: bytes, expected: str | None) -> bytes:
    """The same content if the manifest lists it with this SHA-256. Raises BundleError."""
    if expected is None:
        raise BundleError(path, "is not listed in the manifest")
    if sha256(content) != expected:
        raise BundleError(path, "does not have the checksum in the manifest: it is damaged or from another bundle")
    return content


def parsed(path: Path, content: bytes, document: type[Document]) -> Document:
    """The content of a JSON file, validated. Raises BundleError, which names the place in it."""
    try:
        return from_json(content, document)
    except InvalidDocument as error:
        raise BundleError(path, f"does not match the schema: {error}") from None


def loaded(path: Path, load: Callable[[], Loaded]) -> Loaded:
    """The result of `load`; whatever it raises becomes a BundleError for the file at `path`."""
    from tagging.model.onnx_model import OnnxError  # loads onnxruntime, which who only handles the errors does not need

    try:
        return load()
    except (OnnxError, HeadsRefused) as error:
        raise BundleError(path, str(error)) from error
    except Exception as error:  # tokenizers raises bare Exception for whatever it cannot read
        raise BundleError(path, f"cannot be loaded ({type(error).__name__})") from error
