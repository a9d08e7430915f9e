"""GoEmotions on its authors' splits: heads learned on train, thresholds on dev, measured on test."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.quality.f1 import quality_of
from tagging.learning.data import GOEMOTIONS_SPLITS, Row, answers_of, read_goemotions
from tagging.learning.features import Encoded, Progress, choose_lexicon, encode_all
from tagging.learning.heads import Hyperparameters, fit, wide_features
from tagging.learning.numeric import Answers, tuned_thresholds
from tagging.model import load_encoder

RECIPE = Hyperparameters(inverse_penalty=1.0, balance=0.5)
"""Chosen on dev (see LOG.md): with twenty times the rows of NLU++, a stronger penalty."""


@dataclass(frozen=True)
class Split:
    """Rows of one split, encoded, with their answers."""

    encoded: Encoded
    answers: Answers


def run_goemotions(data: Path, encoder_folder: Path, cache: Path, progress: Progress) -> dict[str, object]:
    """Figures as JSON-ready values; features are kept in `cache`. Raises DataError and BundleError."""
    labels, splits = _splits(data, encoder_folder, cache, progress)
    train, dev, test = (splits[name] for name in GOEMOTIONS_SPLITS)
    start = time.perf_counter()
    lexicon = choose_lexicon(train.encoded.pieces, RECIPE.lexical_weight)
    heads = fit(wide_features(train.encoded, lexicon), train.answers, RECIPE).as_stored()
    logits = {name: heads.logits(wide_features(splits[name].encoded, lexicon)) for name in ("dev", "test")}
    thresholds = tuned_thresholds(logits["dev"], dev.answers, RECIPE.threshold_prior)
    quality = quality_of(logits["test"] >= thresholds, test.answers)
    return {
        "labels": len(labels),
        "rows": {name: len(split.answers.yes) for name, split in splits.items()},
        "micro_f1": round(quality.micro_f1, 4),
        "macro_f1": round(quality.macro_f1, 4),
        "seconds_to_learn": round(time.perf_counter() - start, 1),
        "note": "comments from Reddit, not mails; thresholds from dev; encoder not tuned",
        "labels_f1": {
            label: round(quality_of(logits["test"][:, [place]] >= thresholds[place], _of(test, place)).macro_f1, 4)
            for place, label in enumerate(labels)
        },
    }


def _of(split: Split, label: int) -> Answers:
    return Answers(split.answers.yes[:, [label]], split.answers.known[:, [label]])


def _splits(
    data: Path, encoder_folder: Path, cache: Path, progress: Progress
) -> tuple[tuple[str, ...], dict[str, Split]]:
    rows = read_goemotions(data)
    labels = tuple(sorted({label for row in rows for label in row.labels}))
    encoder, version = load_encoder(encoder_folder)
    encoded = encode_all(encoder, [row.text for row in rows], cache, version, progress)
    answers = answers_of([Row(row.id, row.text, frozenset(row.labels)) for row in rows], labels)
    marked = {name: np.array([row.split == name for row in rows]) for name in GOEMOTIONS_SPLITS}
    return labels, {name: Split(encoded.take(inside), answers.take(inside)) for name, inside in marked.items()}
