"""A tiny real bundle with all three kinds of heads, learned here from made-up rows on the shipped encoder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.quality.independent_heads import train_heads
from tagging.learning.data.rows import Example, annotations_of
from tagging.learning.features.features import encode_all
from tagging.learning.heads.heads_file import export_heads
from tagging.learning.heads.logistic import Hyperparameters
from tagging.learning.training.bundle_folder import BundleContents, write_bundle
from tagging.model.encoder_files import load_encoder
from tagging.model.manifest import Aggregate, Decision
from tagging.taxonomy.taxonomy import Head, Label, Taxonomy

SHOPS = ("bakery", "bike shop", "book shop", "florist", "tailor", "toy shop")
TAXONOMY = Taxonomy(
    version=1,
    heads=(
        Head(
            id="topic",
            kind="multilabel",
            labels=(
                Label(id="late", description="something is late", route="shipping"),
                Label(id="broken", description="something is broken", route="repairs"),
            ),
        ),
        Head(
            id="mood",
            kind="multiclass",
            labels=(Label(id="angry", description="is angry"), Label(id="happy", description="is happy")),
        ),
        Head(id="person", kind="binary", labels=(Label(id="wants_person", description="wants a person"),)),
    ),
)


def made_up_rows() -> list[Example]:
    """36 rows: each of six sentences about each of six shops."""
    said = {
        "My parcel from the {} is late.": {"late"},
        "The vase from the {} arrived broken.": {"broken"},
        "The {} is terrible, I am furious.": {"angry"},
        "What a wonderful {}, I am delighted.": {"happy"},
        "Let me speak to somebody at the {}.": {"wants_person"},
        "The {} is next to the station.": set(),
    }
    return [
        Example(f"{number}-{shop}", sentence.format(shop), frozenset(labels))
        for number, (sentence, labels) in enumerate(said.items())
        for shop in SHOPS
    ]


@pytest.fixture(scope="session")
def make_tiny_bundle(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Aggregate], Path]:
    """Write the tiny bundle with the given aggregate to a new folder."""
    folder = root / "layers/mail_model/bundle/encoder"
    encoder, version = load_encoder(folder)
    rows, labels = made_up_rows(), list(TAXONOMY.labels)
    encoded = encode_all(encoder, [row.text for row in rows])
    trained = train_heads(encoded, annotations_of(rows, labels), Hyperparameters())

    def make(aggregate: Aggregate) -> Path:
        contents = BundleContents(
            encoder=folder,
            encoder_version=version,
            heads=export_heads(trained.linear, labels, encoded.dense.shape[1], version),
            lexicon=trained.lexicon,
            taxonomy=TAXONOMY,
            decisions={label: Decision(threshold=0.6) for label in labels},
            statistics={"rows": len(rows)},
            about={"data": "made up"},
            aggregate=aggregate,
        )
        out = tmp_path_factory.mktemp("bundle") / aggregate
        write_bundle(out, contents, [row.text for row in rows])
        return out

    return make


@pytest.fixture(scope="session")
def tiny_bundle(make_tiny_bundle: Callable[[Aggregate], Path]) -> Path:
    return make_tiny_bundle("sentences")
