"""`tagging benchmark goemotions`: heads on the shipped features, on the official splits of GoEmotions.

Heads are trained on train, thresholds tuned on dev, figures measured on test: 28 emotions, 54,000 short comments.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import Progress as ProgressBar

from benchmarks.options import AsJson, Encoder, FeatureCache, shipped_encoder
from benchmarks.quality.f1 import f1_scores
from benchmarks.report import report
from tagging.cli.project import root
from tagging.learning.data import GOEMOTIONS_SPLITS, DataError, Example, annotations_of, read_goemotions
from tagging.learning.features import Encoded, Progress, choose_lexicon, encode_all
from tagging.learning.heads import Hyperparameters, fit, wide_features
from tagging.learning.numeric import Annotations, tuned_thresholds
from tagging.model import BundleError, load_encoder

HYPERPARAMETERS = Hyperparameters(inverse_penalty=1.0, balance=0.5)
"""Chosen on dev (see layers/mail_model/LOG.md): with twenty times the rows of NLU++, a stronger penalty."""


@dataclass(frozen=True)
class Split:
    """Encoded rows of one split, with their annotations."""

    encoded: Encoded
    annotations: Annotations


def goemotions(
    data: Annotated[Path, typer.Option(metavar="DIR", help="GoEmotions, or a folder that holds it as goemotions/.")],
    encoder: Encoder = None,
    cache: FeatureCache = None,
    as_json: AsJson = False,
) -> None:
    """Micro- and macro-F1 on the official test split; encoding takes minutes the first time."""
    folder, cache = encoder or shipped_encoder(), cache or root() / "build/features"
    with ProgressBar(console=Console(stderr=True, quiet=as_json), transient=True) as bar:
        task = bar.add_task("encoding", total=None)
        try:
            figures = measure_goemotions(
                data, folder, cache, lambda done, total: bar.update(task, completed=done, total=total)
            )
        except (DataError, BundleError) as error:
            raise typer.BadParameter(str(error)) from None
    report("goemotions", figures if as_json else {k: v for k, v in figures.items() if k != "labels_f1"}, as_json)


def measure_goemotions(data: Path, encoder_folder: Path, cache: Path, progress: Progress) -> dict[str, object]:
    """Figures as JSON-ready values; features are kept in `cache`. Raises DataError and BundleError."""
    labels, splits = _splits(data, encoder_folder, cache, progress)
    train, dev, test = (splits[name] for name in GOEMOTIONS_SPLITS)
    start = time.perf_counter()
    lexicon = choose_lexicon(train.encoded.pieces, HYPERPARAMETERS.lexical_weight)
    heads = fit(wide_features(train.encoded, lexicon), train.annotations, HYPERPARAMETERS).as_stored()
    logits = {name: heads.logits(wide_features(splits[name].encoded, lexicon)) for name in ("dev", "test")}
    thresholds = tuned_thresholds(logits["dev"], dev.annotations, HYPERPARAMETERS.threshold_prior)
    predicted = logits["test"] >= thresholds
    f1 = f1_scores(predicted, test.annotations)
    return {
        "labels": len(labels),
        "rows": {name: len(split.annotations.positive) for name, split in splits.items()},
        "micro_f1": round(f1.micro_f1, 4),
        "macro_f1": round(f1.macro_f1, 4),
        "seconds_to_learn": round(time.perf_counter() - start, 1),
        "note": "comments from Reddit, not mails; thresholds from dev; encoder not tuned",
        "labels_f1": {
            label: round(f1_scores(predicted[:, [column]], _column(test.annotations, column)).macro_f1, 4)
            for column, label in enumerate(labels)
        },
    }


def _column(annotations: Annotations, column: int) -> Annotations:
    return Annotations(annotations.positive[:, [column]], annotations.observed[:, [column]])


def _splits(
    data: Path, encoder_folder: Path, cache: Path, progress: Progress
) -> tuple[tuple[str, ...], dict[str, Split]]:
    rows = read_goemotions(data)
    labels = tuple(sorted({label for row in rows for label in row.labels}))
    encoder, version = load_encoder(encoder_folder)
    encoded = encode_all(encoder, [row.text for row in rows], cache, version, progress)
    annotations = annotations_of([Example(row.id, row.text, frozenset(row.labels)) for row in rows], labels)
    masks = {name: np.array([row.split == name for row in rows]) for name in GOEMOTIONS_SPLITS}
    return labels, {name: Split(encoded.take(mask), annotations.take(mask)) for name, mask in masks.items()}
