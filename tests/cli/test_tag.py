"""`tagging tag` as a person runs it: one line an item, and one clear line for a mistake."""

from __future__ import annotations

import json
import mailbox
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tagging.cli.main import app
from tests.cli.in_process import tagging
from tests.image_bundle import image
from tests.service_harness import MAIL, THANKS


def process(*words: object) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("tagging")), *map(str, words)], capture_output=True, text=True
    )


def lines(*words: object) -> list[dict[str, object]]:
    done = tagging("tag", *words, "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.eml").write_bytes(MAIL)
    (tmp_path / "b.txt").write_text("Thank you very much!")
    (tmp_path / "c.eml").write_bytes(b"From: a@example.com\r\n\r\n")
    (tmp_path / "d.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "notes.md").write_text("No item.")
    rows = [{"id": "r1", "text": "I lost my credit card"}, {"id": "r2", "path": "a.eml"}]
    (tmp_path / "e.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    box = mailbox.mbox(tmp_path / "f.mbox")
    for mail in (MAIL, THANKS):
        box.add(mail)
    box.close()
    return tmp_path


def test_a_name_that_is_not_utf_8_is_one_line_of_json(tmp_path: Path) -> None:
    name = os.fsdecode(b"a\xff\n\xc3\xbc.txt")
    (tmp_path / name).write_text("Thank you very much!")
    (line,) = map(json.loads, process("tag", tmp_path, "--json").stdout.splitlines())
    assert line["id"] == str(tmp_path / name)


def test_every_item_of_a_folder_gets_one_line(folder: Path) -> None:
    found = {str(line["id"]).removeprefix(f"{folder}/"): line for line in lines(folder, "--heads", "all")}
    assert list(found) == ["a.eml", "b.txt", "c.eml", "d.pdf", "r1", "r2", "f.mbox#0", "f.mbox#1"]
    assert found["c.eml"]["quarantine"] == {"reason": "empty", "detail": found["c.eml"]["quarantine"]["detail"]}
    assert found["d.pdf"]["quarantine"] == {"reason": "unsupported_format", "detail": "PDF"}
    tagged = found["a.eml"]
    assert set(tagged) == {"id", "kind", "labels", "scores", "review", "review_reasons", "bundle"}
    assert "bank_card" in tagged["labels"]
    assert found["r2"]["scores"] == tagged["scores"] == found["f.mbox#0"]["scores"]
    assert found["b.txt"]["kind"] == "text"


def test_spam_and_virus_are_treated_as_in_the_function(root: Path) -> None:
    mails = [root / f"events/mails/{name}.eml" for name in ("spam", "virus")]
    spam, virus = lines(*mails)
    assert (spam["spam"], "refund" in spam["labels"]) == (True, True)
    assert virus["quarantine"] == {"reason": "virus", "detail": "SES found one"}
    told = tagging("tag", *mails).stdout
    assert "spam  refund 1.00" in told
    assert "quarantined: virus" in told


def test_a_person_reads_labels_with_scores(folder: Path) -> None:
    done = process("tag", folder, "--heads", "all")
    assert done.returncode == 0
    assert "bank_card" in done.stdout
    assert "quarantined: empty" in done.stdout
    assert "1 file skipped: .md" in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["tag", "no/such/file.eml"], "no/such/file.eml does not exist"),
        (["tag"], "Missing argument"),
        (["tag", "--colour"], "No such option"),
        (["no-such-command"], "No such command"),
        (["tag", "pyproject.toml"], "only .eml, .mbox, .txt, .jsonl files and images are tagged"),
        (["show", "s3://bucket"], "not s3://bucket/key"),
    ],
)
def test_a_wrong_command_line_is_one_clear_line_and_exit_2(words: list[str], told: str, root: Path) -> None:
    done = tagging(*[str(root / word) if word == "pyproject.toml" else word for word in words])
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert told in line


def test_an_invalid_row_is_named_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"id": "a", "text": "x"}\n[1]\n')
    done = tagging("tag", tmp_path)
    assert done.returncode == 2
    assert "rows.jsonl, line 2: not a data set row" in done.stderr


def test_a_damaged_bundle_is_named_and_nothing_is_tagged(folder: Path, tmp_path: Path) -> None:
    done = tagging("tag", folder, "--bundle", tmp_path / "nowhere", "--json")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "manifest.json" in done.stderr


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Images under any name, a mail, and a document."""
    (tmp_path / "a.jpg").write_bytes(image("garment", form="JPEG"))
    (tmp_path / "b.jpg").write_bytes(b"no image")
    (tmp_path / "c").write_bytes(image("grocery"))
    (tmp_path / "d.eml").write_bytes(MAIL)
    (tmp_path / "e.pdf").write_bytes(b"%PDF-1.7")
    rows = [{"id": "r1", "path": "c"}, {"id": "r2", "path": "d.eml"}]
    (tmp_path / "f.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    return tmp_path


def test_a_bundle_for_images_tags_files_that_are_images_by_name_or_first_bytes(album: Path, image_bundle: Path) -> None:
    found = {str(line["id"]).removeprefix(f"{album}/"): line for line in lines(album, "--bundle", image_bundle)}
    kinds = {"a.jpg": "image", "b.jpg": "image", "c": "image", "d.eml": "mail", "e.pdf": "image"}
    kinds |= {"r1": "image", "r2": "mail"}
    assert {name: line["kind"] for name, line in found.items()} == kinds
    assert found["a.jpg"]["labels"] == ["garment", "light_top", "light_left"]
    assert set(found["a.jpg"]) == {"id", "kind", "labels", "scores", "review", "review_reasons", "bundle"}
    assert "ripe" not in found["a.jpg"]["scores"]
    assert found["b.jpg"]["quarantine"]["reason"] == "not_an_image"
    assert found["e.pdf"]["quarantine"]["reason"] == "unsupported_format"
    assert found["d.eml"]["quarantine"] == {"reason": "wrong_kind", "detail": "only images are tagged here"}
    assert found["r1"]["scores"] == found["c"]["scores"]
    assert "garment 1.00" in tagging("tag", album / "a.jpg", "--bundle", image_bundle).stdout


def test_a_bundle_for_mails_quarantines_images(album: Path, root: Path) -> None:
    found = lines(album / "a.jpg", album / "d.eml", "--bundle", root / "layers/mail_model/bundle", "--heads", "all")
    assert [line["quarantine"]["reason"] for line in found if "quarantine" in line] == ["wrong_kind"]
    assert "bank_card" in found[1]["labels"]


def test_each_kind_is_tagged_by_its_shipped_bundle(
    album: Path,
    image_bundle: Path,
    root: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = tmp_path_factory.mktemp("project")
    (project / "layers/image_model").mkdir(parents=True)
    (project / "layers/mail_model").symlink_to(root / "layers/mail_model")
    # The door keeps what it resolves first: patched here, it gives the real function back after the test.
    for module in ("tagging.local", "tagging.local.shipped", "tagging.cli.bundles"):
        monkeypatch.setattr(f"{module}.find_clone", lambda: project)
    without = CliRunner().invoke(app, ["tag", str(album), "--json"])
    assert without.exit_code == 2
    assert "holds no bundle for images; train one" in " ".join(without.stderr.replace("│", " ").split())
    (project / "layers/image_model/bundle").symlink_to(image_bundle)
    done = CliRunner().invoke(app, ["tag", str(album), "--json"])
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert ["quarantine" in line for line in told] == [False, True, False, False, True, False, False]


def test_only_labels_of_texts_are_explained(album: Path, image_bundle: Path) -> None:
    done = tagging("tag", album / "a.jpg", "--explain", "--bundle", image_bundle)
    assert (done.returncode, done.stdout) == (2, "")
    assert "only labels of mails and texts can be explained" in done.stderr


def test_every_label_is_explained_by_parts_that_add_up(folder: Path) -> None:
    done = tagging("tag", folder / "a.eml", "--explain", "--examples", folder / "rows.jsonl", "--json")
    assert done.returncode == 2
    assert "rows.jsonl" in done.stderr
    (line,) = lines(folder / "a.eml", "--explain")
    assert [why["label"] for why in line["explanation"]] == line["labels"]
    assert "not" in line["explanation"][0]["meaning"]
    told = tagging("tag", folder / "a.eml", "--explain").stdout
    assert "reports_problem: Lost card" in " ".join(told.split())


def test_the_nearest_examples_stand_below_each_explanation(folder: Path, tmp_path: Path) -> None:
    (line,) = lines(folder / "a.eml")
    rows = tmp_path / "examples.jsonl"
    rows.write_text(json.dumps({"text": "Somebody stole my credit card.", "labels": line["labels"][:1]}) + "\n")
    told = tagging("tag", folder / "a.eml", "--explain", "--examples", rows).stdout
    assert "Somebody stole my credit card." in " ".join(told.split())


def test_reasons_and_what_was_left_out_are_shown(root: Path) -> None:
    mail = root / "events/mails/very_long.eml"
    (line,) = lines(mail, "--explain")
    assert line["review_reasons"] == ["truncated"]
    assert [(cut["kind"], cut["marked"]) for cut in line["left_out"]["cuts"]] == [("signature", False)]
    assert line["left_out"]["chars_beyond_limit"] > 0
    shown = tagging("tag", mail, "--explain").stdout
    assert "review: truncated" in shown
    assert f"not read: {line['left_out']['chars_beyond_limit']:,} characters" in " ".join(shown.split())


def test_parts_that_are_not_read_are_named_on_this_machine_alone(root: Path) -> None:
    (line,) = lines(root / "events/mails/attachment.eml", "--explain")
    assert [part["content_type"] for part in line["left_out"]["unread_parts"]] == ["application/pdf"]
    (plain,) = lines(root / "events/mails/attachment.eml")
    assert "left_out" not in plain
