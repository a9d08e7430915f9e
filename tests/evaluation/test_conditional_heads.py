"""What evaluation makes of a label that was not asked, because its head waits for another label."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from tagging.learning.data.rows import Example
from tagging.learning.evaluation.evaluation import evaluate_predictions
from tagging.learning.evaluation.predictions import predict_rows
from tagging.model.tagger import Tagger
from tagging.taxonomy.taxonomy import Head, Taxonomy


def waiting_for(tagger: Tagger, label: str) -> Tagger:
    """The tiny bundle, its last head asked only where `label` was given."""
    *others, person = tagger.bundle.taxonomy.heads
    heads = (*others, msgspec.convert(msgspec.to_builtins(person) | {"when": label}, Head))
    return Tagger(replace(tagger.bundle, taxonomy=Taxonomy(version=1, heads=heads)))


@pytest.mark.parametrize(("label", "asked"), [("angry", True), ("happy", False)])
def test_a_label_that_was_not_asked_is_not_given_and_ranks_last(tiny: Tagger, label: str, asked: bool) -> None:
    text = "I am furious with this terrible florist! Can I speak to somebody at the florist?"
    rows = [
        Example("a", text, frozenset({"angry", "wants_person"})),
        Example("b", "The florist is late.", frozenset({"late"})),
    ]
    predictions = predict_rows(waiting_for(tiny, label), rows)
    column = predictions.labels.index("wants_person")
    assert ("wants_person" in predictions.label_sets[0].scores) == asked
    assert bool(predictions.predicted[0, column]) == asked
    assert (predictions.scores[0, column] > 0) == asked
    (one,) = [each for each in evaluate_predictions(predictions).labels if each.id == "wants_person"]
    assert (one.support, one.true_positives) == (1, int(asked))
