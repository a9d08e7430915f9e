"""Heads learned from texts: features and n-grams, descriptions that teach, and the way mails are heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tagging.learning.data import Row
from tagging.learning.features import Encoded, choose_lexicon, encode_all
from tagging.learning.heads import HeadTrainer, Hyperparameters, description_prior, only_asked, wide_features
from tagging.learning.training.mail_training import learn_heads
from tagging.learning.training.phrases import BY_HALF, KINDS
from tagging.learning.training.request import CHECKED, Progress, TrainingResult, TrainRequest
from tagging.learning.training.training_data import TrainingData, gather
from tagging.model import load_encoder
from tagging.taxonomy import Taxonomy

MOST_GOLDEN = 2000
"""Training rows that may be asked to be golden texts, where no text of the taxonomy's can be one."""


def train_texts(request: TrainRequest, taxonomy: Taxonomy, progress: Progress) -> TrainingResult:
    """Heads for the labels of `taxonomy`. Raises DataError and BundleError as `train_bundle` does."""
    recipe = request.recipe or Hyperparameters()
    encoder, version = load_encoder(request.encoder)

    def encode(texts: Sequence[str]) -> Encoded:
        return encode_all(encoder, texts, request.cache, version, lambda d, t: progress("features", d, t))

    data = _asked(gather(request.rows, taxonomy, request.seed, encode, examples=request.descriptions), taxonomy)
    prior = description_prior(encoder, list(taxonomy.labels.values())) if request.descriptions else None
    pieces = [data.encoded.pieces[text] for text in data.rows.items.texts()]
    lexicon = choose_lexicon([*pieces, *(prior.pieces if prior else ())], recipe.lexical_weight)
    learner = HeadTrainer(
        features=wide_features(data.encoded, lexicon),
        heads=taxonomy.heads,
        recipe=recipe,
        directions=prior.directions(lexicon) if prior else None,
    ).turning(np.concatenate([data.rows.items.texts(), data.phrases.items.texts()]))
    learned = learn_heads(learner, data, request.aggregate, lambda done, total: progress("heads", done, total))
    sentences = np.percentile(data.trials.items.counts, (10, 50, 90))
    return TrainingResult(
        linear=learned.linear,
        trials=learned.trials,
        answers=data.rows.answers,
        recipe=recipe,
        choice=learned.choice,
        lexicon=lexicon,
        encoder_version=version,
        dense=data.encoded.dense.shape[1],
        checked=data.encoded.take(data.rows.items.whole[:CHECKED]).features(lexicon),
        golden=_golden_candidates(taxonomy, request.rows),
        skipped=data.skipped,
        composed=data.composed,
        statistics={"sentences": {"p10": sentences[0], "p50": sentences[1], "p90": sentences[2]}},
    )


def _asked(data: TrainingData, taxonomy: Taxonomy) -> TrainingData:
    if not any(head.when for head in taxonomy.heads):
        return data
    rows, trials = (replace(part, answers=only_asked(part.answers, taxonomy)) for part in (data.rows, data.trials))
    return replace(data, rows=rows, trials=trials)


def _golden_candidates(taxonomy: Taxonomy, rows: Sequence[Row]) -> list[str]:
    """Texts that are nobody's mail first: a bundle goes to more places than its training rows."""
    labels = taxonomy.labels.values()
    phrases = [phrase for half in BY_HALF.values() for kind in KINDS for phrase in half.of(kind)]
    own = [text for label in labels for text in (*label.examples, label.description)]
    return [*own, *phrases, *(row.text for row in rows[:MOST_GOLDEN])]
