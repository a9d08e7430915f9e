"""`tagging benchmark train`: time and memory of training, on synthetic features and on long texts."""

from __future__ import annotations

import json
import time
import tracemalloc
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console

from benchmarks.options import AsJson, Encoder, shipped_encoder
from benchmarks.speed.long_texts import WORDS, long_texts
from tagging.learning.calibration import tune_decisions
from tagging.learning.features import Encoded, EncodedItems, choose_lexicon, encode_all
from tagging.learning.heads import (
    HeadTrainer,
    Hyperparameters,
    Labelled,
    Linear,
    export_heads,
    fit,
    learnable,
    wide_features,
)
from tagging.learning.numeric import Annotations, split_evenly
from tagging.learning.training import FOLDS, KINDS, PhraseItems, TrainingData, learn_heads
from tagging.model import BundleError, OnnxModel, load_encoder
from tagging.taxonomy import Head, Label, Taxonomy

DIMENSION = 1152
PIECES = 3000
"""Vocabulary of synthetic texts, in word pieces."""
LENGTH = 12
"""Word pieces of a synthetic text."""


@dataclass(frozen=True)
class Seconds:
    """Wall-clock and processor time."""

    wall: float
    processor: float


@dataclass(frozen=True)
class ManyLabels:
    """Cost of thousands of labels, on dense features alone."""

    labels: int
    rows: int
    fit: Seconds
    peak_mb: float
    """Peak memory of Python and numpy while fitting, features and annotations included."""
    score_ms: float
    """Scoring one item: the median of 200."""


class _Stopwatch:
    """Measures from its creation to `read`."""

    def __init__(self) -> None:
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def read(self) -> Seconds:
        return Seconds(round(time.perf_counter() - self._wall, 3), round(time.process_time() - self._processor, 3))


def train(
    encoder: Encoder = None,
    many: Annotated[bool, typer.Option(help="Also 5,000 labels on 20,000 examples: takes minutes.")] = True,
    long: Annotated[bool, typer.Option(help="Also 300 texts of 60 to 200 words: takes half a minute.")] = True,
    as_json: AsJson = False,
) -> None:
    """Time and memory of training. Set OMP_NUM_THREADS=1 to measure one core."""
    try:
        share = feature_share(encoder or shipped_encoder())
        texts = long_texts(encoder or shipped_encoder()) if long else None
    except BundleError as error:
        raise typer.BadParameter(str(error)) from None
    fitted, tuned = fit_seconds(), tuned_seconds()
    large = many_labels() if many else None
    if as_json:
        figures = {"feature_share": share, "fit": asdict(fitted), "tuned": asdict(tuned)}
        others = {name: asdict(each) for name, each in (("long_texts", texts), ("many_labels", large)) if each}
        print(json.dumps({"benchmark": "train"} | figures | others))
        return
    console = Console(highlight=False)
    console.print(f"features: {share:.0%} of the encoder's own speed")
    console.print(f"2,000 examples, 62 labels: heads {fitted.wall:.1f} s (processor {fitted.processor:.1f} s)")
    console.print(f"  with calibration and thresholds {tuned.wall:.1f} s (processor {tuned.processor:.1f} s)")
    if texts:
        console.print(
            f"{texts.rows} texts of {WORDS[0]} to {WORDS[1]} words, {texts.labels} labels, from text to bundle: "
            f"{texts.wall:.1f} s (processor {texts.processor:.1f} s)"
        )
    if large:
        console.print(
            f"{large.rows:,} examples, {large.labels:,} labels, dense: {large.fit.wall:.0f} s, "
            f"{large.peak_mb:,.0f} MB at most; an item is scored in {large.score_ms:.2f} ms"
        )


def synthetic_rows(rows: int, labels: int, seed: int = 0) -> tuple[Encoded, Annotations]:
    """Texts with two labels each on average, which their dense features and their words both express."""
    random = np.random.default_rng(seed)
    yes = random.random((rows, labels)) < min(0.5, 2 / labels)
    directions = random.normal(size=(labels, DIMENSION)).astype(np.float32) / np.sqrt(DIMENSION)
    dense = yes.astype(np.float32) @ directions + random.normal(size=(rows, DIMENSION)).astype(np.float32) * 0.02
    dense *= np.sqrt(3) / np.linalg.norm(dense, axis=1, keepdims=True)
    pieces = random.zipf(1.3, size=(rows, LENGTH)) % PIECES
    words = [[f"w{word}" for word in row] for row in pieces]
    for row, label in zip(*np.nonzero(yes), strict=True):
        words[row].append(f"label{label}")
    return Encoded(dense.astype(np.float32), tuple(map(tuple, words))), Annotations(yes, np.ones_like(yes))


def fit_seconds(rows: int = 2000, labels: int = 62) -> Seconds:
    """Heads on given features, with fixed regularisation."""
    encoded, annotations = synthetic_rows(rows, labels)
    hyperparameters = Hyperparameters()
    features = encoded.features(choose_lexicon(encoded.pieces, hyperparameters.lexical_weight))
    watch = _Stopwatch()
    fit(learnable(features), annotations, hyperparameters)
    return watch.read()


def tuned_seconds(rows: int = 2000, labels: int = 62) -> Seconds:
    """Heads, pooling, out-of-fold scores, calibration and thresholds: all of training but the features."""
    encoded, annotations = synthetic_rows(rows, labels)
    hyperparameters, everything = Hyperparameters(), np.arange(rows)
    head = Head(id="all", kind="multilabel", labels=tuple(Label(id=f"l{n}", description="x") for n in range(labels)))
    watch = _Stopwatch()
    items = EncodedItems(encoded, everything, everything, everything)
    labelled = Labelled(items, annotations, split_evenly(annotations.positive, FOLDS, 0))
    none = np.zeros(rows, dtype=bool)
    with_phrase = dict.fromkeys(KINDS, none)
    data = TrainingData(
        encoded, labelled, labelled, with_phrase, PhraseItems(items.take(none), (), everything[none]), 1.0, {}, ~none
    )
    lexicon = choose_lexicon(encoded.pieces, hyperparameters.lexical_weight)
    trainer = HeadTrainer(wide_features(encoded, lexicon), (head,), hyperparameters).rotated_for(everything)
    learned = learn_heads(trainer, data, None, lambda done, total: None)  # noqa: ARG005
    tune_decisions(
        Taxonomy(version=1, heads=(head,)),
        learned.out_of_fold,
        hyperparameters.threshold_prior,
        np.ones(labels, dtype=bool),
    )
    return watch.read()


def many_labels(labels: int = 5000, rows: int = 20_000) -> ManyLabels:
    """Thousands of labels on dense features."""
    encoded, annotations = synthetic_rows(rows, labels)
    tracemalloc.start()
    input_bytes = encoded.dense.nbytes + annotations.positive.nbytes + annotations.observed.nbytes
    watch = _Stopwatch()
    linear = fit(learnable(encoded.dense), annotations, Hyperparameters())
    seconds, peak = watch.read(), tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    peak_mb = round((input_bytes + peak) / 1e6, 1)
    return ManyLabels(labels, rows, seconds, peak_mb, _score_ms(linear, encoded.dense[:200]))


def feature_share(encoder_folder: Path, texts: int = 300) -> float:
    """Speed of `encode_all` divided by the speed of the encoder in a plain loop; the best of three.

    Raises BundleError.
    """
    encoder, _ = load_encoder(encoder_folder)
    sentences = [
        f"Hello, my order number {n} has not arrived, and I would like to know where it is." for n in range(texts)
    ]
    encoder.encode(sentences[0])
    shares = []
    for _ in range(3):
        watch = _Stopwatch()
        for text in sentences:
            encoder.encode(text)
        alone = watch.read().processor
        watch = _Stopwatch()
        encode_all(encoder, sentences)
        shares.append(alone / watch.read().processor)
    return round(max(shares), 3)


def _score_ms(linear: Linear, dense: NDArray[np.float32]) -> float:
    """Median time of the exported heads for one item, run as in a function."""
    names = [f"label{number}" for number in range(len(linear.biases))]
    model = OnnxModel(export_heads(linear.as_stored(), names, dense.shape[1], "0" * 12).content)
    times = []
    for row in dense:
        start = time.perf_counter()
        model.run(["logits"], {"dense": row[None]})
        times.append(time.perf_counter() - start)
    return round(float(np.median(times)) * 1000, 3)
