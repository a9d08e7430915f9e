"""`tagging demo`, run as a person runs it."""

from __future__ import annotations

import json
import mailbox
import re
import shutil

import pytest
import typer
from rich.console import Console

from tagging.cli.demo import (
    canary_document,
    demo,
    find_canary,
    find_demo_shadow,
    find_files,
    print_canary,
    run_document,
)
from tagging.cli.demo_view import print_run
from tagging.local.canary import CanaryItem
from tagging.local.item_files import find_images, find_mails
from tagging.local.item_run import run_items
from tests.image_bundle import write_image_bundle
from tests.project_template import project_template
from tests.service_harness import IMAGES

MAILS = ("empty.eml", "gmail_alternative.eml", "thanks_only.eml")


@pytest.fixture(scope="module")
def mails(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("mails")
    for name in MAILS:
        shutil.copy(root / "events/mails" / name, folder)
    return folder


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    (folder / "empty.png").write_bytes(b"")
    (folder / "red").write_bytes(IMAGES.good)
    (folder / "text.jpg").write_text("not an image")
    (folder / "notes.txt").write_text("left alone")
    return folder


@pytest.fixture(scope="module")
def canary(image_bundle, tmp_path_factory):
    """Of images: another bundle with the same encoder."""
    challenger = write_image_bundle(tmp_path_factory.mktemp("challenger") / "made", threshold=0.6)
    return find_canary(challenger, image_bundle, 0.9)


@pytest.fixture(scope="module")
def shadow(image_bundle, tmp_path_factory):
    """Of images: a bundle with the same encoder that assigns `dark` to every image."""
    return find_demo_shadow(write_image_bundle(tmp_path_factory.mktemp("shadow") / "made", threshold=0.0), image_bundle)


@pytest.fixture(scope="module")
def run(root, mails, images, image_bundle, canary, shadow):
    """Of a cloud with a canary and a shadow."""
    counts = []
    template = project_template(root, image_bundle)

    def prepare(cloud):
        canary.begin(cloud)
        shadow.begin(cloud)

    run = run_items(root, find_files(mails, images), counts.append, template, prepare=prepare, finish=shadow.compare)
    assert (counts[0], counts[-1]) == (0, 6)
    return run


def test_json_has_the_outcome_of_every_mail_and_every_image(run):
    told = json.loads(json.dumps(run_document(run)))
    empty, card, thanks, nothing, red, text = told["items"]
    assert [item["source"] for item in told["items"]] == [*MAILS, "empty.png", "red", "text.jpg"]
    assert [item["kind"] for item in told["items"]] == ["mail"] * 3 + ["image"] * 3
    assert (empty["quarantine"]["reason"], nothing["quarantine"]["reason"]) == ("empty", "empty")
    assert text["quarantine"]["reason"] == "not_an_image"
    assert "lost_or_stolen" in card["labels"]
    assert IMAGES.label in red["labels"]
    assert set(card["scores"]) > set(card["labels"])
    assert (card["ticket"], thanks["ticket"], red["ticket"]) == ("sent", "none", "sent")
    assert {ticket["id"] for ticket in told["tickets"]} == {card["id"], red["id"]}
    assert {row["id"] for row in told["quarantined"]} == {empty["id"], nothing["id"], text["id"]}
    assert {row["id"] for row in told["rows"]} == {item["id"] for item in told["items"]}
    assert {metric["name"] for metric in told["metrics"]} >= {"Items", "LabelGiven", "Quarantined"}
    assert told["dead_letters"] == []
    assert told["seconds"] > 0


def test_items_labels_routes_and_totals_are_printed_within_80_columns(run, capsys):
    print_run(run, Console(width=100))
    seen = capsys.readouterr().out
    for expected in (
        "gmail_alternative",
        "lost_or_stolen",
        "cards",
        "fashion",
        "sent",
        "quarantined: empty",
        "3 mails",
        "3 images",
        "2 tickets",
        "tag_image",
    ):
        assert expected in seen
    starts = [line.split()[0] for line in seen.splitlines() if line.strip()]
    assert {"gmail_alternative", "empty.eml", "empty.png", "text.jpg"} <= set(starts)
    assert max(len(line) for line in seen.splitlines()) <= 80


def test_a_canary_serves_the_items_of_its_share_and_they_are_compared_with_the_champion(run, mails, images, canary):
    served, total = canary.compare(run, find_files(mails, images))
    (red,) = [item for item in run.items if item.key == "red"]
    assert red.row.revision.generation == 2
    chosen = canary.pointer.challenger.serves(red.id)
    assert (red.row.revision.bundle == canary.challenger.version) == chosen
    assert total == 1  # what is quarantined is decided by no version
    assert [each.item.id for each in served] == ([red.id] if chosen else [])
    assert all(each.champion == each.challenger == {*red.row.revision.labels} for each in served)


def test_a_canary_is_printed_with_its_items_and_label_differences_within_80_columns(run, canary, capsys):
    mail, *_, red = [item for item in run.items if item.key in (MAILS[1], "red")]
    lost = frozenset({"shared", *(f"a_label_with_a_long_name_{number}" for number in range(20))})
    served = [CanaryItem(mail, frozenset({"shared", "a_gained"}), lost), CanaryItem(red, lost, lost)]
    print_canary(canary.pointer, served, 12, Console(width=80))
    seen = capsys.readouterr().out
    for expected in (
        "it served 2 of 12 images (share 90%)",
        "gmail_alternative",
        "the same labels",
        "and 7 more labels",
    ):
        assert expected in seen
    assert re.search(r"^a_gained +0 +1 +\+1 *$", seen, re.MULTILINE)
    assert max(map(len, seen.splitlines())) <= 80
    document = canary_document(canary.pointer, served, 12)
    assert document["labels"]["a_gained"] == [0, 1]
    assert document["served"][0] == {"id": mail.id, "champion": sorted(lost), "challenger": ["a_gained", "shared"]}


def test_a_shadow_is_compared_with_the_champion_on_the_items_that_it_scored(run, shadow, capsys):
    (red,) = [item for item in run.items if item.key == "red"]
    document = json.loads(json.dumps(shadow.document))
    assert (document["items"], document["changed"], document["unscored"]) == (1, 1, 0)
    assert document["labels"]["dark"]["added_ids"] == [red.id]
    shadow.print(run, Console(width=80))
    seen = capsys.readouterr().out
    assert re.search(r"label dark +0 +1 +0 +\+red", seen)
    assert max(map(len, seen.splitlines())) <= 80


@pytest.mark.usefixtures("run")
def test_a_canary_that_served_nothing_says_so_and_prints_no_table(canary, capsys):
    print_canary(canary.pointer, [], 3, Console(width=80))
    assert capsys.readouterr().out.strip().splitlines()[1:] == ["it served 0 of 3 images (share 90%)"]


def test_an_mbox_gives_the_same_mails_as_single_files(root, tmp_path):
    box = mailbox.mbox(tmp_path / "support.mbox")
    for name in MAILS:
        box.add((root / "events/mails" / name).read_bytes())
    box.close()
    found = find_mails(tmp_path)
    assert [mail.key for mail in found] == ["support.mbox/0", "support.mbox/1", "support.mbox/2"]
    sent = (root / "events/mails" / MAILS[1]).read_bytes()
    assert found[1].read().strip() == sent.strip()


def test_only_the_named_folder_is_run_and_by_default_both_sample_folders(mails, images, root):
    def keys(files):
        return [file.key for file in files]

    assert keys(find_files(mails, None)) == list(MAILS)
    assert keys(find_files(None, images)) == ["empty.png", "red", "text.jpg"]
    ours = find_mails(root / "events/mails") + find_images(root / "events/images")
    assert keys(find_files(None, None)) == keys(ours)
    assert {file.kind for file in ours} == {"mail", "image"}


@pytest.mark.parametrize("option", ["mail", "images"])
def test_a_folder_without_items_is_wrong_use(tmp_path, option):
    with pytest.raises(typer.BadParameter, match="not a folder with"):
        demo(**{option: tmp_path / "absent"})
    with pytest.raises(typer.BadParameter, match="not a folder with"):
        demo(**{option: tmp_path})
