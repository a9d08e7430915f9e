"""`tagging benchmark goemotions`, on a small folder in the form of GoEmotions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from benchmarks.quality.goemotions import goemotions

LABELS = {"thank you so much": "0", "this makes me furious": "1", "I love it, thank you": "0,2", "the sky": "3"}
app = typer.Typer()
app.command()(goemotions)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "labels.txt").write_text("gratitude\nanger\nlove\nneutral\n")
    for split, count in (("train", 12), ("dev", 6), ("test", 4)):
        lines = [f"{text} {n}\t{labels}\tc{n}" for text, labels in LABELS.items() for n in range(count)]
        (tmp_path / f"{split}.tsv").write_text("\n".join(lines))
    return tmp_path


def test_easy_data_is_learned_and_features_are_kept(data: Path) -> None:
    arguments = ["--data", str(data), "--cache", str(data / "kept"), "--json"]
    printed = json.loads(CliRunner().invoke(app, arguments).stdout)
    assert printed["rows"] == {"train": 48, "dev": 24, "test": 16}
    assert printed["macro_f1"] > 0.9
    assert set(printed["labels_f1"]) == {"gratitude", "anger", "love", "neutral"}
    assert list((data / "kept").iterdir())
    assert "macro" in CliRunner().invoke(app, arguments[:-1]).stdout


def test_a_folder_without_the_data_is_exit_2(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["--data", str(tmp_path)]).exit_code == 2
