"""A folder's mails, texts and images are found; whatever else lies there is counted."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image as pil

from tagging.local.item_files import find_images, find_items, find_mails, one_line, skipped_files

MAIL = b"Return-Path: <a@b.example>\r\nSubject: hello\r\n\r\nMy card was stolen.\r\n"


def png() -> bytes:
    out = io.BytesIO()
    pil.new("RGB", (4, 4), "red").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in {
        "a.eml": MAIL,
        "b.JPG": png(),
        "c.heic": b"\0\0\0\x18ftypheic",
        "d.jfif": b"",
        "e.pdf": b"%PDF-1.7",
        "f.dat": png(),
        "g.bin": b"\0\0\0\x18ftypavif\0\0\0\0",
        "h": png(),
        "i6tobk75ur44p8kdnnp7g2n800": MAIL,
        "README": b"Read this first: it explains.\n",
        "notes.md": b"# Notes",
        "rows.json": b"{}",
        ".DS_Store": b"\0\0\0\1Bud1",
        "Thumbs.db": b"\xd0\xcf\x11\xe0",
        "__MACOSX/._b.JPG": b"\0\5\x16\7",
        "sub/new\nline.svg": b"<svg/>",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return tmp_path


def test_every_image_and_mail_is_an_item_whatever_its_name(folder: Path) -> None:
    found = {Path(item.id).name: item.kind for item in find_items(folder)}
    images = dict.fromkeys(("b.JPG", "c.heic", "d.jfif", "e.pdf", "f.dat", "g.bin", "h", "new\nline.svg"), "image")
    assert found == images | {"a.eml": "mail", "i6tobk75ur44p8kdnnp7g2n800": "mail"}
    assert {Path(file.key).name for file in find_images(folder)} == set(map(one_line, images))
    assert [file.key for file in find_mails(folder)] == ["a.eml", "i6tobk75ur44p8kdnnp7g2n800"]


def test_other_files_are_counted_in_one_line(folder: Path) -> None:
    assert skipped_files(folder) == "3 files skipped: .json, .md, no suffix"
    (folder / "sub/x.md").write_text("")
    assert skipped_files(folder / "sub") == "1 file skipped: .md"
    (folder / "sub/x.md").unlink()
    assert skipped_files(folder / "sub") == ""


def test_a_name_is_one_line_and_always_printable() -> None:
    assert one_line("a\nb\x1b[31m\r\u2028ü") == "a\\nb\\x1b[31m\\r\\u2028ü"
