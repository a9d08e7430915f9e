"""Shadows predict every item on the same features, and nothing else depends on them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from msgspec.structs import replace

from tagging.local.emf import read_metrics
from tagging.model.tagger import Tagger
from tagging.serving.model_store import ModelStore
from tagging.serving.pointer import Pointer, challenged
from tagging.serving.pointer import shadowed as shadowed_by
from tagging.serving.version_files import files_of, version_id
from tagging.start import load_bundle
from tests.feature_log.conftest import with_log
from tests.feature_log.test_writer import batch_of
from tests.mail_bundle import TAXONOMY, write_mail_bundle
from tests.messages import inline
from tests.serving.conftest import BY, Models


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


def flips(
    models: Models, capsys: pytest.CaptureFixture[str], text: str, *ids: str, heads: list[str] | None = None
) -> dict[str, float]:
    """The metric `ShadowFlips` of a batch of these texts, by label."""
    capsys.readouterr()
    assert models.harness.handle(*(inline(each, text, heads=heads) for each in ids)) == []
    printed = [metric for line in capsys.readouterr().out.splitlines() for metric in read_metrics(line) or ()]
    return {dict(metric.dimensions)["label"]: sum(metric.values) for metric in printed if metric.name == "ShadowFlips"}


@pytest.fixture
def exchanged(models: Models, tmp_path: Path) -> Pointer:
    """The layer serves; its shadow takes `angry`, a critical label, for `card` and the reverse."""
    topic, person = TAXONOMY.heads
    card, angry, thanks = topic.labels
    labels = (replace(angry, critical=True), card, thanks)
    taxonomy = replace(TAXONOMY, heads=(replace(topic, labels=labels), person))
    bundle = load_bundle(write_mail_bundle(tmp_path / "made", taxonomy=taxonomy)).bundle
    models.store.write_version(version_id(bundle), files_of(Path(bundle.folder), bundle))
    return models.point(lambda pointer: shadowed_by(pointer, "mail", version_id(bundle), BY))


@pytest.mark.usefixtures("exchanged")
def test_flips_of_critical_labels_are_counted_once_for_each_written_row(
    models: Models, capsys: pytest.CaptureFixture[str]
) -> None:
    assert flips(models, capsys, "I am angry.", "a", "b") == {"angry": 2.0}
    assert flips(models, capsys, "I am angry.", "a") == {}  # delivered again
    assert flips(models, capsys, "I lost my card.", "c") == {"angry": 1.0}
    assert flips(models, capsys, "Thank you.", "d") == {}
    assert flips(models, capsys, "Angry about my card.", "e") == {}
    assert flips(models, capsys, "I am angry.", "f", heads=["person"]) == {}
    assert flips(models, capsys, "I am angry.", "g", heads=["topic"]) == {"angry": 1.0}


def test_items_that_a_challenger_decides_are_not_compared(
    models: Models, exchanged: Pointer, capsys: pytest.CaptureFixture[str]
) -> None:
    models.push(1)
    pointer = models.point(lambda pointer: challenged(pointer, "mail", models.id(1), 0.5, BY))
    assert pointer.shadows == exchanged.shadows
    ids = [str(number) for number in range(20)]
    by_champion = [each for each in ids if pointer.version_of(each) == "layer"]
    assert 0 < len(by_champion) < len(ids)
    assert flips(models, capsys, "I am angry.", *ids) == {"angry": float(len(by_champion))}


@pytest.mark.usefixtures("exchanged")
def test_a_fault_in_counting_flips_is_counted_and_sends_nothing_back(
    models: Models, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: Any) -> Any:
        raise ValueError("injected")

    monkeypatch.setattr("tagging.feature_log.shadow_flips.assign_many", failing)
    assert flips(models, capsys, "I am angry.", "a") == {}
    assert models.harness.service.serving.faults == ("ShadowRefused",)
