"""Heads that run only where an earlier head gave a label, and heads asked for by name."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagging.image.decoder import decode_image
from tagging.item import Image
from tagging.model.label_set import LabelSet
from tagging.model.labelling import run_heads
from tagging.model.tagger import Tagger
from tagging.quarantine import Quarantined
from tests.image_bundle import SIZE, TAXONOMY, image


def decoded(kind: str, above: int = 60, left: int = 40) -> Image:
    return decode_image(image(kind, above=above, left=left), SIZE)


def told(found: LabelSet) -> list[str]:
    return [label.id for label in found.labels]


def test_a_head_runs_only_where_its_label_was_given(image_tagger: Tagger) -> None:
    found = image_tagger.tag(decoded("garment"))
    assert told(found) == ["garment", "light_top", "light_left"]
    assert list(found.scores) == ["garment", "grocery", "other", "light_top", "light_left", "dark"]
    assert list(image_tagger.tag(decoded("other")).scores) == ["garment", "grocery", "other", "dark"]


def test_conditions_follow_one_another(image_tagger: Tagger) -> None:
    found = image_tagger.tag(decoded("grocery", above=-40, left=-40))
    assert told(found) == ["grocery", "ripe", "sugary"]
    unripe = image_tagger.tag(decoded("grocery", above=40, left=-40))
    assert told(unripe) == ["grocery"]
    assert "ripe" in unripe.scores
    assert "sugary" not in unripe.scores


@pytest.mark.parametrize(
    ("kind", "heads", "scores"),
    [
        ("grocery", ["sweet"], ["sugary"]),
        ("grocery", ["sweet", "exposure"], ["sugary", "dark"]),
        ("garment", ["sweet"], []),
        ("garment", ["garment_tags"], ["light_top", "light_left"]),
        ("garment", ["kind"], ["garment", "grocery", "other"]),
    ],
)
def test_heads_asked_for_run_what_they_wait_for_and_tell_only_of_themselves(
    image_tagger: Tagger, kind: str, heads: list[str], scores: list[str]
) -> None:
    item = decoded(kind, above=-40, left=-40)
    found = image_tagger.tag(item, heads)
    assert list(found.scores) == scores
    assert {label.head for label in found.labels} <= set(heads)
    everything = image_tagger.tag(item)
    assert dict(found.scores) == {label: everything.scores[label] for label in scores}


def test_asking_for_all_heads_is_asking_for_none(image_tagger: Tagger) -> None:
    item = decoded("garment")
    assert image_tagger.tag(item, [head.id for head in TAXONOMY.heads]) == image_tagger.tag(item)


@given(
    logits=st.lists(st.floats(-30, 30), min_size=8, max_size=8),
    heads=st.sets(st.sampled_from([head.id for head in TAXONOMY.heads])),
)
def test_whatever_is_asked_for_says_the_same_as_asking_for_everything(
    image_tagger: Tagger, logits: list[float], heads: set[str]
) -> None:
    scores, holding = run_heads(np.array(logits), image_tagger.bundle)
    some, of_them = run_heads(np.array(logits), image_tagger.bundle, heads)
    assert some == {label: score for label, score in scores.items() if TAXONOMY.head_of(label) in heads}
    assert of_them == [label for label in holding if TAXONOMY.head_of(label) in heads]
    for head in TAXONOMY.heads:
        ran = head.when is None or head.when in holding
        assert all((label.id in scores) == ran for label in head.labels)


def test_a_head_that_does_not_exist_is_an_error_for_images_too(image_tagger: Tagger) -> None:
    with pytest.raises(Quarantined, match="no head colour"):
        image_tagger.tag(decoded("garment"), ["colour"])


def test_labels_of_images_have_no_evidence(image_tagger: Tagger) -> None:
    assert all(label.evidence is None for label in image_tagger.tag(decoded("garment")).labels)


def test_no_condition_holds_for_an_item_unlike_the_training_data(image_tagger: Tagger) -> None:
    logits, version = image_tagger.predict(image_tagger.encode(decoded("garment"))).logits, image_tagger.bundle
    assert "garment" in run_heads(logits, version)[1]
    scores, holding = run_heads(logits, version, unlike=True)
    assert "garment" not in holding  # of exclusive labels, one always has a high score
    assert list(scores) == ["garment", "grocery", "other", "dark"]
    assert run_heads(logits, version, ["garment_tags"], unlike=True) == ({}, [])
