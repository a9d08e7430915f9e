"""`tagging invoke`, run as a person runs it."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from tagging.cli.main import app
from tagging.local import cloud
from tests.project_template import project_template


def invoke(*words):
    return CliRunner().invoke(app, ["invoke", *map(str, words)])


@pytest.fixture
def tiny_images(root, image_bundle, monkeypatch):
    template = project_template(root, image_bundle)
    monkeypatch.setattr(cloud, "synthesise", lambda _: template)


@pytest.mark.usefixtures("tiny_images")
def test_json_has_the_answer_and_the_rows_of_each_event(root):
    done = invoke("tag_mail", *(root / f"events/tag_mail/{name}.json" for name in ("one_mail", "not_json")), "--json")
    assert done.exit_code == 0, done.output
    item, broken = map(json.loads, done.stdout.splitlines())
    assert item["event"].endswith("tag_mail/one_mail.json")
    assert {metric["name"] for metric in item["metrics"]} >= {"Items", "Tickets", "LabelGiven"}
    check_good(item)
    assert broken["rows"][0]["revision"]["quarantine"]["reason"] == "not_json"


def check_good(item):
    """An event of one item that opens a ticket."""
    assert item["answer"] == {"batchItemFailures": []}
    assert item["fault"] is None
    (row,), (ticket,) = item["rows"], item["tickets"]
    assert row["id"] == ticket["id"]
    assert row["ticket"] == "sent"


@pytest.mark.usefixtures("tiny_images")
def test_the_probe_runs_beside_the_functions_that_tag_what_it_puts(root):
    scheduled = root / "events/probe/scheduled.json"
    done = invoke("probe", scheduled, scheduled, "--json")
    assert done.exit_code == 0, done.output
    for each in map(json.loads, done.stdout.splitlines()):
        assert each["answer"] == {"put": ["mail", "image"]}, "the second run fails if the first one's did not arrive"
        assert {(row["kind"], row["probe"], row["ticket"]) for row in each["rows"]} == {
            ("mail", True, "none"),
            ("image", True, "none"),
        }
        assert (each["tickets"], each["metrics"]) == ([], [])


def test_only_the_hourly_function_runs_on_a_local_cloud_that_runs(root, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    refused = invoke("tag_mail", root / "events/learn/hour.json", "--stage", "local")
    assert refused.exit_code == 2
    assert "--stage local is for learn" in refused.stderr


@pytest.mark.parametrize(
    ("function", "content", "message"),
    [("tag_nothing", "{}", "no function tag_nothing"), ("tag_mail", "not json", "is not JSON")],
)
def test_wrong_use_is_one_clear_line(tmp_path, function, content, message):
    event = tmp_path / "event.json"
    event.write_text(content)
    done = invoke(function, event)
    assert done.exit_code == 2
    assert message in " ".join(done.stderr.replace("│", " ").split())


def test_a_missing_event_file_is_wrong_use(tmp_path):
    done = invoke("tag_mail", tmp_path / "absent.json")
    assert done.exit_code == 2
    assert "cannot be read" in " ".join(done.stderr.replace("│", " ").split())


@pytest.mark.usefixtures("tiny_images")
def test_an_event_that_cannot_be_read_or_is_very_deep_is_one_line_and_the_next_ones_run(root, tmp_path):
    deep, no_json, deepest = (tmp_path / name for name in ("deep.json", "no\njson.json", "deepest.json"))
    body = '{"a":' * 900 + "1" + "}" * 900
    record = {"messageId": "m0", "body": body, "eventSource": "aws:sqs"}
    deep.write_text(json.dumps({"Records": [record]}))
    no_json.write_text("not json")
    deepest.write_text('{"a":' * 100_000)
    images = [root / f"events/tag_image/{name}.json" for name in ("duplicate", "text_called_jpg", "s3_test_event")]
    done = invoke("tag_image", no_json, deep, deepest, *images, "--json")
    assert done.exit_code == 1
    first, second, third, item, broken, test_event = map(json.loads, done.stdout.splitlines())
    assert first["fault"]["type"] == third["fault"]["type"] == "NotJson"
    assert second["rows"][0]["revision"]["quarantine"]["reason"] == "not_ours"
    check_good(item)
    assert broken["rows"][0]["revision"]["quarantine"]["reason"] == "not_an_image"
    assert (test_event["rows"], test_event["tickets"]) == ([], [])
    assert test_event["answer"] == {"batchItemFailures": []}


def test_a_line_break_in_a_files_name_is_shown_as_its_escape(root, tmp_path):
    no_json = tmp_path / "no\njson.json"
    no_json.write_text("not json")
    shown = invoke("learn", no_json, root / "events/learn/hour.json").stdout
    assert "no\\njson.json" in shown.replace("\n", "")
