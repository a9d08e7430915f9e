"""A layer is built once for the same input, reproducibly, and never partially."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from layers.runtime import tree
from layers.runtime.built import BuildError, read_marker
from layers.runtime.make import current_layer, make
from layers.runtime.recipes import Recipe


def recipe(inputs: str = "one", content: str = "content") -> Recipe:
    def fill(folder: Path) -> None:
        (folder / "python").mkdir()
        (folder / "python" / "module.py").write_text(content)

    return Recipe("layer", inputs, fill)


def test_a_built_layer_is_current(tmp_path: Path) -> None:
    assert current_layer(recipe(), "arm64", tmp_path) is None
    marker = make(recipe(), "arm64", tmp_path)
    assert current_layer(recipe(), "arm64", tmp_path) == marker
    assert (marker.unzipped, (tmp_path / "layer" / "python" / "module.py").read_text()) == (7, "content")


@pytest.mark.parametrize(("inputs", "architecture"), [("two", "arm64"), ("one", "x86_64")])
def test_a_layer_for_another_input_or_processor_is_not_current(tmp_path: Path, inputs: str, architecture: str) -> None:
    make(recipe(), "arm64", tmp_path)
    assert current_layer(recipe(inputs), architecture, tmp_path) is None


def test_a_layer_replaces_the_previous_one_and_leaves_no_other_files(tmp_path: Path) -> None:
    make(recipe(), "arm64", tmp_path)
    make(recipe("two", "newer"), "arm64", tmp_path)
    assert (tmp_path / "layer" / "python" / "module.py").read_text() == "newer"
    assert [path.name for path in tmp_path.iterdir()] == ["layer"]


def test_a_failed_build_leaves_the_previous_layer(tmp_path: Path) -> None:
    def fill(folder: Path) -> None:
        (folder / "half").write_text("half")
        raise BuildError("no network")

    before = make(recipe(), "arm64", tmp_path)
    with pytest.raises(BuildError):
        make(Recipe("layer", "two", fill), "arm64", tmp_path)
    assert read_marker(tmp_path / "layer") == before
    assert [path.name for path in tmp_path.iterdir()] == ["layer"]


@pytest.mark.parametrize("content", ["", "{", "{}", '{"name": "layer"}', "[1]", '{"notices": []}'])
def test_a_layer_with_a_damaged_marker_is_missing(tmp_path: Path, content: str) -> None:
    (tmp_path / ".built.json").write_text(content)
    assert read_marker(tmp_path) is None


def test_equal_content_has_the_same_hash_for_every_author_and_date(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder, names, mode in ((first, "ab", 0o600), (second, "ba", 0o755)):
        for name in names:
            (folder / name).mkdir(parents=True)
            (folder / name / "file").write_text(name)
            (folder / name / "file").chmod(mode)
        (folder / "empty").mkdir()
        os.utime(folder / "a" / "file", (mode, mode))
        tree.normalise(folder)
    assert tree.content_hash(first) == tree.content_hash(second)
    assert tree.zipped_size(first) == tree.zipped_size(second) > 0
    dates = {path.stat().st_mtime for folder in (first, second) for path in folder.rglob("*")}
    modes = {path.stat().st_mode & 0o777 for path in tree.files(tmp_path)}
    assert (len(dates), modes, (first / "empty").exists()) == (1, {0o644}, False)


def test_a_byte_moved_to_the_next_file_changes_the_hash(tmp_path: Path) -> None:
    hashes = set()
    for one, two in (("ab", "c"), ("a", "bc")):
        (tmp_path / "1").write_text(one)
        (tmp_path / "2").write_text(two)
        hashes.add(tree.content_hash(tmp_path))
    assert len(hashes) == 2
