"""The mails that the default model learns context from, composed of sentences of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.mail_model.mail_composer import POOLS, Sentences
from layers.mail_model.own_mails import mail_rows
from tagging.learning.data.rows import Example
from tagging.learning.data.taxonomies.taxonomy_file import read_taxonomy
from tagging.taxonomy.taxonomy import Taxonomy


@pytest.fixture(scope="module")
def taxonomy(root: Path) -> Taxonomy:
    return read_taxonomy(root / "layers/mail_model/taxonomy.yaml")


@pytest.fixture(scope="module")
def rows(taxonomy: Taxonomy) -> list[Example]:
    return mail_rows(taxonomy)


def test_every_sentence_is_in_one_pool_alone() -> None:
    sentences = Sentences.read()
    pools = [sentences.dealt(pool) for pool in range(POOLS)]
    dealt = [
        text
        for pool in pools
        for part in (pool.by_kind, pool.acts, pool.short, pool.remedies)
        for texts in part.values()
        for text in texts
    ]
    assert len(dealt) == len(set(dealt))


def test_rows_of_different_pools_have_different_texts(rows: list[Example]) -> None:
    groups: dict[str, set[str]] = {}
    for row in rows:
        groups.setdefault(row.text, set()).add(str(row.group))
    assert all(len(of_text) == 1 for of_text in groups.values())
    assert len({row.group for row in rows}) == POOLS


def test_every_pool_has_every_kind_of_sentence() -> None:
    pools = [Sentences.read().dealt(pool) for pool in range(POOLS)]
    assert all(all(part.values()) for pool in pools for part in (pool.by_kind, pool.acts, pool.short, pool.remedies))


def test_slots_are_filled_and_the_rows_are_the_same_each_time(rows: list[Example], taxonomy: Taxonomy) -> None:
    assert not [row.text for row in rows if "<" in row.text]
    assert rows == mail_rows(taxonomy)


def test_a_mail_has_one_speech_act_or_none_and_all_labels_of_packs_are_open_or_none(
    rows: list[Example], taxonomy: Taxonomy
) -> None:
    acts = {label for label in taxonomy.labels if taxonomy.head_of(label) == "speech_act"}
    in_packs = taxonomy.labels.keys() - taxonomy.with_packs(()).labels.keys()
    for row in rows:
        assert len(row.labels & acts) <= 1
        assert row.labels <= taxonomy.labels.keys()
        assert in_packs <= row.unknown or not in_packs & row.unknown
        assert not row.labels & row.unknown
