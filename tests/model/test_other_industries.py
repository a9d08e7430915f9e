"""The mails of industries that are in no pack: whether they are fit to check the heads that are always on."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tagging.learning.data.dataset import read_dataset
from tagging.learning.data.rows import Example
from tagging.learning.data.taxonomies.taxonomy_file import read_taxonomy
from tagging.taxonomy.taxonomy import Taxonomy


@pytest.fixture(scope="module")
def taxonomy(root: Path) -> Taxonomy:
    return read_taxonomy(root / "layers/mail_model/taxonomy.yaml").with_packs(())


INDUSTRIES = {
    "other": ("university", "practice", "law", "property", "energy", "charity"),
    "fresh": ("vet", "workshop", "theatre", "gym", "council", "movers"),
}


@pytest.fixture(scope="module", params=INDUSTRIES)
def mail_set(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def mails(root: Path, taxonomy: Taxonomy, mail_set: str) -> tuple[Example, ...]:
    dataset = read_dataset(root / f"tests/model/{mail_set}_industries.jsonl", taxonomy)
    assert not dataset.problems
    return dataset.rows


def test_there_are_ten_mails_of_each_of_six_industries(mails: tuple[Example, ...], mail_set: str) -> None:
    assert len({mail.text for mail in mails}) == 60
    assert Counter(mail.id.split("-")[0] for mail in mails) == dict.fromkeys(INDUSTRIES[mail_set], 10)


def test_they_have_labels_of_the_heads_that_are_always_on_and_each_of_them(
    mails: tuple[Example, ...], taxonomy: Taxonomy
) -> None:
    assert {label for mail in mails for label in mail.labels} == taxonomy.labels.keys()
    assert {label for mail in mails for label in mail.unknown} <= taxonomy.labels.keys()


def test_each_has_one_speech_act_or_leaves_all_of_them_open(mails: tuple[Example, ...], taxonomy: Taxonomy) -> None:
    acts = {label for label in taxonomy.labels if taxonomy.head_of(label) == "speech_act"}
    for mail in mails:
        assert len(mail.labels & acts) == 1 or acts <= mail.unknown, mail.id
