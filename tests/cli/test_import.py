"""`tagging import`, `data` and `taxonomy` as a person runs them: a table in, rows and a taxonomy out, checked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.in_process import tagging

TABLE = "text,labels\nWhere is my card?,Lost Card\nMoney back!,refund\n,refund\nThanks,\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table, imported."""
    folder = tmp_path_factory.mktemp("imported")
    (folder / "mine.csv").write_text(TABLE)
    done = tagging(
        "import", "csv", folder / "mine.csv", "--out", folder / "mine.jsonl", "--taxonomy", folder / "mine.yaml"
    )
    assert done.returncode == 0, done.stderr
    assert "mine.csv, row 4: has no text" in done.stdout
    assert "fewer than 10 rows" in done.stdout
    assert max(map(len, done.stdout.splitlines()[3:-2])) <= 100
    return folder


def test_a_table_becomes_rows_and_a_taxonomy_that_fit_each_other(folder: Path) -> None:
    rows = [json.loads(line) for line in (folder / "mine.jsonl").read_text().splitlines()]
    assert [(row["text"], row["labels"]) for row in rows] == [
        ("Where is my card?", ["lost_card"]),
        ("Money back!", ["refund"]),
        ("Thanks", []),
    ]
    assert tagging("taxonomy", folder / "mine.yaml").returncode == 0
    done = tagging("data", folder / "mine.jsonl", "--taxonomy", folder / "mine.yaml", "--strict", "--json")
    assert done.returncode == 0, done.stdout
    told = json.loads(done.stdout)
    assert (told["rows"], told["skipped"], told["problems"]) == (3, 0, [])
    assert [label["id"] for label in told["labels"]] == ["lost_card", "refund"]


def test_test_out_holds_out_rows_for_evaluation(folder: Path) -> None:
    (folder / "ten.csv").write_text("text,labels\n" + "".join(f"text {n},{'ab'[n % 2]}\n" for n in range(10)))
    words = ("--out", folder / "new/train.jsonl", "--test-out", folder / "test.jsonl")  # a folder to be made
    done = tagging("import", "csv", folder / "ten.csv", *words)
    assert done.returncode == 0, done.stderr
    assert "8 rows to train on" in done.stdout
    assert len((folder / "test.jsonl").read_text().splitlines()) == 2


def test_strict_writes_nothing_and_prints_all_problems(folder: Path) -> None:
    done = tagging("import", "csv", folder / "mine.csv", "--out", folder / "strict.jsonl", "--strict")
    assert done.returncode == 1
    assert "row 4: has no text" in done.stderr
    assert not (folder / "strict.jsonl").exists()


def test_an_edited_taxonomy_is_not_overwritten_and_old_labels_are_carried_over(folder: Path) -> None:
    edited = folder / "edited.yaml"
    edited.write_text(
        "version: 2\nheads: [{id: topic, kind: multilabel, labels: [{id: gone, description: lost, route: harness}]}]\n"
        "changes: [{rename: lost_card, to: gone, since: 2}]\n"
    )
    before = edited.read_text()
    done = tagging(
        "import", "csv", folder / "mine.csv", "--out", folder / "again.jsonl", "--taxonomy", edited, "--json"
    )
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert any("labels that the taxonomy does not have: refund" in problem for problem in told["problems"])
    assert told["labels"] == [{"id": "gone", "yes": 1, "known": 2, "trust": "too_few"}]
    assert edited.read_text() == before
    done = tagging("taxonomy", edited, "--against", folder / "mine.yaml", "--json")
    assert done.returncode == 1  # refund went without a word
    effects = {effect["subject"]: effect for effect in json.loads(done.stdout)["effects"]}
    assert effects["refund"]["breaks"]
    assert effects["lost_card"]["stored"] == "lost_card in them means gone"
    shown = tagging("taxonomy", edited, "--against", folder / "mine.yaml").stdout
    assert "lost_card" in shown


def test_mistakes_in_a_taxonomy_are_printed_as_lines_and_as_json(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text((folder / "mine.yaml").read_text().replace("kind: multi", "kynd: multi"))
    done = tagging("taxonomy", path)
    assert done.returncode == 1
    assert f"{path}:" in done.stdout
    assert "did you mean kind?" in done.stdout
    assert len(json.loads(tagging("taxonomy", path, "--json").stdout)["mistakes"]) == 2
    assert tagging("data", folder / "mine.jsonl", "--taxonomy", path).returncode == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["import", "xls", "a", "--out", "b"], "there is no format xls; there are csv, tsv, mails, nlupp"),
        (["import", "csv", "no/file.csv", "--out", "b"], "no/file.csv: cannot be read"),
        (["import", "csv", "a.csv"], "Missing option"),
        (["data", "no/file.jsonl"], "no/file.jsonl: cannot be read"),
        (["taxonomy", "no/file.yaml"], "no/file.yaml is not a file"),
        (["import", "nlupp", "no/folder", "--out", "b"], "ontology.json is missing"),
    ],
)
def test_wrong_use_is_one_clear_line_and_exit_2(words: list[str], told: str) -> None:
    done = tagging(*words)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert told in line
