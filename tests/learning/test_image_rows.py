"""Rows about images: read, written, refused, compared."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tagging.learning.data.data_report import report_of
from tagging.learning.data.dataset import read_dataset, write_rows
from tagging.learning.data.duplicates import groups_of
from tagging.learning.data.rows import DataError, kind_of
from tests.image_bundle import TAXONOMY, image
from tests.image_rows import write_rows_file

PNG = image("garment")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/one.png").write_bytes(PNG)
    return tmp_path


def test_a_image_is_found_from_the_folder_of_its_data_set(folder: Path) -> None:
    file = write_rows_file(folder / "rows.jsonl", [{"path": "photos/one.png", "labels": ["garment"], "shop": "s1"}])
    (row,) = read_dataset(file, None).rows
    assert row.image
    assert (row.id, row.text, row.extra) == ("rows-1", "", {"shop": "s1"})
    assert row.image.path.read_bytes() == PNG
    assert row.image.sha256 == hashlib.sha256(PNG).hexdigest()


def test_rows_about_images_are_written_from_where_their_file_lies(folder: Path) -> None:
    file = write_rows_file(folder / "rows.jsonl", [{"id": "1", "path": "photos/one.png", "labels": ["garment"]}])
    read = read_dataset(file, None).rows
    write_rows(folder / "elsewhere/rows.jsonl", read)
    assert json.loads((folder / "elsewhere/rows.jsonl").read_text())["path"] == "../photos/one.png"
    (again,) = read_dataset(folder / "elsewhere/rows.jsonl", None).rows
    assert again.image
    assert read[0].image
    assert again.image.sha256 == read[0].image.sha256


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("lost.png", None, "its image cannot be read"),
        ("text.jpg", b"no image at all", "not_an_image"),
        ("empty.png", b"", "empty"),
        ("photo.heic", b"\0\0\0\x18ftypheic", "unsupported_format"),
    ],
)
def test_a_image_that_cannot_be_read_is_told_with_its_row(
    folder: Path, name: str, content: bytes | None, told: str
) -> None:
    if content is not None:
        (folder / name).write_bytes(content)
    rows = [{"path": "photos/one.png", "labels": []}, {"path": name, "labels": []}, {"path": name, "labels": []}]
    file = write_rows_file(folder / "rows.jsonl", rows)
    found = read_dataset(file, None)
    assert len(found.rows) == 1
    assert [(problem.row, told in problem.message) for problem in found.problems] == [(2, True), (3, True)]
    with pytest.raises(DataError, match=rf"rows\.jsonl, rows 2, 3: .*{told}"):
        read_dataset(file, None, strict=True)


def test_the_first_bytes_decide_what_a_file_without_a_telling_name_is(folder: Path) -> None:
    (folder / "unnamed").write_bytes(PNG)
    (folder / "mail.eml").write_bytes(b"BM: Subject\r\nSubject: BMW\r\n\r\nWhere is my BMW?")
    (row,) = read_dataset(write_rows_file(folder / "1.jsonl", [{"path": "unnamed", "labels": []}]), None).rows
    assert row.image
    (row,) = read_dataset(write_rows_file(folder / "2.jsonl", [{"path": "mail.eml", "labels": []}]), None).rows
    assert "BMW" in row.text


def test_texts_and_images_in_one_file_are_refused(folder: Path) -> None:
    rows = [{"path": "photos/one.png", "labels": []}, {"text": "Hello", "labels": []}]
    with pytest.raises(DataError, match="1 rows are images and 1 are texts: a bundle is for one kind"):
        read_dataset(write_rows_file(folder / "rows.jsonl", rows), None)


def test_the_same_image_twice_is_told_and_stays_together(folder: Path) -> None:
    (folder / "photos/copy.png").write_bytes(PNG)
    (folder / "photos/two.png").write_bytes(image("grocery"))
    rows = [
        {"path": "photos/one.png", "labels": ["garment"], "split": "train"},
        {"path": "photos/two.png", "labels": ["grocery"], "split": "train"},
        {"path": "photos/copy.png", "labels": ["other"], "split": "test"},
    ]
    found = read_dataset(write_rows_file(folder / "rows.jsonl", rows), TAXONOMY).rows
    same = report_of(found, TAXONOMY).duplicates
    assert (same.texts, same.rows, same.across_splits, same.disagreeing) == (1, 1, 1, 1)
    assert groups_of(found).tolist() == [0, 1, 0]
    assert kind_of(found) == "image"


def test_a_label_brings_the_label_that_its_head_waits_for(folder: Path) -> None:
    rows = [{"path": "photos/one.png", "labels": ["sugary"]}]
    (row,) = read_dataset(write_rows_file(folder / "rows.jsonl", rows), TAXONOMY).rows
    assert row.labels == {"sugary", "ripe", "grocery"}
    rows = [{"path": "photos/one.png", "labels": ["sugary", "garment"]}]
    with pytest.raises(DataError, match="head kind is exclusive, and holds garment, grocery"):
        read_dataset(write_rows_file(folder / "rows.jsonl", rows), TAXONOMY)
