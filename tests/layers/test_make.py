"""A layer is made once from the same input, the same again from the same input, and never half."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from layers.runtime import tree
from layers.runtime.built import read_marker
from layers.runtime.make import make, standing
from layers.runtime.recipes import BuildFailed, Recipe


def recipe(inputs: str = "one", content: str = "content") -> Recipe:
    def fill(folder: Path) -> None:
        (folder / "python").mkdir()
        (folder / "python" / "module.py").write_text(content)

    return Recipe("layer", inputs, fill)


def test_a_layer_stands_once_it_is_made(tmp_path: Path) -> None:
    assert standing(recipe(), "arm64", tmp_path) is None
    made = make(recipe(), "arm64", tmp_path)
    assert standing(recipe(), "arm64", tmp_path) == made
    assert (made.unzipped, (tmp_path / "layer" / "python" / "module.py").read_text()) == (7, "content")


@pytest.mark.parametrize(("inputs", "architecture"), [("two", "arm64"), ("one", "x86_64")])
def test_another_input_or_processor_needs_another_layer(tmp_path: Path, inputs: str, architecture: str) -> None:
    make(recipe(), "arm64", tmp_path)
    assert standing(recipe(inputs), architecture, tmp_path) is None


def test_a_layer_replaces_the_one_before_it_and_leaves_nothing_beside(tmp_path: Path) -> None:
    make(recipe(), "arm64", tmp_path)
    make(recipe("two", "newer"), "arm64", tmp_path)
    assert (tmp_path / "layer" / "python" / "module.py").read_text() == "newer"
    assert [path.name for path in tmp_path.iterdir()] == ["layer"]


def test_a_build_that_fails_leaves_the_layer_that_stood(tmp_path: Path) -> None:
    def fill(folder: Path) -> None:
        (folder / "half").write_text("half")
        raise BuildFailed("no network")

    before = make(recipe(), "arm64", tmp_path)
    with pytest.raises(BuildFailed):
        make(Recipe("layer", "two", fill), "arm64", tmp_path)
    assert read_marker(tmp_path / "layer") == before
    assert [path.name for path in tmp_path.iterdir()] == ["layer"]


@pytest.mark.parametrize("said", ["", "{", "{}", '{"name": "layer"}', "[1]", '{"notices": []}'])
def test_a_damaged_marker_is_no_layer(tmp_path: Path, said: str) -> None:
    (tmp_path / ".built.json").write_text(said)
    assert read_marker(tmp_path) is None


def test_the_same_content_has_the_same_hash_whoever_wrote_it_and_when(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder, names, mode in ((first, "ab", 0o600), (second, "ba", 0o755)):
        for name in names:
            (folder / name).mkdir(parents=True)
            (folder / name / "file").write_text(name)
            (folder / name / "file").chmod(mode)
        (folder / "empty").mkdir()
        os.utime(folder / "a" / "file", (mode, mode))
        tree.settle(folder)
    assert tree.content_hash(first) == tree.content_hash(second)
    assert tree.zipped_size(first) == tree.zipped_size(second) > 0
    dates = {path.stat().st_mtime for folder in (first, second) for path in folder.rglob("*")}
    modes = {path.stat().st_mode & 0o777 for path in tree.files(tmp_path)}
    assert (len(dates), modes, (first / "empty").exists()) == (1, {0o644}, False)


def test_a_byte_moved_from_one_file_to_the_next_is_another_content(tmp_path: Path) -> None:
    hashes = set()
    for one, two in (("ab", "c"), ("a", "bc")):
        (tmp_path / "1").write_text(one)
        (tmp_path / "2").write_text(two)
        hashes.add(tree.content_hash(tmp_path))
    assert len(hashes) == 2
