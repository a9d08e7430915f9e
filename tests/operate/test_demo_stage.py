"""`tagging demo --stage`: items are put into a stage's buckets, and their rows awaited."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tagging.cli.main import app
from tagging.local.cloud import LocalCloud
from tests.operate.on_cloud import Run, delivering

MAILS = ("empty.eml", "gmail_alternative.eml")


@pytest.fixture
def mails(root: Path, tmp_path: Path) -> Path:
    for name in MAILS:
        shutil.copy(root / "events/mails" / name, tmp_path)
    return tmp_path


def test_mails_sent_through_a_stage_are_printed_with_their_labels_and_tickets(
    cloud: LocalCloud, run: Run, mails: Path
) -> None:
    with delivering(cloud.deliver_until_idle):
        result = run("demo", "--mail", str(mails), "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    empty, card = document["items"]
    assert [empty["source"], card["source"]] == list(MAILS)
    assert empty["quarantine"]["reason"] == "empty"
    assert "lost_or_stolen" in card["labels"]
    assert [ticket["id"] for ticket in document["tickets"]] == [card["id"]]
    assert {row["id"] for row in document["rows"]} == {empty["id"], card["id"]}


def test_a_mail_that_is_not_tagged_in_time_fails_the_command(
    run: Run, mails: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tagging.cli.send.PATIENCE_S", 0.1)
    result = run("demo", "--mail", str(mails))
    assert result.exit_code == 1
    assert "not tagged" in result.stdout
    assert "2 mails  0 rows" in result.stdout


def test_nothing_is_sent_through_a_deployed_stage_before_somebody_says_yes(mails: Path) -> None:
    result = CliRunner().invoke(app, ["demo", "--mail", str(mails), "--stage", "prod"], input="n\n")
    assert result.exit_code == 1
    assert "put 2 items into the buckets of stage prod?" in result.stderr
    assert "nothing was sent" in result.stderr
