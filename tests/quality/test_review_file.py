"""Files of reviews that people fill in."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tagging.operations import BadLine, InvalidArgument, ReviewLine, read_reviews, write_reviews

LINES = [
    ReviewLine("mail-1", ("refund", "payment"), link="s3://mails/a.eml?versionId=1", kind="mail", purpose="measure"),
    ReviewLine("mail-2", ("refund",), link="=cmd", kind="mail", purpose="teach"),
]


def filled(path: Path, *answers: str) -> list[object]:
    """What a CSV says in which `labels` of each line were filled in."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows({**row, "labels": answer} for row, answer in zip(rows, answers, strict=True))
    return list(read_reviews(path))


@pytest.fixture(params=[".csv", ".jsonl"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / f"reviews{request.param}"


def test_a_file_that_nobody_filled_in_has_no_answer_and_shows_no_label_of_the_item(file: Path) -> None:
    assert write_reviews(file, LINES) == 2
    lines = [line for _, line in read_reviews(file)]
    assert [(line.id, line.asked, line.answered) for line in lines] == [
        ("mail-1", ("refund", "payment"), False),
        ("mail-2", ("refund",), False),
    ]


def test_a_cell_that_looks_like_a_formula_is_text(tmp_path: Path) -> None:
    write_reviews(tmp_path / "a.csv", LINES)
    assert "'=cmd" in (tmp_path / "a.csv").read_text()


@pytest.mark.parametrize(
    ("cell", "labels", "cannot_tell"),
    [
        ("refund", ("refund",), False),
        (" refund, payment ", ("refund", "payment"), False),
        ("none", (), False),
        ("?", None, True),
        ("", None, False),
    ],
)
def test_what_people_write_into_a_cell(
    tmp_path: Path, cell: str, labels: tuple[str, ...] | None, cannot_tell: bool
) -> None:
    write_reviews(tmp_path / "a.csv", LINES)
    (number, line), _ = filled(tmp_path / "a.csv", cell, "none")
    assert (number, line.labels, line.cannot_tell) == (2, labels, cannot_tell)


def test_a_spreadsheet_may_save_with_semicolons_and_a_mark_in_front(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        "\ufeffid;link;kind;purpose;asked;labels;note\r\nmail-1;s3;mail;measure;refund;none;ü\r\n".encode()
    )
    assert list(read_reviews(path)) == [(2, ReviewLine("mail-1", ("refund",), (), note="ü"))]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("mail-1,,,,refund,refund ?,", "half filled: ? stands beside labels"),
        ("mail-1,,,,refund payment,none refund,", "half filled: none stands beside labels"),
        ("mail-1,,,,,refund,", "half filled: `asked` is empty"),
        ("mail-1,,,,refund,,I do not know", "half filled: there is a note and no answer"),
        (",,,,refund,none,", "it has no id"),
        ("mail-1,,,,refund,none,,more", "more cells than columns"),
    ],
)
def test_a_half_filled_line_says_what_is_missing_and_stops_no_other(tmp_path: Path, line: str, why: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"id,link,kind,purpose,asked,labels,note\n{line}\nmail-2,,,,refund,none,\n")
    bad, good = read_reviews(path)
    assert isinstance(bad, BadLine)
    assert bad.number == 2
    assert why in bad.why
    assert good == (3, ReviewLine("mail-2", ("refund",), ()))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "does not match"),
        ("[]", "does not match"),
        ('{"id": 3}', "does not match"),
        ('{"id": "mail-1", "asked": ["refund"], "labels": "refund"}', "does not match"),
        ('{"id": "mail-1", "asked": ["refund"], "labels": [], "cannot_tell": true}', "the person cannot tell"),
        ('{"id": "mail-1", "asked": [], "labels": []}', "`asked` is empty"),
    ],
)
def test_a_bad_line_of_json_says_why(tmp_path: Path, line: str, why: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f"{line}\n\n{json.dumps({'id': 'mail-2', 'asked': ['refund'], 'labels': ['refund']})}\n")
    bad, good = read_reviews(path)
    assert isinstance(bad, BadLine)
    assert why in bad.why
    assert good == (3, ReviewLine("mail-2", ("refund",), ("refund",)))


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.txt", b"", "ends in neither .csv nor .jsonl"),
        ("a.csv", b"\xff", "is not UTF-8"),
        ("a.csv", b"id,labels\n", "has no column asked"),
        ("a.csv", b'id,asked,labels\n"mail', "line"),
    ],
)
def test_a_file_that_is_none_is_refused_in_one_sentence(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidArgument, match=why):
        list(read_reviews(tmp_path / name))


def test_a_file_that_is_not_there_or_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="No such file"):
        list(read_reviews(tmp_path / "a.csv"))
    with pytest.raises(InvalidArgument, match="No such file"):
        write_reviews(tmp_path / "nowhere" / "a.csv", LINES)
