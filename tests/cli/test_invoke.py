"""`tagging invoke`, run as a person runs it."""

from __future__ import annotations

import json

import pytest
import typer

from tagging.cli.invoke import invoke


def test_json_says_per_event_what_was_answered_and_written(root, capsys):
    cases = [root / "events/tag_mail" / f"{name}.json" for name in ("one_mail", "not_json", "s3_test_event")]
    invoke("tag_mail", cases, as_json=True)
    mail, broken, test_event = map(json.loads, capsys.readouterr().out.splitlines())
    assert mail["event"].endswith("one_mail.json")
    assert mail["answer"] == {"batchItemFailures": []}
    assert mail["fault"] is None
    (row,), (ticket,) = mail["rows"], mail["tickets"]
    assert row["id"] == ticket["id"]
    assert row["ticket"] == "sent"
    assert broken["rows"][0]["revision"]["quarantine"]["reason"] == "not_json"
    assert (test_event["rows"], test_event["tickets"]) == ([], [])
    assert {metric["name"] for metric in mail["metrics"]} >= {"Items", "Tickets", "LabelGiven"}


@pytest.mark.parametrize(
    ("function", "content", "message"),
    [("tag_nothing", "{}", "no function tag_nothing"), ("tag_mail", "not json", "is not JSON")],
)
def test_wrong_use_is_one_clear_line(tmp_path, function, content, message):
    event = tmp_path / "event.json"
    event.write_text(content)
    with pytest.raises(typer.BadParameter, match=message):
        invoke(function, [event])


def test_an_event_that_is_not_there_is_wrong_use(tmp_path):
    with pytest.raises(typer.BadParameter, match="cannot be read"):
        invoke("tag_mail", [tmp_path / "absent.json"])
