"""Shadows predict every item on the same features, and nothing else depends on them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from msgspec.structs import replace

from tagging.model.tagger import Tagger
from tagging.serving.model_store import ModelStore
from tagging.serving.pointer import Pointer
from tests.feature_log.conftest import with_log
from tests.feature_log.test_writer import batch_of
from tests.serving.conftest import Models


def shadowed(models: Models, *numbers: int) -> Pointer:
    """Let these versions be shadows of the champion."""
    models.push(1, *numbers)
    models.promote(1)
    shadows = tuple(models.id(number) for number in numbers)
    return models.point(lambda pointer: replace(pointer, generation=pointer.generation + 1, shadows=shadows))


def test_the_log_has_the_logits_of_the_champion_and_of_its_shadow(models: Models) -> None:
    models.harness = with_log(models.harness)
    shadowed(models, 2)
    assert models.handle("a") == []
    (entry,) = batch_of(models.harness, models.harness.row()).entries
    assert [each.version for each in entry.predictions] == [models.id(1), models.id(2)]
    assert [bool(each.peaks) for each in entry.predictions] == [True, False]
    assert models.served() == {"a": (2, models.heads(1))}


def test_a_shadow_that_fails_on_an_item_is_counted_and_not_asked_again(
    models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    shadowed(models, 2)
    asked: list[str] = []
    predict = Tagger.predict

    def failing(tagger: Tagger, features: Any) -> Any:
        if tagger.bundle.version.heads == models.heads(2):
            asked.append("shadow")
            raise ValueError("injected")
        return predict(tagger, features)

    models.handle("loaded")
    monkeypatch.setattr(Tagger, "predict", failing)
    assert models.handle("a", "b") == []
    assert models.handle("c") == []
    assert asked == ["shadow"]
    assert set(models.served().values()) == {(2, models.heads(1))}
    assert models.harness.service.serving.faults == ("ShadowRefused",)


def test_a_shadow_that_s3_does_not_give_is_loaded_with_the_next_reading_and_nothing_goes_back(
    models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    shadowed(models, 2)
    read, missed = ModelStore.read_version, []

    def failing(store: ModelStore, version: str) -> Any:
        if version == models.id(2) and not missed:
            missed.append(version)
            raise EndpointConnectionError(endpoint_url="https://aws.invalid")
        return read(store, version)

    monkeypatch.setattr(ModelStore, "read_version", failing)
    assert models.handle("a") == []
    assert models.harness.service.serving.faults == ("ShadowRefused",)
    assert models.handle("b") == []
    assert models.harness.service.serving.faults == ()
