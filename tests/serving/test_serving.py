"""Who serves a batch: pointer, canary, rollback, and every fault of the pointer and of versions."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import Executor, Future
from typing import Any

import pytest

from tagging.item import Item
from tagging.local.emf import read_metrics
from tagging.serving.pointer import Pointer, challenged, promoted, rolled_back
from tagging.serving.serving import REFRESH_S, Serving
from tagging.serving.version_files import files_of, version_id
from tagging.start import load_bundle
from tests.image_bundle import write_image_bundle
from tests.messages import inline
from tests.serving.conftest import BY, Models


def handle(models: Models, *ids: str) -> list[str]:
    return models.harness.handle(*(inline(each, "I lost my card.") for each in ids))


def served(models: Models) -> dict[str, tuple[int, str]]:
    """Generation and heads of each row."""
    return {row.id: (row.revision.generation, row.revision.bundle.heads) for row in models.harness.rows()}


def promote(models: Models, number: int) -> Pointer:
    return models.point(lambda pointer: promoted(pointer, "mail", models.id(number), BY))


def test_without_a_pointer_the_layer_serves_as_generation_0(models: Models) -> None:
    assert handle(models, "a") == []
    assert served(models) == {"a": (0, models.heads(0))}
    assert models.harness.service.serving.faults == ()


def test_a_promotion_serves_the_next_batch(models: Models) -> None:
    models.push(1)
    handle(models, "a")
    promote(models, 1)
    handle(models, "b")
    assert served(models) == {"a": (0, models.heads(0)), "b": (1, models.heads(1))}


def test_a_rollback_serves_the_next_batch_also_to_the_layer(models: Models) -> None:
    models.push(1)
    promote(models, 1)
    handle(models, "a")
    models.point(lambda pointer: rolled_back(pointer, BY))
    handle(models, "b")
    assert served(models) == {"a": (1, models.heads(1)), "b": (2, models.heads(0))}


def test_a_challenger_serves_exactly_its_share(models: Models) -> None:
    models.push(1, 2)
    promote(models, 1)
    pointer = models.point(lambda pointer: challenged(pointer, "mail", models.id(2), 0.4, BY))
    ids = [f"item-{number}" for number in range(40)]
    assert handle(models, *ids) == []
    expected = {each: (2, models.heads(2 if pointer.version_of(each) == models.id(2) else 1)) for each in ids}
    assert served(models) == expected
    assert len(set(expected.values())) == 2


def test_a_batch_uses_one_generation_although_the_pointer_moves_during_it(models: Models) -> None:
    models.push(1)
    moved: list[Pointer] = []

    def read(*given: Any) -> Item:
        if not moved:
            moved.append(promote(models, 1))
        return reader(*given)

    reader = models.harness.service.read
    models.harness = models.harness.having(read=read)
    handle(models, "a", "b", "c")
    assert set(served(models).values()) == {(0, models.heads(0))}
    handle(models, "d")
    assert served(models)["d"] == (1, models.heads(1))


def test_the_pointer_is_read_at_most_once_in_two_seconds_and_versions_once(models: Models) -> None:
    models.push(1)
    promote(models, 1)
    calls: list[str] = []
    models.harness.clients.s3.meta.events.register(
        "before-call.s3.GetObject", lambda params, **_: calls.append(params["url_path"])
    )
    now = [0.0]
    serving = Serving(models.bundles[0], models.store, clock=lambda: now[0])
    models.harness = models.harness.having(serving=serving)
    for batch in range(5):
        handle(models, f"a{batch}")
        now[0] += REFRESH_S / 4
    assert len([each for each in calls if each.endswith("/serving/mail.json")]) == 2
    assert len([each for each in calls if "versions/" in each]) == len(models.files(1))


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
    promote(models, 2)
    promote(models, 1)
    handle(models, "a")
    models.put_raw(content)
    assert handle(models, "b") == []
    assert served(models)["b"] == served(models)["a"] == (2, models.heads(1))
    assert models.harness.service.serving.faults == ("PointerStale",)


def test_a_pointer_that_disappears_leaves_the_last_good_version_serving(models: Models) -> None:
    models.push(1)
    promote(models, 1)
    handle(models, "a")
    models.harness.clients.s3.delete_object(Bucket=models.store.bucket, Key=models.store.pointer_key)
    handle(models, "b")
    assert served(models)["b"] == (1, models.heads(1))
    assert models.harness.service.serving.faults == ("PointerStale",)


def test_an_environment_that_never_read_a_pointer_sends_its_batch_back(models: Models) -> None:
    with models.harness.failing("s3.GetObject", times=9):
        assert handle(models, "a", "b") == ["0", "1"]
    assert models.harness.rows() == []
    assert models.harness.service.serving.faults == ("PointerStale",)
    assert handle(models, "a", "b") == []
    assert models.harness.service.serving.faults == ()


def test_a_pointer_that_does_not_answer_leaves_the_last_good_version_serving(models: Models) -> None:
    class Silent(Executor):
        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            return Future()  # nobody ever sets its result

    serving = Serving(models.bundles[0], models.store, clock=models.clock)
    serving.begin(models.harness.service.threads)()
    assert serving.begin(Silent())().number == 0
    assert serving.faults == ("PointerStale",)


def test_a_champion_that_must_not_be_served_is_replaced_by_the_previous_one(models: Models) -> None:
    models.push(1)
    promote(models, 1)
    files = models.files(2)
    models.store.write_version(models.id(2), files | {"heads.onnx": files["heads.onnx"][:-9] + b"\0" * 9})
    promote(models, 2)
    handle(models, "a")
    assert served(models) == {"a": (2, models.heads(1))}
    assert models.harness.service.serving.faults == ("VersionRefused",)


def test_a_champion_that_is_missing_with_nothing_before_leaves_the_layer_serving(models: Models) -> None:
    promote(models, 1)
    handle(models, "a")
    assert served(models) == {"a": (1, models.heads(0))}
    assert models.harness.service.serving.faults == ("VersionRefused",)


def test_a_challenger_that_must_not_be_served_leaves_its_share_to_the_champion(models: Models) -> None:
    models.push(1)
    promote(models, 1)
    models.point(lambda pointer: challenged(pointer, "mail", models.id(3), 0.9, BY))
    handle(models, *"abcdef")
    assert set(served(models).values()) == {(2, models.heads(1))}
    assert models.harness.service.serving.faults == ("VersionRefused",)


def test_a_champion_for_another_encoder_leaves_the_layer_serving_at_its_generation(
    models: Models, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = load_bundle(write_image_bundle(tmp_path_factory.mktemp("other") / "made")).bundle
    models.store.write_version(version_id(other), files_of(other.folder, other))
    models.point(lambda pointer: promoted(pointer, "mail", version_id(other), BY))
    handle(models, "a")
    assert served(models) == {"a": (1, models.heads(0))}
    assert models.harness.service.serving.faults == ("LayerServes",)


def test_a_version_whose_reading_fails_is_read_again_by_the_next_batch(models: Models) -> None:
    models.push(1)
    handle(models, "a")
    promote(models, 1)
    with models.harness.failing("s3.GetObject", ConnectionError("broken"), times=1):
        handle(models, "b")
    handle(models, "c")
    assert [served(models)[each] for each in "bc"] == [(0, models.heads(0)), (1, models.heads(1))]


def test_only_the_versions_of_the_pointer_stay_in_memory(models: Models) -> None:
    models.push(1, 2, 3)
    for number in (1, 2, 3):
        promote(models, number)
        handle(models, f"a{number}")
    kept = set(models.harness.service.serving._loaded)
    assert kept == {"layer", models.id(0), models.id(2), models.id(3)}


def test_the_layer_itself_as_a_version_needs_no_reading(models: Models) -> None:
    models.point(lambda pointer: promoted(pointer, "mail", models.id(0), BY))
    handle(models, "a")
    assert served(models) == {"a": (1, models.heads(0))}


def test_a_canary_counts_its_items_and_every_log_line_names_its_version(
    models: Models, capsys: pytest.CaptureFixture[str]
) -> None:
    models.push(1)
    models.point(lambda pointer: challenged(pointer, "mail", models.id(1), 0.5, BY))
    capsys.readouterr()
    ids = [str(number) for number in range(20)]
    handle(models, *ids)
    printed = [metric for line in capsys.readouterr().out.splitlines() for metric in read_metrics(line) or ()]
    lines = [json.loads(line) for line in models.harness.logs.getvalue().splitlines()]
    decided = Counter((line["generation"], line["version"]) for line in lines if line["message"] == "tagged")
    heads = Counter(heads for _, heads in served(models).values())
    assert decided == {(1, models.id(number)): heads[models.heads(number)] for number in (0, 1)}
    assert [metric.values for metric in printed if metric.name == "ChallengerItems"] == [(heads[models.heads(1)],)]
