"""`tagging demo`, run as a person runs it."""

from __future__ import annotations

import json
import mailbox
import shutil

import pytest
import typer
from rich.console import Console
from rich.progress import Progress

from tagging.cli.demo import demo, document
from tagging.cli.demo_run import find_mails, run_demo
from tagging.cli.demo_view import show_run

MAILS = ("empty.eml", "gmail_alternative.eml", "thanks_only.eml")


@pytest.fixture(scope="module")
def mails(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("mails")
    for name in MAILS:
        shutil.copy(root / "events/mails" / name, folder)
    return folder


@pytest.fixture(scope="module")
def run(root, mails):
    with Progress(disable=True) as bar:
        return run_demo(root, find_mails(mails), bar)


def test_json_says_of_every_mail_what_became_of_it(run):
    told = json.loads(json.dumps(document(run)))
    empty, card, thanks = told["items"]
    assert [item["source"] for item in told["items"]] == list(MAILS)
    assert empty["quarantine"]["reason"] == "empty"
    assert "lost_stolen" in card["labels"]
    assert set(card["scores"]) > set(card["labels"])
    assert (card["ticket"], thanks["ticket"]) == ("sent", "none")
    assert [ticket["id"] for ticket in told["tickets"]] == [card["id"]]
    assert [row["id"] for row in told["quarantined"]] == [empty["id"]]
    assert {row["id"] for row in told["rows"]} == {item["id"] for item in told["items"]}
    assert {metric["name"] for metric in told["metrics"]} >= {"Items", "LabelGiven", "Quarantined"}
    assert told["dead_letters"] == []
    assert told["seconds"] > 0


def test_a_person_sees_each_mail_its_labels_its_route_and_the_totals_within_100_columns(run, capsys):
    show_run(run, Console(width=100))
    seen = capsys.readouterr().out
    for expected in (
        "gmail_alternative",
        "lost_stolen",
        "cards",
        "sent",
        "quarantined: empty",
        "3 mails",
        "1 tickets",
    ):
        assert expected in seen
    assert max(len(line) for line in seen.splitlines()) <= 100


def test_an_mbox_is_as_good_as_single_mails(root, tmp_path):
    box = mailbox.mbox(tmp_path / "support.mbox")
    for name in MAILS:
        box.add((root / "events/mails" / name).read_bytes())
    box.close()
    found = find_mails(tmp_path)
    assert [mail.key for mail in found] == ["support.mbox/0", "support.mbox/1", "support.mbox/2"]
    sent = (root / "events/mails" / MAILS[1]).read_bytes()
    assert found[1].read().strip() == sent.strip()


def test_a_folder_without_mails_is_wrong_use(tmp_path):
    with pytest.raises(typer.BadParameter, match="no folder with"):
        demo(mail=tmp_path / "absent")
    with pytest.raises(typer.BadParameter, match="no folder with"):
        demo(mail=tmp_path)
