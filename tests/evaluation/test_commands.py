"""`tagging evaluate` and `tagging compare` as a person and a pipeline run them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tagging.cli.main import app


def run(*words: object, exit_code: int = 0) -> tuple[str, str]:
    """What is printed for people to read, and what beside it."""
    done = CliRunner(env={"COLUMNS": "200"}).invoke(app, [*map(str, words)])
    assert done.exit_code == exit_code, done.output
    return done.stdout, done.stderr


def test_a_person_reads_outcomes_labels_and_routes(tiny_bundle: Path, rows_file: Path) -> None:
    told, _ = run("evaluate", "--bundle", tiny_bundle, "--data", rows_file, "--full")
    for word in ("fully right", "micro-F1", "wants_person", "shipping", "test sampling only", "head mood"):
        assert word in told


def test_a_person_in_a_hurry_reads_outcomes_review_and_two_figures_a_label(tiny_bundle: Path, rows_file: Path) -> None:
    told, _ = run("evaluate", "--bundle", tiny_bundle, "--data", rows_file)
    for word in ("fully right", "micro-F1", "wants_person", "precision", "--full", "of the mistakes"):
        assert word in told
    for word in ("ECE", "slope", "Hamming", "head mood"):
        assert word not in told


def test_a_machine_reads_json_and_nothing_else(tiny_bundle: Path, rows_file: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    told, _ = run("evaluate", "--bundle", tiny_bundle, "--data", rows_file, "--report", page, "--json")
    result = json.loads(told)
    assert result["schema"] == "tagging.evaluation/1"
    assert result["file"]["data"] == "rows.jsonl"
    assert result["data"]["tagged"] == 42
    assert {label["id"] for label in result["labels"]} == {"late", "broken", "angry", "happy", "wants_person"}
    assert "Of 100 mails like these" in page.read_text()


def test_rows_that_cannot_be_used_are_told_and_left_out_or_stop_it(
    tiny_bundle: Path, rows_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(rows_file.read_text() + '{"id": "x", "text": "y", "labels": ["no_such_label"]}\n[1]\n')
    told, beside = run("evaluate", "--bundle", tiny_bundle, "--data", path, "--json")
    assert json.loads(told)["data"]["tagged"] == json.loads(told)["file"]["skipped"] + 40 == 42
    assert "no_such_label" in beside
    assert "44" in beside
    told, beside = run("evaluate", "--bundle", tiny_bundle, "--data", path, "--json", "--strict", exit_code=1)
    assert told == ""
    assert "no_such_label" in beside


def with_splits(rows_file: Path, path: Path) -> Path:
    """The rows, of which the first ten are for testing and the others for training."""
    rows = [json.loads(line) for line in rows_file.read_text().splitlines()]
    told = [row | {"split": "test" if place < 10 else "train"} for place, row in enumerate(rows)]
    path.write_text("".join(json.dumps(row) + "\n" for row in told))
    return path


def test_rows_for_testing_are_taken_where_the_data_say_so(tiny_bundle: Path, rows_file: Path, tmp_path: Path) -> None:
    rows = with_splits(rows_file, tmp_path / "rows.jsonl")
    for words, count in (((), 10), (("--split", "train"), 32), (("--split", "all"), 42)):
        told, beside = run("evaluate", "--bundle", tiny_bundle, "--data", rows, "--json", *words)
        assert json.loads(told)["data"]["tagged"] == count
        assert ("left out" in beside) == (count < 42)
    _, beside = run("evaluate", "--bundle", tiny_bundle, "--data", rows, "--split", "dev", exit_code=2)
    assert "no row of split dev" in beside


def test_rows_that_the_bundle_has_learned_from_raise_an_alarm(
    learned_from: Callable[[Path], Path], rows_file: Path, tmp_path: Path
) -> None:
    rows, page = with_splits(rows_file, tmp_path / "rows.jsonl"), tmp_path / "report.html"
    bundle = learned_from(rows)
    told, beside = run("evaluate", "--bundle", bundle, "--data", rows, "--split", "all", "--json", "--report", page)
    assert "has learned from these very rows" in beside
    assert json.loads(told)["file"]["seen"] is True
    assert "has learned from these very rows" in page.read_text()
    told, beside = run("evaluate", "--bundle", bundle, "--data", rows, "--json")
    assert json.loads(told)["file"]["seen"] is False
    assert "learned" not in beside


@pytest.mark.parametrize("missing", ["bundle", "data", "report"])
def test_a_wrong_path_is_wrong_use(tiny_bundle: Path, rows_file: Path, tmp_path: Path, missing: str) -> None:
    paths = {"bundle": tiny_bundle, "data": rows_file, "report": tmp_path / "report.html"}
    paths[missing] = tmp_path / "nowhere" / "at-all.html"
    _, beside = run("evaluate", *(word for name, path in paths.items() for word in (f"--{name}", path)), exit_code=2)
    assert "nowhere" in beside


def test_a_bundle_passes_against_itself(tiny_bundle: Path, rows_file: Path) -> None:
    told, _ = run("compare", tiny_bundle, tiny_bundle, "--data", rows_file)
    assert "safe to promote" in told
    told, _ = run("compare", tiny_bundle, tiny_bundle, "--data", rows_file, "--json")
    result = json.loads(told)
    assert result["safe"] is True
    assert result["reasons"] == []


def test_an_undecided_critical_label_is_exit_1(
    with_critical: Callable[[str], Path], rows_file: Path, tmp_path: Path
) -> None:
    bundle = with_critical("late")
    assert json.loads(run("compare", bundle, bundle, "--data", rows_file, "--json")[0])["safe"] is True
    few = tmp_path / "few.jsonl"
    few.write_text("".join(line for line in rows_file.read_text().splitlines(True) if '"late"' not in line))
    told, _ = run("compare", bundle, bundle, "--data", few, exit_code=1)
    assert "critical label late is undecided" in told
    told, _ = run("compare", bundle, bundle, "--data", rows_file, "--positives", "50", "--json", exit_code=1)
    assert json.loads(told)["labels"][0]["verdict"] == "undecided"


def test_a_label_that_is_no_longer_critical_is_exit_1(
    with_critical: Callable[[str], Path], tiny_bundle: Path, rows_file: Path
) -> None:
    told, _ = run("compare", with_critical("late"), tiny_bundle, "--data", rows_file, exit_code=1)
    assert "label late is no longer critical" in told
