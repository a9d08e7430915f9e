"""Packs: heads of one industry, which run only where they are turned on."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tagging.model.bundle import BundleError
from tagging.start import load_bundle
from tagging.taxonomy.taxonomy import Taxonomy, UnknownPack

LABELS = [{"id": "late", "description": "is late"}, {"id": "soon", "description": "is soon"}]
HEADS = [
    {"id": "topic", "kind": "multilabel", "labels": [{"id": "bill", "description": "is about a bill"}]},
    {"id": "speed", "kind": "multiclass", "pack": True, "labels": LABELS},
    {"id": "why", "kind": "binary", "when": "late", "labels": [{"id": "snow", "description": "is about snow"}]},
    {"id": "shop", "kind": "multilabel", "pack": True, "labels": [{"id": "cart", "description": "is about a cart"}]},
]
TAXONOMY = msgspec.convert({"version": 1, "heads": HEADS}, Taxonomy)


@pytest.mark.parametrize(
    ("packs", "heads"),
    [
        ((), ["topic"]),
        (("shop",), ["topic", "shop"]),
        (("speed",), ["topic", "speed", "why"]),
        (("all",), ["topic", "speed", "why", "shop"]),
    ],
)
def test_heads_run_if_they_are_always_on_or_turned_on_and_their_condition_can_hold(
    packs: tuple[str, ...], heads: list[str]
) -> None:
    assert [head.id for head in TAXONOMY.with_packs(packs).heads] == heads


def test_a_taxonomy_without_packs_is_always_on_as_a_whole() -> None:
    taxonomy = TAXONOMY.with_packs(())
    assert taxonomy.with_packs(("all",)) is taxonomy


@pytest.mark.parametrize(
    ("pack", "message"),
    [
        ("shops", "there is no pack shops: packs are speed, shop"),
        ("topic", "head topic is always on: packs are speed, shop"),
    ],
)
def test_a_pack_that_does_not_exist_is_refused_with_those_that_do(pack: str, message: str) -> None:
    with pytest.raises(UnknownPack) as error:
        TAXONOMY.with_packs([pack])
    assert str(error.value) == message


def test_each_choice_of_packs_is_a_version_of_its_own(root: Path) -> None:
    folder = root / "layers/mail_model/bundle"
    versions = [load_bundle(folder, packs=packs).bundle.version for packs in ((), ("money",), ("money", "shop"))]
    assert len({version.thresholds for version in versions}) == 3
    assert len({(version.encoder, version.heads) for version in versions}) == 1
    assert load_bundle(folder, packs=("shop", "money")).bundle.version == versions[2]


def test_a_bundle_names_its_packs_to_who_asks_for_another(root: Path) -> None:
    with pytest.raises(BundleError, match=r"there is no pack fish: packs are money, shop.*; name one of them, or none"):
        load_bundle(root / "layers/mail_model/bundle", packs=["fish"])
