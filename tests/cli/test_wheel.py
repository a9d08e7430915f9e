"""The wheel in a folder without a clone: it tags and trains, and other commands name what they need."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
OF_THE_CLONE = ("demo", "invoke", "build", "cost", "doctor", "dashboard", "benchmark")


@pytest.fixture(scope="module")
def installed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content of the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=root, capture_output=True, check=True)
    (wheel,) = folder.glob("tagging-*.whl")
    with zipfile.ZipFile(wheel) as content:
        content.extractall(folder / "site")
    wheel.unlink()
    return folder / "site"


def runner(installed: Path, folder: Path) -> Run:
    program = "from tagging.cli.main import main; main()"
    environment = {**os.environ, "PYTHONPATH": str(installed), "HOME": str(folder)}

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", program, *map(str, words)]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)

    return run


@pytest.fixture
def run(installed: Path, tmp_path: Path) -> Run:
    return runner(installed, tmp_path)


def test_samples_of_the_wheel_are_tagged_by_the_bundles_of_the_wheel(run: Run) -> None:
    done = run("tag", "events/mails/gmail_alternative.eml", "events/images", "--json")
    assert done.returncode == 0, done.stderr
    mail, *images = map(json.loads, done.stdout.splitlines())
    assert mail["labels"]
    assert {image["kind"] for image in images} == {"image"}


def test_own_labels_are_learned_evaluated_and_compared(run: Run, tmp_path: Path) -> None:
    files = ("--out", "train.jsonl", "--test-out", "test.jsonl", "--taxonomy", "shop.yaml")
    for words in (
        ("import", "csv", "events/examples/shop.csv", *files),
        ("train", "--data", "train.jsonl", "--taxonomy", "shop.yaml", "--out", "shop"),
        ("evaluate", "--bundle", "shop", "--data", "test.jsonl", "--report", "report.html"),
        ("compare", "shop", "shop", "--data", "test.jsonl"),
    ):
        done = run(*words)
        assert done.returncode == 0, done.stderr
        assert max(map(len, done.stdout.splitlines())) <= 80, done.stdout
    assert (tmp_path / "report.html").exists()


@pytest.mark.parametrize("command", OF_THE_CLONE)
def test_a_command_that_needs_the_clone_says_so_in_one_line(run: Run, command: str) -> None:
    done = run(command)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert "needs a clone of the project" in line


def test_the_version_is_that_of_the_project(run: Run, root: Path) -> None:
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    assert run("--version").stdout.strip() == f"tagging {version}"


def test_a_wheel_without_bundles_says_in_one_line_what_to_do(installed: Path, tmp_path: Path) -> None:
    shutil.copytree(installed / "tagging", tmp_path / "site/tagging", ignore=shutil.ignore_patterns("shipped"))
    (tmp_path / "mail.txt").write_text("I lost my card.")
    done = runner(tmp_path / "site", tmp_path)("tag", "mail.txt")
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert "install a wheel that was built with it, or name another folder" in line
