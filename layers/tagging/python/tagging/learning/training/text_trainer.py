"""Heads learned from texts: features and n-grams, label descriptions as a prior, and the pooling of sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tagging.learning.data import Example, words_of
from tagging.learning.features import Encoded, encode_all, load_background
from tagging.learning.heads import (
    HeadTrainer,
    SimilarityPrior,
    conditioned_annotations,
    description_prior,
    hyperparameters_for,
    label_directions,
    wide_features,
)
from tagging.learning.training.mail_training import learn_heads
from tagging.learning.training.phrases import BY_HALF, KINDS
from tagging.learning.training.reference import reference_of, sentences_outside
from tagging.learning.training.request import CHECKED, Progress, TrainingResult, TrainRequest
from tagging.learning.training.training_data import TrainingData, prepare_training_data
from tagging.model import Aggregate, load_encoder
from tagging.taxonomy import Taxonomy


def train_texts(request: TrainRequest, taxonomy: Taxonomy, progress: Progress) -> TrainingResult:
    """Heads for the labels of `taxonomy`. Raises DataError and BundleError as `train_bundle` does."""
    encoder, version = load_encoder(request.encoder)
    hyperparameters = request.hyperparameters or hyperparameters_for(encoder.languages)

    def encode(texts: Sequence[str]) -> Encoded:
        return encode_all(encoder, texts, request.cache, version, lambda d, t: progress("features", d, t))

    data = _conditioned(
        prepare_training_data(request.rows, taxonomy, request.seed, encode, examples=request.descriptions), taxonomy
    )
    background = outside = None
    if request.background is not None:
        background = load_background(request.background, encode, version).without(request.background_without)
        data = data.with_background(background)
        outside = None if data.background is None else sentences_outside(background, data.background)
    similarity = None
    if background is not None and request.descriptions:
        over = background.items.encoded.dense[background.items.full_texts]
        similarity = SimilarityPrior(label_directions(encoder, list(taxonomy.labels.values())), over)
    prior = description_prior(encoder, list(taxonomy.labels.values())) if request.descriptions else None
    lexicon = data.rows.items.lexicon(
        hyperparameters.lexical_weight,
        prior.pieces if prior else (),
        background.items_with if background else None,
    )
    features = wide_features(data.encoded, lexicon)
    trainer = HeadTrainer(
        features=features if background is None else features.stacked(background.wide_features(lexicon)),
        heads=taxonomy.heads,
        hyperparameters=hyperparameters,
        directions=prior.directions(lexicon) if prior else None,
        similarity=similarity,
    ).rotated_for(data.learned_texts(taxonomy.heads))
    reference = reference_of(data, "sentences", request.seed, outside)
    aggregate = request.aggregate or scored_pooling(request.rows)
    learned = learn_heads(trainer, data, aggregate, lambda done, total: progress("heads", done, total), reference)
    if learned.choice.pooling.aggregate == "whole":
        reference = reference_of(data, "whole", request.seed)
    sentences = np.percentile(data.held_out.items.counts, (10, 50, 90))
    return TrainingResult(
        linear=learned.linear,
        out_of_fold=learned.out_of_fold,
        annotations=data.rows.annotations,
        hyperparameters=hyperparameters,
        choice=learned.choice,
        lexicon=lexicon,
        encoder_version=version,
        dense=data.encoded.dense.shape[1],
        checked=data.encoded.take(data.rows.items.full_texts[:CHECKED]).features(lexicon),
        golden=golden_candidates(taxonomy),
        skipped=data.skipped,
        composed=data.composed,
        reference=None if reference is None else reference.reference,
        statistics={"sentences": {"p10": sentences[0], "p50": sentences[1], "p90": sentences[2]}},
    )


def scored_pooling(rows: Sequence[Example]) -> Aggregate | None:
    """The only pooling for which all texts of logged items were scored; None where any can be chosen."""
    logged = [row.features for row in rows if row.features]
    if any(not features.has_full_text for features in logged):
        return "sentences"
    return "whole" if any(not features.sentences for features in logged) else None


def _conditioned(data: TrainingData, taxonomy: Taxonomy) -> TrainingData:
    if not any(head.when for head in taxonomy.heads):
        return data
    rows, held_out = (
        replace(part, annotations=conditioned_annotations(part.annotations, taxonomy))
        for part in (data.rows, data.held_out)
    )
    return replace(data, rows=rows, held_out=held_out)


def golden_candidates(taxonomy: Taxonomy) -> list[str]:
    """Candidates for golden texts: the taxonomy's, then phrases of ours. No customer's words: bundles travel far."""
    labels = taxonomy.labels.values()
    phrases = [phrase for half in BY_HALF.values() for kind in KINDS for phrase in half.of(kind)]
    own = [text for label in labels for text in (*label.examples, label.description, words_of(label.id))]
    return [*own, *phrases, *(f"{greeting}\n\n{text}" for greeting in BY_HALF["training"].greeting for text in own)]
