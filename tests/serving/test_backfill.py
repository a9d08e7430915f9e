"""`tagging backfill`: which rows the version that serves would have written otherwise, and that they become so."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tagging.operations.deployment import IntakeRoute
from tagging.operations.reprocessing import Reprocessing
from tests.feature_log.conftest import with_log
from tests.mail_bundle import TAXONOMY, write_mail_bundle
from tests.messages import inline
from tests.serving.conftest import Commands, Models, promote_bad
from tests.serving.test_deciding_again import LOST, THANKS, rows


@pytest.fixture
def stage(models: Models, tagging: Commands, bad: Path, monkeypatch: pytest.MonkeyPatch) -> Models:
    """Generation 1: version 1 decides `before`; 2: a bad one decides `a` and `b`; 3: version 1 again."""
    monkeypatch.setattr("tagging.cli.models.bundles_at_hand", lambda _: [Path(models.folder(0))])
    assert tagging.stage
    models.harness = with_log(models.harness)
    models.push(1)
    models.promote(1)
    models.harness.handle(inline("before", LOST))
    promote_bad(models, bad)
    models.harness.handle(inline("a", LOST), inline("b", THANKS))
    models.promote(1)
    return models


@pytest.fixture
def queue(stage: Models, monkeypatch: pytest.MonkeyPatch) -> str:
    """The queue for reprocessing; its mapping is not simulated, and the test delivers its messages."""
    url = stage.harness.clients.sqs.create_queue(QueueName=uuid.uuid4().hex)["QueueUrl"]
    route = IntakeRoute("mail", stage.harness.bucket, url, url, url, "mapping")
    monkeypatch.setattr("tagging.operations.deployment.Deployment.route_of", lambda *_: route)
    monkeypatch.setattr(Reprocessing, "_set_enabled", lambda one, enabled: setattr(one, "_enabled", enabled))
    return str(url)


def received(stage: Models, queue: str) -> list[str]:
    """The messages of the queue, which they leave."""
    sqs, bodies = stage.harness.clients.sqs, []
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            bodies.append(message["Body"])
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return bodies


def test_a_dry_run_shows_what_would_change_and_changes_nothing(stage: Models, tagging: Commands) -> None:
    before = rows(stage)
    answer = tagging.done("backfill", "--generation", "2", "--dry-run")
    assert (answer["items"], answer["differ"], answer["sent"]) == (2, 2, 0)
    assert answer["labels"]["card"] == {
        "now": 1, "added": 1, "removed": 1, "added_ids": ["a"], "removed_ids": ["b"],
    }  # fmt: skip
    assert rows(stage) == before
    shown = tagging("backfill", "--generation", "2", "--dry-run")
    assert "the version that serves decides 2 of 2 mails otherwise" in " ".join(shown.stdout.split())
    assert "label card" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80


def test_the_rows_of_the_bad_generation_become_those_of_the_version_that_serves(
    stage: Models, tagging: Commands, queue: str
) -> None:
    answer = tagging.done("backfill", "--generation", "2..2")
    assert answer["sent"] == 2
    messages = received(stage, queue)
    assert sorted(json.loads(each)["id"] for each in messages) == ["a", "b"]
    assert stage.harness.handle(*messages) == []
    stage.handle("fresh")
    now = rows(stage)
    assert now["a"].revision.decides_as(now["fresh"].revision)
    again = tagging.done("backfill", "--since", "1h")
    assert (again["items"], again["differ"], again["sent"]) == (4, 0, 0)


@pytest.mark.usefixtures("stage")
def test_all_generations_since_a_time_leave_out_what_is_right(tagging: Commands) -> None:
    answer = tagging.done("backfill", "--since", "1h", "--dry-run")
    assert (answer["items"], answer["differ"]) == (3, 2)


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "say which items: --generation A..B, --since TIME, or both"),
        (["--generation", "x"], "x is no range of generations: write 41..43, or 41"),
        (["--generation", "3..2"], "3..2 ends before it begins: write 2..3"),
        (["--generation", "2..9"], "there are no generations 2..9: mail of stage"),
        (["--generation", "2", "--dry-run", "--wait"], "--dry-run sends nothing to wait for"),
        (["--generation", "2", "--kind", "image"], "stage"),
    ],
)
def test_what_cannot_be_decided_again_is_told_in_one_line(tagging: Commands, words: list[str], message: str) -> None:
    result: Any = tagging("backfill", *words)
    assert result.exit_code in {1, 2}
    assert message in " ".join(result.output.replace("│", " ").split())
    assert "Traceback" not in result.output


@pytest.mark.usefixtures("stage")
def test_a_stage_without_queues_says_so(tagging: Commands) -> None:
    assert "has no queue for mails: deploy it again" in tagging.refused("backfill", "--generation", "2")


def test_labels_that_the_version_that_serves_does_not_have_are_gone(
    stage: Models, tagging: Commands, tmp_path_factory: pytest.TempPathFactory
) -> None:
    topic, *others = TAXONOMY.heads
    praise = replace(topic.labels[0], id="praise", route="marketing")
    other = replace(TAXONOMY, heads=(replace(topic, labels=(praise, *topic.labels[1:])), *others))
    promote_bad(stage, write_mail_bundle(tmp_path_factory.mktemp("other"), taxonomy=other))
    stage.harness.handle(inline("c", LOST))
    stage.promote(1)
    answer = tagging.done("backfill", "--generation", "4", "--dry-run")
    assert (answer["labels"]["praise"]["removed_ids"], answer["labels"]["card"]["added_ids"]) == (["c"], ["c"])
    assert answer["routes"]["banking"]["added_ids"] == ["c"]


def test_items_without_scores_are_never_decided_otherwise_by_other_heads(
    stage: Models, tagging: Commands, bad: Path
) -> None:
    """A text without letters gets no head, and one for an unknown head stays quarantined."""
    promote_bad(stage, bad)
    stage.harness.handle(inline("digits", "12 34 56"), inline("unknown", LOST, heads=["no_such_head"]))
    stage.promote(1)
    answer = tagging.done("backfill", "--generation", "4", "--dry-run")
    assert (answer["items"], answer["differ"]) == (2, 0)
