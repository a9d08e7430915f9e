"""The tiny bundle of tests/model, rows for it, and observations written by hand for figures worked out by hand."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from tagging.learning.data.rows import Example
from tagging.learning.evaluation.predictions import PredictionSet
from tagging.model.label_set import AssignedLabel, LabelSet
from tagging.model.manifest import checksum_of, sha256
from tagging.model.tagger import Tagger
from tagging.start import load_bundle
from tests.model.conftest import SHOPS, make_tiny_bundle, tiny_bundle

__all__ = ["make_tiny_bundle", "tiny_bundle"]

SAID = {
    "The parcel that the {} sent is late again.": ["late"],
    "Your {} sent me a broken vase.": ["broken"],
    "I am furious with this terrible {}!": ["angry"],
    "I am delighted, what a wonderful {}.": ["happy"],
    "Can I speak to somebody at the {}?": ["wants_person"],
    "The parcel from the {} is late. The vase in it arrived broken.": ["late", "broken"],
    "The {} has a green door.": [],
}


@pytest.fixture(scope="session")
def tiny(tiny_bundle: Path) -> Tagger:
    return load_bundle(tiny_bundle)


@pytest.fixture(scope="session")
def rows_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """42 rows that the tiny bundle has not learned from."""
    path = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    rows = [
        {
            "id": f"{number}-{shop}",
            "text": text.format(shop),
            "labels": labels,
            "group": shop,
            "source": f"s{number % 2}",
        }
        for number, (text, labels) in enumerate(SAID.items())
        for shop in SHOPS
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def with_critical(tiny_bundle: Path, tmp_path: Path) -> Callable[[str], Path]:
    """A copy of the tiny bundle in which a label is critical."""

    def copy(label: str) -> Path:
        folder = tmp_path / f"critical-{label}"
        shutil.copytree(tiny_bundle, folder)
        taxonomy = json.loads((folder / "taxonomy.json").read_text())
        for head in taxonomy["heads"]:
            for one in head["labels"]:
                one["critical"] = one["id"] == label
        (folder / "taxonomy.json").write_text(json.dumps(taxonomy))
        return signed_again(folder)

    return copy


@pytest.fixture
def learned_from(tiny_bundle: Path, tmp_path: Path) -> Callable[[Path], Path]:
    """A copy of the tiny bundle whose manifest names a file as what it learned from."""

    def copy(rows: Path) -> Path:
        folder = tmp_path / "learned"
        shutil.copytree(tiny_bundle, folder)
        return signed_again(folder, data={"file": rows.name, "sha256": sha256(rows.read_bytes())})

    return copy


def signed_again(folder: Path, **about: object) -> Path:
    """The bundle with the checksums of what was changed in it."""
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["taxonomy.json"] = sha256((folder / "taxonomy.json").read_bytes())
    manifest["about"] |= about
    manifest["checksum"] = checksum_of(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def by_hand(
    tagger: Tagger,
    rows: Sequence[Example],
    scores: np.ndarray,
    given: np.ndarray | None = None,
    review: Sequence[int] = (),
) -> PredictionSet:
    """What a tagger that gives these scores [rows, labels] would say; labels are given from 0.5 or as `given` says."""
    labels = list(tagger.bundle.taxonomy.labels)
    given = scores >= 0.5 if given is None else given
    label_sets = tuple(
        LabelSet(
            labels=tuple(
                AssignedLabel(label, tagger.bundle.taxonomy.head_of(label), float(scores[row, column]), None)
                for column, label in enumerate(labels)
                if given[row, column]
            ),
            scores={label: float(scores[row, column]) for column, label in enumerate(labels)},
            review_reasons=("near_threshold",) if row in review else (),
            bundle=tagger.bundle.version,
        )
        for row in range(len(rows))
    )
    size = len(rows)
    return PredictionSet(tagger, tuple(rows), label_sets, np.full(size, 0.005), np.ones(size, dtype=bool), {})


def made_rows(tagger: Tagger, yes: np.ndarray, unknown: np.ndarray | None = None) -> list[Example]:
    """Rows with these answers [rows, labels]."""
    labels = list(tagger.bundle.taxonomy.labels)

    def named(cells: np.ndarray) -> frozenset[str]:
        return frozenset(label for label, marked in zip(labels, cells, strict=True) if marked)

    open_cells = np.zeros_like(yes) if unknown is None else unknown
    return [
        Example(f"r{number}", f"text {number}", named(cells), named(open_))
        for number, (cells, open_) in enumerate(zip(yes, open_cells, strict=True))
    ]
