"""Who serves a batch: pointer, canary, rollback, and which versions stay in memory."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from tagging.item import Item
from tagging.local.emf import read_metrics
from tagging.serving.pointer import Pointer, challenged, promoted, rolled_back
from tagging.serving.serving import REFRESH_S, Serving
from tests.messages import inline
from tests.serving.conftest import BY, PATIENT_S, Models


def test_without_a_pointer_the_layer_serves_as_generation_0(models: Models) -> None:
    assert models.handle("a") == []
    assert models.served() == {"a": (0, models.heads(0))}
    assert models.harness.service.serving.faults == ()


def test_a_promotion_serves_the_next_batch(models: Models) -> None:
    models.push(1)
    models.handle("a")
    models.promote(1)
    models.handle("b")
    assert models.served() == {"a": (0, models.heads(0)), "b": (1, models.heads(1))}


def test_a_rollback_serves_the_next_batch_also_to_the_layer(models: Models) -> None:
    models.push(1)
    models.promote(1)
    models.handle("a")
    models.point(lambda pointer: rolled_back(pointer, BY))
    models.handle("b")
    assert models.served() == {"a": (1, models.heads(1)), "b": (2, models.heads(0))}


def test_a_challenger_serves_exactly_its_share(models: Models) -> None:
    models.push(1, 2)
    models.promote(1)
    pointer = models.point(lambda pointer: challenged(pointer, "mail", models.id(2), 0.4, BY))
    ids = [f"item-{number}" for number in range(40)]
    assert models.handle(*ids) == []
    expected = {each: (2, models.heads(2 if pointer.version_of(each) == models.id(2) else 1)) for each in ids}
    assert models.served() == expected
    assert len(set(expected.values())) == 2


def test_a_batch_uses_one_generation_although_the_pointer_moves_during_it(models: Models) -> None:
    models.push(1)
    moved: list[Pointer] = []

    def read(*given: Any) -> Item:
        if not moved:
            moved.append(models.promote(1))
        return reader(*given)

    reader = models.harness.service.read
    models.harness = models.harness.having(read=read)
    models.handle("a", "b", "c")
    assert set(models.served().values()) == {(0, models.heads(0))}
    models.handle("d")
    assert models.served()["d"] == (1, models.heads(1))


def test_the_pointer_is_read_at_most_once_in_two_seconds_and_versions_once(models: Models) -> None:
    models.push(1)
    models.promote(1)
    calls: list[str] = []
    models.harness.clients.s3.meta.events.register(
        "before-call.s3.GetObject", lambda params, **_: calls.append(params["url_path"])
    )
    now = [0.0]
    serving = Serving(models.bundles[0], models.store, clock=lambda: now[0], patience_s=PATIENT_S)
    models.harness = models.harness.having(serving=serving)
    for batch in range(5):
        models.handle(f"a{batch}")
        now[0] += REFRESH_S / 4
    assert len([each for each in calls if each.endswith("/serving/mail.json")]) == 2
    assert len([each for each in calls if "versions/" in each]) == len(models.files(1))


def test_only_the_versions_of_the_pointer_stay_in_memory(models: Models) -> None:
    models.push(1, 2, 3)
    for number in (1, 2, 3):
        models.promote(number)
        models.handle(f"a{number}")
    kept = set(models.harness.service.serving._loaded)
    assert kept == {"layer", models.id(0), models.id(2), models.id(3)}


def test_the_layer_itself_as_a_version_needs_no_reading(models: Models) -> None:
    models.point(lambda pointer: promoted(pointer, "mail", models.id(0), BY))
    models.handle("a")
    assert models.served() == {"a": (1, models.heads(0))}


def test_a_canary_counts_its_items_and_every_log_line_names_its_version(
    models: Models, capsys: pytest.CaptureFixture[str]
) -> None:
    models.push(1)
    models.point(lambda pointer: challenged(pointer, "mail", models.id(1), 0.5, BY))
    capsys.readouterr()
    ids = [str(number) for number in range(20)]
    models.handle(*ids)
    printed = [metric for line in capsys.readouterr().out.splitlines() for metric in read_metrics(line) or ()]
    lines = [json.loads(line) for line in models.harness.logs.getvalue().splitlines()]
    decided = Counter((line["generation"], line["version"]) for line in lines if line["message"] == "tagged")
    heads = Counter(heads for _, heads in models.served().values())
    assert decided == {(1, models.id(number)): heads[models.heads(number)] for number in (0, 1)}
    assert [metric.values for metric in printed if metric.name == "ChallengerItems"] == [(heads[models.heads(1)],)]


def test_a_canary_counts_no_quarantined_item(models: Models, capsys: pytest.CaptureFixture[str]) -> None:
    models.push(1)
    models.point(lambda pointer: challenged(pointer, "mail", models.id(1), 0.99, BY))
    capsys.readouterr()
    assert models.harness.handle(*(inline(str(number), "hello there", heads=["colour"]) for number in range(5))) == []
    printed = [metric.name for line in capsys.readouterr().out.splitlines() for metric in read_metrics(line) or ()]
    assert "Quarantined" in printed
    assert "ChallengerItems" not in printed
