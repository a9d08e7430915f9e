"""Data set files: what is read of them, and everything that is wrong with them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import msgspec
import pytest

from tagging.learning.data.dataset import column_problems, read_dataset, write_rows
from tagging.learning.data.rows import DataError, Example, Problem, annotations_of, listed
from tagging.taxonomy.taxonomy import Taxonomy

MAIL = b"Subject: Fee\r\n\r\nWhy this fee?"


@pytest.fixture
def taxonomy() -> Taxonomy:
    def label(name: str, **more: object) -> dict[str, object]:
        return {"id": name, "description": name} | more

    topic = [label("money"), label("refund", parent="money"), label("card"), label("fax", deprecated=True)]
    act = [label("asks"), label("reports")]
    heads = [{"id": "topic", "kind": "multilabel", "labels": topic}, {"id": "act", "kind": "multiclass", "labels": act}]
    changes = [{"rename": "plastic", "to": "card", "since": 2}]
    return msgspec.convert({"version": 2, "heads": heads, "changes": changes}, Taxonomy)


def written(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in lines))
    return path


def test_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    rows = (
        Example("1", "Größe\nzwei", frozenset({"a", "b"}), frozenset({"c"}), "g", "train", "mail", "Ann", "2026-01-01"),
        Example("2", "plain", frozenset(), extra={"channel": "web"}),
    )
    write_rows(tmp_path / "rows.jsonl", rows)
    assert read_dataset(tmp_path / "rows.jsonl", None).rows == rows
    assert [path.name for path in tmp_path.iterdir()] == ["rows.jsonl"]


def test_what_a_tokeniser_cannot_take_is_out_of_the_text(tmp_path: Path) -> None:
    odd = {"id": "\ud800a", "text": "lost\ud800 card\u200b\r\nnow", "labels": [], "note": "\udfff"}
    rows = read_dataset(written(tmp_path, odd), None).rows
    assert (rows[0].id, rows[0].text) == ("a", "lost card\nnow")
    write_rows(tmp_path / "again.jsonl", rows)


def test_what_labels_imply_is_filled_in(tmp_path: Path, taxonomy: Taxonomy) -> None:
    path = written(
        tmp_path,
        {"id": "child", "text": "x", "labels": ["refund"], "unknown": ["money", "card"]},
        {"id": "exclusive", "text": "x", "labels": ["asks"], "unknown": ["reports"]},
        {"id": "star", "text": "x", "labels": ["asks", "card"], "unknown": "*"},
        {"id": "old", "text": "x", "labels": ["plastic"]},
    )
    found = read_dataset(path, taxonomy)
    assert found.problems == ()
    assert found.carried == 1
    by_id = {row.id: (row.labels, row.unknown) for row in found.rows}
    assert by_id["child"] == ({"money", "refund"}, {"card"})
    assert by_id["exclusive"] == ({"asks"}, set())
    assert by_id["star"] == ({"asks", "card"}, {"money", "refund", "fax"})
    assert by_id["old"] == ({"card"}, set())


def test_a_star_without_a_taxonomy_is_every_label_that_the_rows_name(tmp_path: Path) -> None:
    path = written(tmp_path, {"text": "x", "labels": ["a"], "unknown": "*"}, {"text": "y", "labels": ["b"]})
    assert [row.unknown for row in read_dataset(path, None).rows] == [{"b"}, set()]


def test_a_mail_file_beside_the_rows_is_read_and_changes_the_hash(tmp_path: Path, taxonomy: Taxonomy) -> None:
    (tmp_path / "a.eml").write_bytes(MAIL)
    path = written(tmp_path, {"id": "1", "path": "a.eml", "labels": []})
    found = read_dataset(path, taxonomy)
    assert found.rows[0].text == "Fee\nWhy this fee?"
    (tmp_path / "a.eml").write_bytes(MAIL + b" And why now?")
    assert read_dataset(path, taxonomy).sha256 != found.sha256


def test_the_hash_of_rows_with_texts_is_the_files(tmp_path: Path) -> None:
    path = written(tmp_path, {"id": "1", "text": "x", "labels": []})
    assert read_dataset(path, None).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


BAD: list[tuple[object, str]] = [
    ({"id": "a", "labels": []}, "has neither text nor path"),
    ({"id": "b", "text": " …", "labels": []}, "has no text"),
    ({"id": "c", "text": 5, "labels": []}, "its text is not a text"),
    ({"id": "d", "text": "x"}, 'has no labels; write "labels": []'),
    ({"id": "e", "text": "x", "labels": "refund"}, 'write "labels": ["one", "other"]'),
    ({"id": "f", "text": "x", "labels": ["refnd"]}, "does not have: refnd: did you mean refund?"),
    ({"id": "g", "text": "x", "labels": ["asks", "reports"]}, "head act is exclusive, and holds asks, reports"),
    ({"id": "h", "text": "x", "labels": ["card"], "unknown": ["card"]}, "card is in both labels and unknown"),
    ({"id": "fine", "text": "x", "labels": []}, "its id is that of row 1"),
    ({"id": "i", "path": "nowhere.eml", "labels": []}, "its mail file cannot be read"),
    ({"id": "j", "path": "empty.eml", "labels": []}, "its mail cannot be tagged: empty"),
    ({"id": "k", "text": "x", "labels": [], "group": ["g"]}, "its group is not a text"),
    ([1], "is no JSON object"),
    (b'{"id": ', "is not JSON"),
    (b'{"id": "l", "text": "M\xfcnchen", "labels": []}', "is not UTF-8"),
    (b"[" * 100_000, "is not JSON"),
]


def test_every_row_that_cannot_be_used_is_told_with_its_number_and_left_out(tmp_path: Path, taxonomy: Taxonomy) -> None:
    (tmp_path / "empty.eml").write_bytes(b"Subject: \r\n\r\n")
    path = written(tmp_path, {"id": "fine", "text": "x", "labels": []}, *(line for line, _ in BAD))
    found = read_dataset(path, taxonomy)
    assert [row.id for row in found.rows] == ["fine"]
    assert found.skipped == len(BAD)
    for number, (problem, (_, said)) in enumerate(zip(found.problems, BAD, strict=True), 2):
        assert (problem.row, said in problem.message) == (number, True), problem
    with pytest.raises(DataError) as caught:
        read_dataset(path, taxonomy, strict=True)
    assert caught.value.problems == found.problems
    assert all(said in str(caught.value) for _, said in BAD)


def test_a_file_without_a_row_that_can_be_used_is_refused(tmp_path: Path, taxonomy: Taxonomy) -> None:
    with pytest.raises(DataError, match="no row that can be used"):
        read_dataset(written(tmp_path, b"\n\n"), taxonomy)
    with pytest.raises(DataError, match=r"nowhere.jsonl: cannot be read"):
        read_dataset(tmp_path / "nowhere.jsonl", taxonomy)


def test_no_text_of_a_row_stands_in_what_is_said_of_it(tmp_path: Path, taxonomy: Taxonomy) -> None:
    secret = {"id": "s", "text": "my secret", "labels": ["strange"]}
    with pytest.raises(DataError) as caught:
        read_dataset(written(tmp_path, secret, b'{"text": "my secret"'), taxonomy)
    assert "secret" not in str(caught.value)


def test_labels_that_the_rows_cannot_teach_are_told(taxonomy: Taxonomy) -> None:
    rows = [
        Example("1", "x", frozenset({"asks", "card"})),
        Example("2", "x", frozenset({"card"}), frozenset({"refund"})),
        Example("3", "x", frozenset(), frozenset({"card", "refund"})),
    ]
    told = [problem.message for problem in column_problems(rows, taxonomy, "rows.jsonl")]
    assert [message.split(":")[0] for message in told] == [f"label {n}" for n in ("money", "refund", "card", "reports")]
    assert "all 2 rows that know it hold it" in told[2]


def test_equal_problems_are_listed_on_one_line() -> None:
    problems = [*(Problem("f", row, "has no text") for row in range(1, 31)), Problem("f", None, "is odd")]
    first, second = listed(problems)
    assert first == "f, rows 1, 2, 3, 4, 5, 6, 7, 8 … (30 rows): has no text"
    assert second == "f: is odd"
    assert listed([Problem("f", row, f"m{row}") for row in range(9)], most=5)[-1] == "and 4 more"


def test_answers_keep_what_is_unknown_apart_from_no() -> None:
    rows = [Example("1", "x", frozenset({"a", "elsewhere"}), frozenset({"b"})), Example("2", "x", frozenset())]
    found = annotations_of(rows, ["a", "b"])
    assert found.positive.tolist() == [[True, False], [False, False]]
    assert found.observed.tolist() == [[True, False], [True, True]]
