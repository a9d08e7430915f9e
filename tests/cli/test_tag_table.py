"""`tagging tag` of a table: its rows as items, and a copy with columns of their labels."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tagging.cli.main import app

ROWS = (
    'sep=;\r\nNr;Betreff;Nachricht\r\n1;Hi;"I lost my credit card, ""help"";\r\nnow"\r\n\r\n'
    "2;;=1+1 Größe\r\n3;;\r\n4\r\n"
)
HEAD = "labels;scores;review;review_reasons;quarantine"


def tag(*words: object) -> Result:
    """Run `tagging tag`."""
    return CliRunner().invoke(app, ["tag", *map(str, words)])


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "messages.csv"
    path.write_bytes(ROWS.encode())
    return path


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_copy_keeps_every_byte_and_adds_columns(table: Path, charset: str) -> None:
    table.write_bytes(ROWS.encode(charset))
    out = table.with_name("labelled.csv")
    done = tag(table, "--heads", "all", "--out", out)
    assert done.exit_code == 0, done.stderr
    assert f"{out}: 4 rows, " in done.stdout
    assert "2 quarantined" in done.stdout
    text = out.read_bytes().decode(charset)
    before, added = ROWS.split("\r\n"), text.split("\r\n")
    assert [line[: len(one)] for line, one in zip(added, before, strict=True)] == before
    assert added[0] == "sep=;"
    assert added[1] == f"{before[1]};{HEAD}"
    assert added[3].startswith('now";')
    assert "bank_card" in added[3]
    assert added[4] == ""
    assert added[6:8] == ["3;;;;;;;empty", "4;;;;;;;empty"]  # a row without its last cells gets empty ones
    assert not out.with_name("labelled.csv.part").exists()


def test_the_copy_is_read_as_a_table_of_the_same_labels(table: Path) -> None:
    out = table.with_name("labelled.csv")
    lines = [json.loads(line) for line in tag(table, "--out", out, "--json").stdout.splitlines()]
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines(keepends=True)[1:], delimiter=";"))
    assert [line["id"] for line in lines] == [f"{table}#{row}" for row in (2, 4, 5, 6)]
    assert [set(row["labels"].split("|")) - {""} for row in rows] == [set(line.get("labels", ())) for line in lines]
    assert [row["review"] for row in rows] == [
        {True: "yes", False: "no", None: ""}[line.get("review")] for line in lines
    ]
    assert rows[0]["scores"].split("|") == sorted(rows[0]["scores"].split("|"), reverse=True)


def test_columns_that_exist_are_not_repeated_and_ids_are_those_of_the_table(tmp_path: Path) -> None:
    path, out = tmp_path / "mine.tsv", tmp_path / "out.tsv"
    path.write_text("ID\tcomment\tlabels\nm1\tWhere is my refund?\tmine\nm2\tThanks\t\n")
    assert tag(path, "--out", out).exit_code == 0
    assert out.read_text().splitlines()[0] == (
        "ID\tcomment\tlabels\ttagged_labels\tscores\treview\treview_reasons\tquarantine"
    )
    assert out.read_text().splitlines()[1].startswith("m1\tWhere is my refund?\tmine\trefund|")
    assert "m1" in tag(path).stdout


def test_separators_that_end_a_row_move_no_column(tmp_path: Path) -> None:
    path, out = tmp_path / "mine.csv", tmp_path / "out.csv"
    path.write_text("text|n\nThanks|1||\nWhere is my refund?|2\n")
    assert tag(path, "--out", out).exit_code == 0
    head, *rows = csv.reader(out.read_text().splitlines(), delimiter="|")
    assert head == ["text", "n", "", "", *HEAD.split(";")]
    assert [row[4].split("|")[0] for row in rows][1] == "refund"
    assert {len(row) for row in rows} == {9}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n1,2\n", "no column text; it has: a, b"),
        ("text,n\nMy card, please,1\n", "row 2: has more cells than the first row, 2; put texts with separators"),
        ('text,n\n"open,1\nx,2\n', "row 2: opens a quote that is not closed"),
        ("PK\x03\x04xl/workbook.xml", "is an Excel workbook; export the sheet as CSV"),
        ("text\n", "no .eml, .mbox, .txt, .jsonl, image or row in"),
    ],
)
def test_a_table_that_cannot_be_read_is_one_line(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "mine.csv").write_text(content)
    done = tag(tmp_path / "mine.csv")
    assert done.exit_code == 2
    assert message in " ".join(done.stderr.replace("│", " ").split())


def test_nothing_is_overwritten_unless_asked_for(table: Path) -> None:
    before = table.read_bytes()
    done = tag(table, "--out", table)
    assert done.exit_code == 2
    assert "exists; name another file" in " ".join(done.stderr.replace("│", " ").split())
    assert table.read_bytes() == before
    assert tag(table, "--out", table, "--overwrite").exit_code == 0
    assert HEAD in table.read_text("utf-8")


def test_a_copy_is_of_one_table(table: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Thanks")
    for words in ([tmp_path / "a.txt"], [table, table]):
        done = tag(*words, "--out", tmp_path / "out.csv")
        assert done.exit_code == 2
        assert "give one .csv or .tsv" in " ".join(done.stderr.replace("│", " ").split())
    assert "--text-column is for" in tag(tmp_path / "a.txt", "--text-column", "x").stderr
    assert tag(table, "--text-column", "Betreff", "--json").exit_code == 0
