"""Training and test rows of the default bundle: the open data sets, mapped to our labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from layers.mail_model.own_rows import own_rows
from tagging.learning.data import READERS, Example, SourceRow, normalised, read_label_map
from tagging.taxonomy import Taxonomy

HERE = Path(__file__).parent
SOURCES = ("nlupp", "banking77", "clinc150", "multidogo", "goemotions")
TEST_SPLITS = {
    "nlupp": ("fold18", "fold19"),
    "banking77": ("test",),
    "clinc150": ("test",),
    "multidogo": ("dev",),
    "goemotions": ("test",),
}
"""Never trained on. Folds 18 and 19 are test folds of the official runs too; LOG.md lists what was trained on them."""
MOST_ROWS = 2500
"""Training rows of one source at most, so that no source dominates."""
MOST_COMMENTS = 1250
"""Training rows of GoEmotions: not support mail, but examples of thanks and of texts that ask for nothing."""
_COMMENT_WORDS, _THANKS_WORDS = 25, 10
_THANKS = re.compile(r"\b(thank|thx)", re.IGNORECASE)
_STATEMENT = re.compile(
    r"(i|it|that|this|he|she|they|we|my|there|the|an?|his|her|our|these|those|some|most|one)\b", re.IGNORECASE
)
_ADDRESSED = re.compile(r"\b(you|your|please|help)\b", re.IGNORECASE)


def train_rows(data: Path, taxonomy: Taxonomy, seed: int = 0) -> list[Example]:
    """Training rows, each text once: a sentence in several sources counts for the first of them. Ours come last.

    Raises DataError and LabelMapError.
    """
    mapped = _mapped(data, taxonomy)
    seen = {normalised(row.text) for source in SOURCES for row in mapped[source] if _is_test(row)}
    random = np.random.default_rng(seed)
    rows: list[Example] = []
    for source in SOURCES:  # NLU++ first: its rows have the most labels
        fresh = []
        for row in mapped[source]:
            words = normalised(row.text)
            if not _is_test(row) and words not in seen:
                seen.add(words)
                fresh.append(row)
        chosen = random.permutation(len(fresh))[: MOST_COMMENTS if source == "goemotions" else MOST_ROWS]
        rows += (fresh[index] for index in sorted(chosen))
    return rows + own_rows(taxonomy)


def test_rows(data: Path, taxonomy: Taxonomy) -> dict[str, list[Example]]:
    """Source -> the rows of its test split. Raises DataError and LabelMapError."""
    return {source: [row for row in rows if _is_test(row)] for source, rows in _mapped(data, taxonomy).items()}


def _mapped(data: Path, taxonomy: Taxonomy) -> dict[str, Sequence[Example]]:
    label_map = read_label_map(HERE / "label_map.yaml", taxonomy)
    read = {source: READERS[source](folder_of(data, source)) for source in SOURCES}
    read["goemotions"] = tuple(row for row in read["goemotions"] if is_plain(row))
    return {source: label_map.map_rows(rows, taxonomy) for source, rows in read.items()}


def is_plain(row: SourceRow) -> bool:
    """Whether a comment of GoEmotions is short thanks, or a statement that addresses nobody, without masked names."""
    words = len(row.text.split())
    if "?" in row.text or "[" in row.text:
        return False
    if row.labels == ("gratitude",):
        return words <= _THANKS_WORDS and _THANKS.search(row.text) is not None
    is_statement = _STATEMENT.match(row.text) is not None and _ADDRESSED.search(row.text) is None
    return words <= _COMMENT_WORDS and is_statement


def folder_of(data: Path, source: str) -> Path:
    """A source's folder in `data`, or in `data/text`."""
    inside = data / "text" / source
    return inside if inside.is_dir() else data / source


def _is_test(row: Example) -> bool:
    return row.split in TEST_SPLITS[row.source or ""]
