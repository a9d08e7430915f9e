"""Files of answers as people hand them in: saved by spreadsheets, half filled, edited and sent again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagging.corrections import Correction, ReviewTable
from tagging.operations import (
    Answer,
    InvalidArgument,
    ReviewLine,
    find_contradictions,
    find_recorded,
    read_answer_table,
    read_reviews,
    write_reviews,
)
from tests.corrections.conftest import clients, reviews
from tests.corrections.samples import complete, correction

__all__ = ["clients", "reviews"]

BY = Answer("", "anna", "2026-11-20T10:00:00.000+00:00", "csv")
TABLES = {
    "commas": b"id,labels,note\nmail-1,refund,J\xc3\xb6rg\n",
    "Excel, CSV UTF-8": b"\xef\xbb\xbfid;labels;note\r\nmail-1;refund;J\xc3\xb6rg\r\n\r\n;;\r\n",
    "Excel, Unicode text": "\ufeffid\tlabels\tnote\r\nmail-1\trefund\tJörg\r\n".encode("utf-16-le"),
    "Excel, its separator": "sep=;\r\nid;labels;note\r\nmail-1;refund;Jörg;;\r\n".encode(),
}
"""The same answer, as programs save it."""


@pytest.mark.parametrize("content", TABLES.values(), ids=TABLES)
def test_what_spreadsheets_save_is_read(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(content)
    (line,) = read_answer_table(path, BY)
    assert line.answer is not None
    assert (line.answer.item, line.answer.yes, line.answer.note) == ("mail-1", ("refund",), "Jörg")
    path.write_bytes(content.replace(b"note", b"asked").replace(b"n\0o\0t\0e\0", b"a\0s\0k\0e\0d\0"))
    assert [each for each in read_reviews(path) if isinstance(each, tuple) and each[1].labels == ("refund",)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04\x14\0", "is a workbook: save it as CSV UTF-8"),
        (b"id,labels,author\nmail-1,refund,J\xf6rg\n", r"save it as UTF-8 \(in a spreadsheet: CSV UTF-8\)"),
        (b"id,asked,labels\nmail-1,refund,\n", "send them by `tagging review import"),
    ],
)
def test_other_files_are_refused_with_what_to_do(content: bytes, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidArgument, match=sentence):
        list(read_answer_table(path, BY))


def test_a_line_that_nobody_filled_in_is_no_answer_even_where_answers_are_complete(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("id,labels\nmail-1,\nmail-2,?\nmail-3,-refund\n")
    empty, undecided, no = read_answer_table(path, Answer("", "anna", BY.answered_at, "csv", complete=True))
    assert empty.answer is None
    assert empty.mistake.startswith("no answer: write the labels that hold")
    assert undecided.answer is not None
    assert undecided.answer.cannot_tell
    assert no.answer is not None
    assert (no.answer.no, no.answer.complete) == (("refund",), True)


def test_an_export_does_not_replace_what_people_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text("id,asked,labels\nmail-1,refund,refund\n")
    with pytest.raises(InvalidArgument, match=r"exists: name another file, or replace it.*--overwrite"):
        write_reviews(path, [])
    assert "mail-1" in path.read_text()
    assert write_reviews(path, [ReviewLine("mail-2", ("refund",))], overwrite=True) == 1
    assert "mail-1" not in path.read_text()


def test_two_answers_of_one_person_at_the_same_time_are_none() -> None:
    both = correction(yes=("refund",), no=("billing",))
    lines = [(2, both), (3, correction(no=("refund",))), (4, correction(yes=("other",))), (5, both)]
    assert find_contradictions(lines) == {
        2: "mail-1 is answered in another way in line 3: leave one of them",
        3: "mail-1 is answered in another way in line 2: leave one of them",
        5: "mail-1 is answered in another way in line 3: leave one of them",
    }
    assert set(find_contradictions([(2, complete()), (3, complete(cannot_tell=True, yes=(), asked=()))])) == {2, 3}


def test_a_file_that_is_saved_again_does_not_bring_back_what_was_changed_since(reviews: ReviewTable) -> None:
    def of_file(hour: int, **fields: object) -> Correction:
        return correction(source="csv", answered_at=f"2026-11-20T{hour}:00:00.000+00:00", **fields)

    reviews.record(of_file(10, yes=("refund",)), "mail")
    reviews.record(correction(answered_at="2026-11-20T11:00:00.000+00:00", yes=(), no=("refund",)), "mail")
    again, changed = of_file(12, yes=("refund",)), of_file(12, yes=("refund", "billing"))
    assert find_recorded(reviews, [again, changed]) == {again.id}
    reviews.record(of_file(13, yes=(), no=("refund",)), "mail")
    back = of_file(14, yes=("refund",))
    assert find_recorded(reviews, [back]) == frozenset(), "the file was changed, and changed back"
