"""Time of a training on long texts: 300 of 60 to 200 words with 15 labels, from the texts to the written bundle."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.options import shipped_background
from tagging.learning.data import Example
from tagging.learning.training import TrainRequest, train_bundle
from tagging.taxonomy import Head, Label, Taxonomy

WORDS = (60, 200)
ROWS = 300
SUBJECTS = {
    "invoice": "about an invoice",
    "delivery": "about a delivery",
    "heating": "about the heating",
    "contract": "about a contract",
    "password": "about a password",
    "garden": "about the garden",
    "lift": "about the lift",
    "parking": "about a parking space",
    "insurance": "about an insurance",
    "course": "about a course",
    "piano": "about a piano",
    "dentist": "about a dentist",
    "passport": "about a passport",
    "printer": "about a printer",
    "wedding": "about a wedding",
}
"""Label -> description."""
_WHO = ("my brother", "our neighbour", "a colleague", "the caretaker", "your office", "the lady at the desk", "my wife")
_WHAT = (
    "asked about",
    "wrote to us about",
    "complained of",
    "took a photo of",
    "waited for",
    "was glad about",
    "found",
)
_WHEN = ("last Tuesday", "in the morning", "before the holidays", "two weeks ago", "on the phone", "after lunch")
_ASIDE = ("the red folder", "a letter", "the keys", "an old note", "the second page", "a green box", "the map")


@dataclass(frozen=True)
class LongTexts:
    """Seconds of one training, and what it trained on."""

    rows: int
    labels: int
    words: float
    """Mean number of words of a text."""
    wall: float
    processor: float


def composed_rows(rows: int = ROWS, seed: int = 0) -> list[Example]:
    """Texts of 60 to 200 words with one or two of the labels each. Nearly all sentences differ, as in real mails."""
    random, labels = np.random.default_rng(seed), list(SUBJECTS)
    examples = []
    for number in range(rows):
        of_row = [str(label) for label in random.choice(labels, size=1 + number % 2, replace=False)]
        wanted, sentences, words = int(random.integers(WORDS[0], WORDS[1] - 20)), [], 0
        while words < wanted:
            who, what, when, aside = (str(random.choice(part)) for part in (_WHO, _WHAT, _WHEN, _ASIDE))
            about = f"the {random.choice(of_row)}" if random.random() < 0.5 else aside
            sentences.append(f"{who.capitalize()} {what} {about} {when}, and number {random.integers(9999)} was there.")
            words += len(sentences[-1].split())
        labels_of_row = frozenset(label for label in of_row if any(f"the {label} " in each for each in sentences))
        examples.append(Example(f"row-{number}", " ".join(sentences), labels_of_row))
    return examples


def long_texts(encoder: Path, rows: int = ROWS) -> LongTexts:
    """Train a bundle and throw it away. Raises BundleError."""
    examples = composed_rows(rows)
    labels = tuple(Label(id=name, description=description) for name, description in SUBJECTS.items())
    taxonomy = Taxonomy(version=1, heads=(Head(id="subject", kind="multilabel", labels=labels),))
    with tempfile.TemporaryDirectory() as scratch:
        wall, processor = time.perf_counter(), time.process_time()
        train_bundle(
            TrainRequest(examples, taxonomy, encoder, Path(scratch) / "bundle", background=shipped_background())
        )
        seconds = time.perf_counter() - wall, time.process_time() - processor
    words = float(np.mean([len(row.text.split()) for row in examples]))
    return LongTexts(rows, len(labels), round(words, 1), round(seconds[0], 1), round(seconds[1], 1))
