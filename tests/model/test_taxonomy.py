"""Taxonomies that hold together, and those that do not."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from msgspec import ValidationError

from tagging.learning.data.taxonomies.taxonomy_file import read_taxonomy
from tagging.model.tagger import Tagger
from tagging.taxonomy.taxonomy import Taxonomy

TWO = {
    "version": 1,
    "heads": [
        {
            "id": "a",
            "kind": "multilabel",
            "labels": [{"id": "refund", "description": "money back", "route": "harness"}],
        },
        {
            "id": "b",
            "kind": "multilabel",
            "labels": [
                {"id": "card", "description": "a card", "route": "cards"},
                {"id": "thank", "description": "thanks"},
            ],
        },
    ],
}


def test_labels_keep_the_order_of_the_file_over_all_heads() -> None:
    taxonomy = msgspec.convert(TWO, Taxonomy)
    assert list(taxonomy.labels) == ["refund", "card", "thank"]
    assert taxonomy.head_of("card") == "b"


def test_routes_are_sorted_and_each_named_once() -> None:
    taxonomy = msgspec.convert(TWO, Taxonomy)
    assert taxonomy.routes(["refund", "thank", "card", "refund"]) == ("cards", "harness")
    assert taxonomy.routes(["thank"]) == ()


def test_an_unknown_label_has_no_head() -> None:
    with pytest.raises(KeyError):
        msgspec.convert(TWO, Taxonomy).head_of("nothing")


def label(name: str, **more: object) -> dict[str, object]:
    return {"id": name, "description": name} | more


@pytest.mark.parametrize(
    ("heads", "said"),
    [
        ([{"id": "a", "kind": "binary", "labels": [label("x"), label("y")]}], "exactly one label"),
        ([{"id": "a", "kind": "multiclass", "labels": [label("x")]}], "at least two labels"),
        (
            [{"id": "a", "kind": "ordinal", "labels": [label("x")]}],
            "head kind 'ordinal' is unknown; known kinds: multilabel, multiclass, binary",
        ),
        ([{"id": "a", "kind": "multilabel", "labels": [label("x"), label("x")]}], "more than once: x"),
        (
            [{"id": "a", "kind": "multilabel", "labels": [label("x", parent="y")]}],
            "label x: its parent does not exist: y",
        ),
        (
            [{"id": "a", "kind": "multilabel", "labels": [label("Not An Id")]}],
            r"matching regex .* at `\$\.heads\[0\]\.labels\[0\]\.id`",
        ),
        ([{"id": "a", "kind": "multilabel", "labels": [label("x", goal={})]}], "exactly one of"),
        ([{"id": "a", "kind": "multilabel", "labels": []}], "length >= 1"),
        ([], "length >= 1"),
    ],
)
def test_a_taxonomy_that_does_not_hold_together_says_why(heads: list[object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        msgspec.convert({"version": 1, "heads": heads}, Taxonomy)


def test_what_ships_is_what_the_yaml_file_says(root: Path, tagger: Tagger) -> None:
    written = read_taxonomy(root / "layers/mail_model/taxonomy.yaml")
    assert tagger.bundle.taxonomy == written
