"""Reads a taxonomy from YAML and reports all its mistakes at once, with line and correction."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tagging.learning.data.taxonomies.taxonomy_fields import mistaken_fields
from tagging.learning.data.taxonomies.yaml_places import YamlError, read_places
from tagging.taxonomy import Taxonomy, mistakes_in


class TaxonomyError(Exception):
    """The file is no taxonomy; the message has a line for each mistake: file, line, correction."""

    def __init__(self, path: Path, mistakes: list[tuple[int, str]]) -> None:
        self.path = path
        self.mistakes = tuple(mistakes)
        """Line in the file, from 1, and what to write there."""
        super().__init__("\n".join(f"{path}:{line}: {message}" for line, message in mistakes))


def read_taxonomy(path: Path) -> Taxonomy:
    """Read `taxonomy.yaml`. Raises TaxonomyError with all mistakes at once."""
    try:
        placed = read_places(_text(path))
    except YamlError as error:
        raise TaxonomyError(path, [(error.line, str(error))]) from None
    mistakes = [*placed.mistakes, *mistakes_in(placed.content if isinstance(placed.content, dict) else {})]
    mistakes += mistaken_fields(placed.content, placed.written)
    if mistakes:
        # Two rules may report the same mistake.
        lines = dict.fromkeys((placed.line(mistake.place), mistake.message) for mistake in mistakes)
        raise TaxonomyError(path, sorted(lines))
    return msgspec.convert(placed.content, Taxonomy)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TaxonomyError(path, [(1, f"cannot be read: {error.strerror}")]) from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TaxonomyError(path, [(1, "is UTF-16; save the file as UTF-8")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TaxonomyError(path, [(line, "a character that is not UTF-8; save the file as UTF-8")]) from None
