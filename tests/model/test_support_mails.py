"""The sixty mails composed and labelled before the default model was trained: whether they are fit to measure with."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tagging.learning.data.taxonomies.taxonomy_file import read_taxonomy
from tagging.taxonomy.taxonomy import Taxonomy


@pytest.fixture(scope="module")
def taxonomy(root: Path) -> Taxonomy:
    return read_taxonomy(root / "layers/mail_model/taxonomy.yaml")


@pytest.fixture(scope="module")
def mails(root: Path) -> list[dict[str, Any]]:
    lines = (root / "tests/model/support_mails.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_there_are_sixty_different_mails(mails: list[dict[str, Any]]) -> None:
    assert len({mail["id"] for mail in mails}) == len({mail["text"] for mail in mails}) == len(mails) == 60


def test_every_label_holds_for_a_mail_and_is_the_taxonomys(mails: list[dict[str, Any]], taxonomy: Taxonomy) -> None:
    held = Counter(label for mail in mails for label in mail["labels"])
    assert held.keys() == taxonomy.labels.keys()
    assert {label for mail in mails for label in mail.get("unknown", ())} <= taxonomy.labels.keys()
    assert not [mail["id"] for mail in mails if set(mail["labels"]) & set(mail.get("unknown", ()))]


def test_an_exclusive_head_holds_one_label_at_most(mails: list[dict[str, Any]], taxonomy: Taxonomy) -> None:
    for mail in mails:
        acts = [label for label in mail["labels"] if taxonomy.head_of(label) == "speech_act"]
        open_acts = [label for label in mail.get("unknown", ()) if taxonomy.head_of(label) == "speech_act"]
        assert len(acts) <= 1, mail["id"]
        assert not (acts and open_acts), mail["id"]


def test_thanks_and_greetings_have_no_route(mails: list[dict[str, Any]], taxonomy: Taxonomy) -> None:
    closing = [mail for mail in mails if "only_closing" in mail["labels"]]
    assert len(closing) >= 3
    assert [taxonomy.routes(mail["labels"]) for mail in closing] == [()] * len(closing)
