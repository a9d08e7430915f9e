"""Every fault of the pointer and of versions: who serves then, and what is counted."""

from __future__ import annotations

import json
from concurrent.futures import Executor, Future
from typing import Any

import pytest

from tagging.aws import ClientError
from tagging.serving.pointer import challenged, promoted
from tagging.serving.serving import Serving
from tagging.serving.version_files import files_of, version_id
from tagging.start import load_bundle
from tests.image_bundle import write_image_bundle
from tests.serving.conftest import BY, Models

PROMOTED: dict[str, Any] = {"schema": "tagging.pointer/1", "kind": "mail", "by": "x", "at": "2026-01-01", "why": "x"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no json",
        json.dumps(PROMOTED | {"generation": 9, "champion": "latest"}).encode(),
        json.dumps(PROMOTED | {"generation": 1, "champion": "layer"}).encode(),  # goes back
        json.dumps(PROMOTED | {"kind": "image", "generation": 9, "champion": "layer"}).encode(),
    ],
)
def test_a_pointer_that_is_wrong_leaves_the_last_good_version_serving(models: Models, content: bytes) -> None:
    models.push(1, 2)
    models.promote(2)
    models.promote(1)
    models.handle("a")
    models.put_raw(content)
    assert models.handle("b") == []
    assert models.served()["b"] == models.served()["a"] == (2, models.heads(1))
    assert models.harness.service.serving.faults == ("PointerStale",)


@pytest.mark.parametrize("code", ["AccessDenied", "InternalError", "SlowDown"])
def test_a_pointer_that_cannot_be_read_leaves_the_last_good_version_serving(models: Models, code: str) -> None:
    models.push(1)
    models.promote(1)
    models.handle("a")
    with models.harness.failing("s3.GetObject", ClientError({"Error": {"Code": code}}, "GetObject")):
        assert models.handle("b") == []
    assert models.harness.service.serving.faults == ("PointerStale",)
    models.handle("c")
    assert set(models.served().values()) == {(1, models.heads(1))}
    assert models.harness.service.serving.faults == ()


def test_a_pointer_that_disappears_leaves_the_last_good_version_serving(models: Models) -> None:
    models.push(1)
    models.promote(1)
    models.handle("a")
    models.harness.clients.s3.delete_object(Bucket=models.store.bucket, Key=models.store.pointer_key)
    models.handle("b")
    assert models.served()["b"] == (1, models.heads(1))
    assert models.harness.service.serving.faults == ("PointerStale",)


def test_an_environment_that_never_read_a_pointer_sends_its_batch_back(models: Models) -> None:
    with models.harness.failing("s3.GetObject", times=9):
        assert models.handle("a", "b") == ["0", "1"]
    assert models.harness.rows() == []
    assert models.harness.service.serving.faults == ("PointerStale",)
    assert models.handle("a", "b") == []
    assert models.harness.service.serving.faults == ()


def test_a_pointer_that_does_not_answer_leaves_the_last_good_version_serving(models: Models) -> None:
    nobody, never = Future[None](), Future[None]()
    nobody.set_result(None)  # there is no pointer

    class Reading(Executor):
        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            return readings.pop(0)

    readings = [nobody, never]
    serving = Serving(models.bundles[0], models.store, clock=models.clock, patience_s=0.05)
    assert serving.begin(Reading())().number == 0
    assert serving.faults == ()
    assert serving.begin(Reading())().number == 0
    assert serving.faults == ("PointerStale",)


def test_a_champion_that_must_not_be_served_is_replaced_by_the_previous_one(models: Models) -> None:
    models.push(1)
    models.promote(1)
    files = models.files(2)
    models.store.write_version(models.id(2), files | {"heads.onnx": files["heads.onnx"][:-9] + b"\0" * 9})
    models.promote(2)
    models.handle("a")
    assert models.served() == {"a": (2, models.heads(1))}
    assert models.harness.service.serving.faults == ("VersionRefused",)


def test_a_champion_that_is_missing_with_nothing_before_leaves_the_layer_serving(models: Models) -> None:
    models.promote(1)
    models.handle("a")
    assert models.served() == {"a": (1, models.heads(0))}
    assert models.harness.service.serving.faults == ("VersionRefused",)


def test_a_challenger_that_must_not_be_served_leaves_its_share_to_the_champion(models: Models) -> None:
    models.push(1)
    models.promote(1)
    models.point(lambda pointer: challenged(pointer, "mail", models.id(3), 0.9, BY))
    models.handle(*"abcdef")
    assert set(models.served().values()) == {(2, models.heads(1))}
    assert models.harness.service.serving.faults == ("VersionRefused",)


def test_a_champion_for_another_encoder_leaves_the_layer_serving_at_its_generation(
    models: Models, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = load_bundle(write_image_bundle(tmp_path_factory.mktemp("other") / "made")).bundle
    models.store.write_version(version_id(other), files_of(other.folder, other))
    models.point(lambda pointer: promoted(pointer, "mail", version_id(other), BY))
    models.handle("a")
    assert models.served() == {"a": (1, models.heads(0))}
    assert models.harness.service.serving.faults == ("LayerServes",)


def test_a_version_whose_reading_fails_is_read_again_by_the_next_batch(models: Models) -> None:
    models.push(1)
    models.handle("a")
    models.promote(1)
    with models.harness.failing("s3.GetObject", ConnectionError("broken"), times=1):
        models.handle("b")
    models.handle("c")
    assert [models.served()[each] for each in "bc"] == [(0, models.heads(0)), (1, models.heads(1))]
