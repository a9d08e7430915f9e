"""Three incidents, each mended by following its runbook step by step."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tagging.local.clock import Clock
from tagging.local.cloud import LocalCloud
from tagging.store.row import Row
from tests.operate.follower import Follower
from tests.operate.on_cloud import Run, delivering, intake_url, take
from tests.operate.releases import Releases
from tests.service_harness import MAIL, THANKS
from tests.soak.faulty_proxy import FaultyProxy

MAILS = {"lost_card.eml": MAIL, "thanks.eml": THANKS}
"""The first makes a ticket, the second none."""


@pytest.fixture(scope="module")
def running_cloud(root: Path) -> Iterator[LocalCloud]:
    """A stack of its own: dead letters that earlier tests have in flight come back, and are counted."""
    with LocalCloud.start(root, clock=Clock(240), functions=["tag_mail"]) as cloud:
        cloud.wait_ready()
        yield cloud


@pytest.fixture
def releases(cloud: LocalCloud, tmp_path: Path) -> Iterator[Releases]:
    opened = Releases(cloud, tmp_path)
    yield opened
    opened.forget()


@pytest.fixture
def follower(releases: Releases, run: Run) -> Follower:
    opened = Follower(releases, run)
    opened.read_names()
    return opened


def arrive(cloud: LocalCloud, mails: dict[str, bytes]) -> None:
    for key, data in mails.items():
        cloud.put("tag_mail", key, data)


def by_key(cloud: LocalCloud) -> dict[str, Row]:
    return {row.source["key"]: row for row in cloud.rows()}


def nothing_was_lost(cloud: LocalCloud) -> bool:
    """Every mail has its row and the due ticket went out once; nothing waits anywhere."""
    rows = by_key(cloud)
    assert {key: (row.ticket, row.revision.quarantine) for key, row in rows.items()} == {
        "lost_card.eml": ("sent", None),
        "thanks.eml": ("none", None),
    }
    assert [ticket["id"] for ticket in cloud.tickets()] == [rows["lost_card.eml"].id]
    return not cloud.dead_letters() and not take(cloud, intake_url(cloud))


def roll_back(follower: Follower) -> None:
    """Do what the runbooks say of it: the version before the newest becomes the one that is fed."""
    steps = follower.follow("README.md#roll-back")
    *_, before, newest = (version for version, _ in next(steps).shown)
    follower.names["VERSION"] = before
    assert next(steps).shown["FunctionVersion"] == before != newest


def test_poison_mails_are_quarantined_at_once_and_a_wrong_quarantine_is_retried(
    cloud: LocalCloud, releases: Releases, follower: Follower
) -> None:
    releases.release(OBJECT_BYTES="1024")  # a version that takes no mail over 1 KB, which is wrong
    arrive(cloud, {"empty.eml": b"From: a@example.org\r\n\r\n", "long.eml": MAIL + b" Please." * 200})
    batches: list[int] = []
    releases.deliver(batches.append)
    assert sum(batches) == 2  # each was delivered once
    assert (cloud.dead_letters(), take(cloud, intake_url(cloud))) == ([], [])

    steps = follower.follow("items.md#quarantine", "Checks")
    listed = next(steps)
    assert listed.exit_code == 0
    found = dict(re.findall(r"\b([0-9a-f]{32}) (\w+)", listed.shown))
    assert sorted(found.values()) == ["empty", "too_large"]
    (wrong,) = (item for item, reason in found.items() if reason == "too_large")
    follower.names |= {"ITEM_ID": wrong, "REASON": "too_large"}
    shown = next(steps)
    assert shown.exit_code == 0
    assert "long.eml" in shown.shown
    assert f"tagging quarantine retry {wrong}" in shown.shown

    roll_back(follower)
    steps = follower.follow("items.md#quarantine", "Mitigation")
    dry = next(steps)
    with delivering(releases.deliver):  # the command waits until the item is tagged
        sent = next(steps)
    assert (dry.exit_code, sent.exit_code) == (0, 0)
    assert "1 to be sent, 0 not" in dry.shown
    assert "1 sent to be tagged again, 0 not" in sent.shown
    rows = by_key(cloud)
    assert rows["empty.eml"].revision.quarantine is not None
    assert (rows["long.eml"].revision.quarantine, rows["long.eml"].ticket) == (None, "sent")
    assert [ticket["id"] for ticket in cloud.tickets()] == [wrong]


def test_a_missing_permission_of_the_table_is_named_and_restored(
    cloud: LocalCloud, releases: Releases, follower: Follower
) -> None:
    role = FaultyProxy(cloud.endpoint, share=0.0)
    role.denied = {"PutItem"}
    follower.revert_drift = role.denied.clear
    try:
        releases.release(AWS_ENDPOINT_URL_DYNAMODB=role.endpoint)
        arrive(cloud, MAILS)
        batches: list[int] = []
        releases.deliver(batches.append)
        assert sum(batches) == 2 * 5  # each failed five times

        mails, tickets, corrections, log = follower.follow("queues.md#dead-letters", "Checks")
        assert (mails.shown, tickets.shown) == ("tag_mail: about 2 dead letters", "tickets: about 0 dead letters")
        assert corrections.shown == "correct: about 0 dead letters"
        again, waiting, _ = follower.follow("objectives.md#available", "Checks")
        assert waiting.shown["Attributes"]["ApproximateNumberOfMessages"] == "2"
        assert log.shown == again.shown
        lines = [json.loads(line) for line in log.shown]
        assert {line["error"] for line in lines} == {"AccessDeniedException"}
        assert all("put:" in line["where"] and line["item"] for line in lines)
        assert by_key(cloud) == {}

        steps = follower.follow("objectives.md#available", "Mitigation")
        assert [next(steps).words[2] for _ in range(2)] == ["drift", "deploy"]
        redriven = next(steps)
        assert redriven.exit_code == 0
        assert "2 moved back to their queue" in redriven.shown
        releases.deliver()
        reconciled = next(steps)
        assert (reconciled.exit_code, reconciled.shown) == (0, "2 object versions, 0 without a row")
        assert nothing_was_lost(cloud)
    finally:
        role.stop()


def test_a_damaged_bundle_is_named_and_the_previous_version_is_served_again(
    cloud: LocalCloud, releases: Releases, follower: Follower, root: Path, tmp_path: Path
) -> None:
    damaged = tmp_path / "bundle"
    shutil.copytree(root / "layers/mail_model/bundle", damaged)
    heads = bytearray((damaged / "heads.onnx").read_bytes())
    heads[len(heads) // 2] ^= 1
    (damaged / "heads.onnx").write_bytes(heads)
    releases.release(BUNDLE=str(damaged))
    arrive(cloud, MAILS)
    releases.deliver()
    assert (len(cloud.dead_letters()), by_key(cloud)) == (2, {})

    said, alias, configuration = follower.follow("functions.md#errors", "Checks")
    assert any("BundleError" in line and "heads.onnx" in line and "checksum" in line for line in said.shown)
    assert alias.shown["FunctionVersion"] == "2"
    assert len(configuration.shown) == 4
    assert next(follower.follow("queues.md#dead-letters", "Checks")).shown == "tag_mail: about 2 dead letters"

    roll_back(follower)
    *_, redriven = follower.follow("functions.md#errors", "Mitigation")
    assert (redriven.words[:2], redriven.exit_code) == (("tagging", "redrive"), 0)
    releases.deliver()
    assert nothing_was_lost(cloud)
    assert next(follower.follow("queues.md#dead-letters", "Checks")).shown == "tag_mail: about 0 dead letters"
