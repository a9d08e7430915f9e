"""`tagging compare --live`: what a shadow would change of the items that it scored beside the champion."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagging.serving.version_files import version_prefix
from tests.feature_log.conftest import with_log
from tests.serving.conftest import Commands, Models


@pytest.fixture
def logged(models: Models, tagging: Commands, monkeypatch: pytest.MonkeyPatch) -> Models:
    """The stage with a feature log."""
    monkeypatch.setattr("tagging.cli.models.bundles_at_hand", lambda _: [Path(models.folder(0))])
    assert tagging.stage
    models.harness = with_log(models.harness)
    return models


def live(tagging: Commands, *words: str) -> dict[str, object]:
    """What `compare --live` prints."""
    return tagging.done("compare", *words, "--live", "--kind", "mail")


def test_the_items_that_a_shadow_scored_are_compared_and_the_others_counted(logged: Models, tagging: Commands) -> None:
    never_card = tagging.done("thresholds", "set", "card", "1")["version"]
    logged.handle("early")
    tagging.change("promote", never_card, "--shadow")
    key = version_prefix("mail", never_card) + "heads.onnx"
    s3, bucket = logged.harness.clients.s3, logged.store.bucket
    heads = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    s3.delete_object(Bucket=bucket, Key=key)
    logged.handle("lost")
    s3.put_object(Bucket=bucket, Key=key, Body=heads)
    logged.push(1)
    tagging.change("promote", logged.id(1), "--shadow")
    logged.handle("a", "b")

    answer = live(tagging, never_card)
    assert (answer["champion"], answer["shadow"]) == (logged.id(0), never_card)
    assert (answer["items"], answer["changed"]) == (2, 2)
    assert answer["labels"]["card"] == {"now": 2, "added": 0, "removed": 2, "added_ids": [], "removed_ids": ["a", "b"]}
    assert (answer["routes"]["banking"]["removed"], answer["tickets"]["removed"]) == (2, 0)  # tickets for a review
    assert (answer["unscored"], answer["unscored_ids"], answer["earlier"]) == (1, ["lost"], 1)

    foretold = tagging.done("what-if", never_card)
    assert foretold["labels"]["card"]["removed"] == 4
    alike = live(tagging, logged.id(1))
    assert (alike["items"], alike["changed"], alike["earlier"]) == (2, 0, 2)


def test_the_table_fits_a_terminal_and_names_items(logged: Models, tagging: Commands) -> None:
    never_card = tagging.done("thresholds", "set", "card", "1")["version"]
    tagging.change("promote", never_card, "--shadow")
    logged.handle("a")
    done = tagging("compare", "--live")
    assert done.exit_code == 0, done.output
    for part in (f"shadow {never_card} beside {logged.id(0)}", "1 of 1", "label card", "route banking", "-a"):
        assert part in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_what_cannot_be_compared_is_refused_in_one_line(logged: Models, tagging: Commands) -> None:
    assert "there is no shadow" in tagging.refused("compare", "--live")
    logged.push(1, 2, 3)
    logged.handle("early")
    tagging.change("promote", logged.id(1), "--shadow")
    assert "it has 1 that it did not score" in tagging.refused("compare", "--live")
    assert f"{logged.id(3)} is no shadow" in tagging.refused("compare", "--live", logged.id(3))
    tagging.change("promote", logged.id(2), "--shadow")
    assert "name one of them" in tagging.refused("compare", "--live")
    assert tagging("compare", "--live", logged.id(1), "bundle").exit_code == 2
    assert tagging("compare", logged.id(1)).exit_code == 2
