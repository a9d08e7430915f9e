"""The mails of industries that are in no pack: whether they are fit to check the heads that are always on."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from layers.mail_model.industries import MAIL_SETS
from tagging.learning.data.dataset import read_dataset
from tagging.learning.data.rows import Example
from tagging.learning.data.taxonomies.taxonomy_file import read_taxonomy
from tagging.taxonomy.taxonomy import Taxonomy


@pytest.fixture(scope="module")
def taxonomy(root: Path) -> Taxonomy:
    return read_taxonomy(root / "layers/mail_model/taxonomy.yaml").with_packs(())


INDUSTRIES = {
    "dev": ("driving", "optician", "newspaper", "coworking", "kitchens", "language", "laundry", "sailing"),
    "first": ("university", "practice", "law", "property", "energy", "charity"),
    "fresh": ("vet", "workshop", "theatre", "gym", "council", "movers"),
}
MAILS_OF_EACH = {"dev": 9, "first": 10, "fresh": 10}


@pytest.fixture(scope="module", params=INDUSTRIES)
def mail_set(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def mails(taxonomy: Taxonomy, mail_set: str) -> tuple[Example, ...]:
    dataset = read_dataset(MAIL_SETS[mail_set], taxonomy)
    assert not dataset.problems
    return dataset.rows


def test_there_are_as_many_mails_of_each_industry_and_sixty_or_more(mails: tuple[Example, ...], mail_set: str) -> None:
    assert len({mail.text for mail in mails}) == len(mails) >= 60
    industries = dict.fromkeys(INDUSTRIES[mail_set], MAILS_OF_EACH[mail_set])
    assert Counter(mail.id.split("-")[0] for mail in mails) == industries


def test_they_have_labels_of_the_heads_that_are_always_on_and_each_of_them(
    mails: tuple[Example, ...], taxonomy: Taxonomy
) -> None:
    assert {label for mail in mails for label in mail.labels} == taxonomy.labels.keys()
    assert {label for mail in mails for label in mail.unknown} <= taxonomy.labels.keys()


def test_each_has_one_speech_act_or_leaves_all_of_them_open(mails: tuple[Example, ...], taxonomy: Taxonomy) -> None:
    acts = {label for label in taxonomy.labels if taxonomy.head_of(label) == "speech_act"}
    for mail in mails:
        assert len(mail.labels & acts) == 1 or acts <= mail.unknown, mail.id
