"""`mail_heads`: which packs of the mail bundle a stage turns on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.layers import built_taxonomy
from infra.settings import StageError
from infra.stage_file import stage_settings
from layers.runtime.functions import DEPLOYED

MAIL, IMAGE = (next(each for each in DEPLOYED if each.kind == kind) for kind in ("mail", "image"))
HEADS = [
    {"id": "topic", "kind": "multilabel", "labels": [{"id": "bill", "description": "is about a bill"}]},
    {
        "id": "shop",
        "kind": "multilabel",
        "pack": True,
        "labels": [{"id": "theft", "description": "is about theft", "critical": True}],
    },
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "build/layers/mail_model/bundle"
    folder.mkdir(parents=True)
    (folder / "taxonomy.json").write_text(json.dumps({"version": 1, "heads": HEADS}))
    return tmp_path


@pytest.mark.parametrize(
    ("value", "labels"), [((), ["bill"]), ("shop", ["bill", "theft"]), (["all"], ["bill", "theft"])]
)
def test_only_labels_of_packs_that_are_on_have_alarms_and_metrics(project: Path, value: Any, labels: list[str]) -> None:
    settings = stage_settings("dev", {"mail_heads": value})
    assert list(built_taxonomy(project, MAIL, settings).labels) == labels


def test_the_image_function_has_no_packs() -> None:
    settings = stage_settings("dev", {"mail_heads": "shop"})
    assert (settings.packs(MAIL.kind), settings.packs(IMAGE.kind)) == (("shop",), ())


def test_a_pack_that_does_not_exist_stops_the_synthesis_in_one_line(project: Path) -> None:
    with pytest.raises(StageError) as error:
        built_taxonomy(project, MAIL, stage_settings("dev", {"mail_heads": "shops"}))
    assert str(error.value) == "stage dev: mail_heads: there is no pack shops: packs are shop"
