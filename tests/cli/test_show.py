"""`tagging show` on a real table: the row of an id, of an object, and what is not there."""

from __future__ import annotations

import functools
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tagging.local.moto_server import CHILD_ENVIRONMENT
from tests.cli.in_process import tagging
from tests.service.test_malware_gate import scan_result
from tests.service.test_review_reasons import LEFT_OUT, reading
from tests.service_harness import THANKS, ServiceHarness

Show = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def show(moto: str, harness: ServiceHarness, monkeypatch: pytest.MonkeyPatch) -> Show:
    for name, value in {**CHILD_ENVIRONMENT, "AWS_ENDPOINT_URL": moto}.items():
        monkeypatch.setenv(name, value)
    return functools.partial(tagging, "show", "--table", harness.service.table.name)


def test_an_item_is_shown_by_id_and_by_object(show: Show, harness: ServiceHarness) -> None:
    version = harness.put("a b.eml")
    stored = {"key": "a+b.eml", "size": 10, "eTag": "e", "versionId": version, "sequencer": "01"}
    s3 = {"bucket": {"name": harness.bucket}, "object": stored}
    harness.handle(json.dumps({"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": s3}]}))
    row = harness.row()
    for named in (row.id, f"s3://{harness.bucket}/a b.eml", f"s3://{harness.bucket}/a b.eml?versionId={version}"):
        done = show(named, "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["id"] == row.id
    output = show(row.id).stdout
    assert "ticket" in output
    assert "sent" in output
    assert "revision 1" in output


def test_spam_by_ses_s_verdict_is_shown_as_such(show: Show, harness: ServiceHarness, root: Path) -> None:
    for name in ("spam", "forged_verdicts"):
        version = harness.put(name, (root / f"events/mails/{name}.eml").read_bytes())
        harness.handle(harness.event(name, version))
    rows = {row.source["key"]: row for row in harness.rows()}
    assert json.loads(show(rows["spam"].id, "--json").stdout)["spam"] is True
    assert "by SES's verdict" in show(rows["spam"].id).stdout
    assert "by SES's verdict" not in show(rows["forged_verdicts"].id).stdout


def test_an_upload_behind_the_malware_gate_is_shown_by_its_object(show: Show, harness: ServiceHarness) -> None:
    version = harness.put("a b.eml")
    harness.handle(json.dumps(scan_result(harness, "a b.eml", version, "NO_THREATS_FOUND")))
    done = show(f"s3://{harness.bucket}/a b.eml", "--json")
    assert json.loads(done.stdout)["id"] == harness.row().id


def test_why_an_item_is_reviewed_and_what_was_left_out_is_shown(show: Show, harness: ServiceHarness) -> None:
    reading(harness, left_out=LEFT_OUT).handle(harness.event("a", harness.put("a", THANKS)))
    row = harness.row()
    document = json.loads(show(row.id, "--json").stdout)["revision"]
    assert document["review_reasons"] == ["text_cut", "unread_part", "charset_guess"]
    assert document["left_out"] == row.revision.left_out
    shown = " ".join(show(row.id).stdout.split())
    assert "review: text_cut, unread_part, charset_guess" in shown
    assert "left out: quote 1,357, signature 44, unread_part 1, undecoded 2" in shown


@pytest.mark.parametrize("named", ["no-such-id", "s3://bucket/no-such-key"])
def test_an_item_without_a_row_exits_1_with_one_line(show: Show, named: str) -> None:
    done = show(named)
    assert done.returncode == 1
    assert done.stderr.strip() == f"tagging show: no row for {named}"


def test_a_missing_table_is_named(show: Show) -> None:
    done = show("id", "--table", "nowhere")
    assert done.returncode == 1
    assert done.stderr.strip() == "tagging show: table nowhere cannot be read: ResourceNotFoundException"
