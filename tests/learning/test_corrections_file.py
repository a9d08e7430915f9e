"""A file of corrections: which lines are answers about which item, and what each other line is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tagging.learning.corrections import Rules, read_corrections
from tagging.learning.data import DataError
from tests.learning.test_corrections import rows_by_id


def write(path: Path, *lines: dict[str, Any] | str) -> Path:
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return path


def test_a_file_names_the_item_by_its_content_and_later_lines_are_later_answers(tmp_path: Path) -> None:
    (tmp_path / "m.txt").write_text("Subject: x\n\nThe parrot is ill.")
    file = write(
        tmp_path / "c.jsonl",
        {"text": "My card is lost.", "author": "ann", "yes": ["refund"]},
        {"text": "My card is LOST", "author": "ann", "no": ["refund"], "chance": 0.25},
        {"path": "m.txt", "author": "ben", "yes": ["bird"]},
        {"item": "x1", "author": "ben", "yes": ["card"]},
        {"item": "x1", "author": "eve", "text": "Gone.", "no": ["parrot"]},
    )
    found = read_corrections(file)
    assert not found.problems
    assert len(found.items) == 3
    lost = next(each for each in found.items.values() if "lost" in each.row.text)
    assert lost.inclusion == 0.25
    rows = rows_by_id(found, rules=Rules(hold_out=0))
    assert not rows[lost.row.id].labels
    assert "refund" not in rows[lost.row.id].unknown
    assert rows["x1"].labels == {"card"}


def test_each_line_that_cannot_be_used_has_its_sentence(tmp_path: Path) -> None:
    file = write(
        tmp_path / "c.jsonl",
        {"text": "fine", "author": "ann", "yes": ["card"]},
        "no json",
        {"author": "ann", "yes": ["card"]},
        {"text": "a", "yes": ["card"]},
        {"text": "a", "author": "ann", "yes": ["card"], "no": ["card"]},
        {"text": "a", "author": "ann"},
        {"text": "a", "author": "ann", "yes": ["card"], "answered_at": "2999-01-01T00:00:00+00:00"},
        {"text": "a", "author": "ann", "yes": ["card"], "chance": 0},
        {"text": "  ", "author": "ann", "yes": ["card"]},
        {"path": "none.txt", "author": "ann", "yes": ["card"]},
        {"item": "unknown", "author": "ann", "yes": ["card"]},
    )
    problems = {each.row: each.message for each in read_corrections(file).problems}
    expected = {
        2: "is no JSON object",
        3: "has neither text nor path",
        4: "no_author",
        5: "contradiction",
        6: "answers nothing",
        7: "from_the_future",
        8: "its chance is no number",
        9: "has no text",
        10: "its mail file cannot be read",
        11: "no line has the text or path of item unknown",
    }
    assert problems.keys() == expected.keys()
    assert all(words in problems[row] for row, words in expected.items())


def test_a_file_that_holds_nothing_or_is_not_there_is_refused(tmp_path: Path) -> None:
    for file in (write(tmp_path / "empty.jsonl"), tmp_path / "none.jsonl"):
        with pytest.raises(DataError, match=file.name):
            read_corrections(file)
