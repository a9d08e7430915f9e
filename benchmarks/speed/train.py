"""How long training takes and how much memory: made-up features of the shipped size, so that no data set is needed."""

from __future__ import annotations

import time
import tracemalloc
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tagging.learning.calibration import decide
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
from tagging.learning.numeric import Answers, deal
from tagging.learning.training import KINDS, PARTS, Spoken, TrainingData, learn_heads
from tagging.model import OnnxModel, load_encoder
from tagging.taxonomy import Head, Label, Taxonomy

DIMENSION = 1152
PIECES = 3000
"""Word pieces that made-up texts are written in."""
LENGTH = 12
"""Word pieces in a made-up text."""


@dataclass(frozen=True)
class Seconds:
    """Wall-clock and processor time of one thing."""

    wall: float
    processor: float


@dataclass(frozen=True)
class ManyLabels:
    """What thousands of labels cost, dense features alone."""

    labels: int
    rows: int
    fit: Seconds
    peak_mb: float
    """Most memory that Python and numpy held at once while fitting, features and answers included."""
    score_ms: float
    """Scoring one item: the median of many."""


class _Watch:
    """Measures from its making to `read`."""

    def __init__(self) -> None:
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def read(self) -> Seconds:
        return Seconds(round(time.perf_counter() - self._wall, 3), round(time.process_time() - self._processor, 3))


def made_up(rows: int, labels: int, seed: int = 0) -> tuple[Encoded, Answers]:
    """Texts that hold two labels each on the average, told by their dense features and by their words."""
    random = np.random.default_rng(seed)
    yes = random.random((rows, labels)) < min(0.5, 2 / labels)
    directions = random.normal(size=(labels, DIMENSION)).astype(np.float32) / np.sqrt(DIMENSION)
    dense = yes.astype(np.float32) @ directions + random.normal(size=(rows, DIMENSION)).astype(np.float32) * 0.02
    dense *= np.sqrt(3) / np.linalg.norm(dense, axis=1, keepdims=True)
    frequent = random.zipf(1.3, size=(rows, LENGTH)) % PIECES
    words = [[f"w{word}" for word in row] for row in frequent]
    for row, label in zip(*np.nonzero(yes), strict=True):
        words[row].append(f"label{label}")
    return Encoded(dense.astype(np.float32), tuple(map(tuple, words))), Answers(yes, np.ones_like(yes))


def fit_seconds(rows: int = 2000, labels: int = 62) -> Seconds:
    """Heads on features that are there, regularisation fixed."""
    encoded, answers = made_up(rows, labels)
    recipe = Hyperparameters()
    features = encoded.features(choose_lexicon(encoded.pieces, recipe.lexical_weight))
    watch = _Watch()
    fit(learnable(features), answers, recipe)
    return watch.read()


def tuned_seconds(rows: int = 2000, labels: int = 62) -> Seconds:
    """Heads, the way of hearing, scores out of fold, calibration and thresholds: all of training but the features."""
    encoded, answers = made_up(rows, labels)
    recipe, everything = Hyperparameters(), np.arange(rows)
    head = Head(id="all", kind="multilabel", labels=tuple(Label(id=f"l{n}", description="x") for n in range(labels)))
    watch = _Watch()
    items = EncodedItems(encoded, everything, everything, everything)
    labelled = Labelled(items, answers, deal(answers.yes, PARTS, 0))
    none = np.zeros(rows, dtype=bool)
    having = dict.fromkeys(KINDS, none)
    data = TrainingData(encoded, labelled, labelled, having, Spoken(items.take(none), (), everything[none]), 1.0, {})
    lexicon = choose_lexicon(encoded.pieces, recipe.lexical_weight)
    learner = HeadTrainer(wide_features(encoded, lexicon), (head,), recipe).turning(everything)
    learned = learn_heads(learner, data, None, lambda done, total: None)  # noqa: ARG005  # nobody watches
    decide(Taxonomy(version=1, heads=(head,)), learned.trials, recipe.threshold_prior, np.ones(labels, dtype=bool))
    return watch.read()


def many_labels(labels: int = 5000, rows: int = 20_000) -> ManyLabels:
    """Thousands of labels on dense features."""
    encoded, answers = made_up(rows, labels)
    tracemalloc.start()
    held = encoded.dense.nbytes + answers.yes.nbytes + answers.known.nbytes
    watch = _Watch()
    linear = fit(learnable(encoded.dense), answers, Hyperparameters())
    seconds, peak = watch.read(), tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return ManyLabels(labels, rows, seconds, round((held + peak) / 1e6, 1), _score_ms(linear, encoded.dense[:200]))


def feature_share(encoder_folder: Path, texts: int = 300) -> float:
    """Texts a second through `encode_all` over texts a second through the encoder's own loop; the better of three.

    Raises BundleError.
    """
    encoder, _ = load_encoder(encoder_folder)
    said = [f"Hello, my order number {n} has not arrived and I would like to know where it is." for n in range(texts)]
    encoder.encode(said[0])
    shares = []
    for _ in range(3):
        watch = _Watch()
        for text in said:
            encoder.encode(text)
        alone = watch.read().processor
        watch = _Watch()
        encode_all(encoder, said)
        shares.append(alone / watch.read().processor)
    return round(max(shares), 3)


def _score_ms(linear: Linear, dense: NDArray[np.float32]) -> float:
    """Median time of the exported heads for one item, run as they are served."""
    names = [f"label{number}" for number in range(len(linear.biases))]
    model = OnnxModel(export_heads(linear.as_stored(), names, dense.shape[1], "0" * 12).content)
    taken = []
    for row in dense:
        begun = time.perf_counter()
        model.run(["logits"], {"dense": row[None]})
        taken.append(time.perf_counter() - begun)
    return round(float(np.median(taken)) * 1000, 3)
