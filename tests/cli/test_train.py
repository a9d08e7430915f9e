"""`tagging train`, as people and scripts use it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from base64 import b64decode
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tagging.cli.main import app
from tagging.mail.parser import text_mail
from tagging.start import load_bundle

TAXONOMY = """\
version: 1
heads:
  - id: topic
    kind: multilabel
    labels:
      - {id: card, description: is about a bank card, route: cards}
      - {id: refund, description: wants money back}
      - {id: parrot, description: is about a parrot}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "taxonomy.yaml").write_text(TAXONOMY)
    rows = [{"text": f"I lost my card in street {n}.", "labels": ["card"]} for n in range(15)]
    rows += [{"text": f"Give me back my money for order {n}.", "labels": ["refund"]} for n in range(15)]
    rows += [{"text": f"House {n} is green.", "labels": [], "split": "spare"} for n in range(15)]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def arguments(folder: Path, *more: str) -> list[str]:
    names = {"--data": "rows.jsonl", "--taxonomy": "taxonomy.yaml", "--out": "bundle", "--cache": "features"}
    return ["train", *(part for name, path in names.items() for part in (name, str(folder / path))), *more]


def in_one_line(framed: str) -> str:
    return " ".join(framed.replace("│", " ").split())


def test_rows_become_a_bundle_and_the_result_is_printed(folder: Path) -> None:
    result = CliRunner().invoke(app, arguments(folder))
    assert result.exit_code == 0, result.output
    assert "zero-shot: no example" in result.stdout
    assert "label parrot: no row holds it" in result.stderr
    found = load_bundle(folder / "bundle").tag(text_mail("I lost my card."))
    assert [label.id for label in found.labels] == ["card"]


def test_json_is_all_that_is_printed(folder: Path) -> None:
    result = CliRunner().invoke(app, arguments(folder, "--json", "--seed", "3"))
    assert result.exit_code == 0, result.output
    printed = json.loads(result.stdout)
    assert printed["rows"] == 45
    assert [label["state"] for label in printed["labels"]][-1] == "guess"
    manifest = json.loads((folder / "bundle/manifest.json").read_text())
    assert manifest["about"]["options"]["seed"] == 3
    assert len(manifest["about"]["data_sha256"]) == 64


def test_only_the_requested_split_is_learned_from(folder: Path) -> None:
    result = CliRunner().invoke(app, arguments(folder, "--json", "--split", "spare"))
    assert result.exit_code == 2
    assert "no row holds any label" in in_one_line(result.stderr)


def test_all_mistakes_in_rows_and_taxonomy_are_printed_at_once(folder: Path) -> None:
    (folder / "taxonomy.yaml").write_text(TAXONOMY.replace("refund", "Re fund").replace("multilabel", "many"))
    with (folder / "rows.jsonl").open("a") as file:
        file.write("not json\n")
        file.write('{"text": "", "labels": []}\n')
    result = CliRunner().invoke(app, arguments(folder, "--strict"))
    assert result.exit_code == 1
    for output in ("taxonomy.yaml:4", "taxonomy.yaml:7", "row 46", "row 47"):
        assert output in result.stderr, result.stderr
    assert not (folder / "bundle").exists()


def test_strict_stops_where_rows_would_be_skipped(folder: Path) -> None:
    with (folder / "rows.jsonl").open("a") as file:
        file.write('{"text": "hello", "labels": ["cart"]}\n')
    loose, strict = (CliRunner().invoke(app, arguments(folder, *more)) for more in ((), ("--strict",)))
    assert (loose.exit_code, strict.exit_code) == (0, 1)
    assert "did you mean card?" in loose.stderr
    assert "did you mean card?" in strict.stderr


def test_rows_left_out_for_a_rename_that_is_not_declared_end_with_exit_1(folder: Path) -> None:
    text = TAXONOMY.replace("id: refund", "id: money_back").replace("version: 1", "version: 2")
    (folder / "taxonomy.yaml").write_text(text)
    result = CliRunner().invoke(app, arguments(folder))
    assert result.exit_code == 1
    assert "15 rows were not learned from" in in_one_line(result.stderr)
    assert "declare a rename under changes:" in in_one_line(result.stderr)
    (folder / "taxonomy.yaml").write_text(f"{text}changes:\n  - {{rename: refund, to: money_back, since: 2}}\n")
    assert CliRunner().invoke(app, arguments(folder)).exit_code == 0


def test_training_ends_with_one_sentence_of_expectation_and_tells_what_a_floor_costs(folder: Path) -> None:
    goal = "description: wants money back, goal: {min_recall: 0.5}"
    (folder / "taxonomy.yaml").write_text(TAXONOMY.replace("description: wants money back", goal))
    result = CliRunner().invoke(app, arguments(folder))
    assert result.exit_code == 0, result.output
    last = result.stdout.strip().splitlines()[-1]
    assert last.startswith("on mails like these rows expect ")
    assert last.endswith(" of 100 fully right")
    assert "objective of refund: precision" in result.stdout


def test_a_folder_of_something_else_is_not_replaced(folder: Path) -> None:
    (folder / "bundle").mkdir()
    (folder / "bundle/thesis.txt").write_text("three years of work")
    result = CliRunner().invoke(app, arguments(folder))
    assert result.exit_code == 2
    assert (folder / "bundle/thesis.txt").exists()


def test_too_little_to_learn_from_is_one_clear_line(folder: Path) -> None:
    lines = (folder / "rows.jsonl").read_text().splitlines()[:3]
    (folder / "rows.jsonl").write_text("\n".join(lines))
    result = CliRunner().invoke(app, arguments(folder))
    assert result.exit_code == 2
    assert "3 rows that can be learned from" in in_one_line(result.stderr)


def test_ctrl_c_leaves_nothing_half_written(folder: Path) -> None:
    program = "from tagging.cli.main import main; main()"
    with (folder / "rows.jsonl").open("a") as file:
        file.writelines(json.dumps({"text": f"Sentence number {n} of many.", "labels": []}) + "\n" for n in range(600))
    process = subprocess.Popen([sys.executable, "-c", program, *arguments(folder)], stderr=subprocess.PIPE)
    cache = folder / "features"
    while process.poll() is None and not cache.exists():
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert {path.name for path in folder.iterdir()} == {"taxonomy.yaml", "rows.jsonl", "features"}


def corrections(folder: Path, *lines: dict[str, object]) -> str:
    file = folder / "corrections.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(file)


def test_corrections_are_learned_from_and_counted_by_person_and_label(folder: Path) -> None:
    lines = [
        {"text": f"The parrot {n} is ill.", "author": ("ann", "ben")[n % 2], "yes": ["parrot"], "no": ["card"]}
        for n in range(8)
    ]
    file = corrections(folder, *lines, {"text": "The parrot sings.", "author": "eve", "yes": ["parrot"]}, {"author": 1})
    result = CliRunner().invoke(
        app,
        arguments(
            *(folder, "--corrections", file, "--without-author", "eve"),
            *("--split", "spare", "--background", "off", "--json"),
        ),
    )
    assert result.exit_code == 0, result.output
    assert "row 10" in result.stderr
    found = json.loads(result.stdout)
    assert found["corrections"] == {
        "source": "corrections.jsonl",
        "items": 8,
        "answers": 16,
        "people": 2,
        "hold_out": 0.2,
        "authors": {"ann": 8, "ben": 8},
        "labels": {"card": {"yes": 0, "no": 8}, "parrot": {"yes": 8, "no": 0}},
        "left_out": {"answers of eve, left out by --without-author": 1},
    }
    assert found["rows"] == 23
    about = json.loads((folder / "bundle/manifest.json").read_text())["about"]
    assert about["corrections"]["people"] == 2
    assert "ann" not in str(about["corrections"])
    assert len(b64decode(about["corrections"]["learned"]["items"])) == 8 * 5, "a hash of each item"


@pytest.mark.parametrize(
    ("more", "code", "sentence"),
    [
        (("--corrections", "FILE", "--without-author", "eva"), 2, "has answers of ann"),
        (("--corrections", "none.jsonl"), 2, "none.jsonl: cannot be read"),
        (("--without-author", "ann"), 2, "are about --corrections"),
        (("--corrections", "FILE", "--split", "none"), 2, "no row that can be used"),
        (("--corrections", "OTHER"), 1, "no correction that can be learned from"),
        (("--corrections", "local"), 2, "no local cloud runs"),
    ],
)
def test_corrections_that_cannot_be_used_have_their_sentence(
    folder: Path, more: tuple[str, ...], code: int, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr("tagging.local.running_cloud", lambda _: None)
    file = corrections(folder, {"text": "My card!", "author": "ann", "yes": ["card" if "OTHER" not in more else "dog"]})
    given = [file if each in ("FILE", "OTHER") else each for each in more]
    result = CliRunner().invoke(app, arguments(folder, *given))
    assert result.exit_code == code, result.output
    assert sentence in in_one_line(result.stderr)
