"""`tagging benchmark nlupp`, on a small folder in the form of NLU++."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.quality.setfit import is_installed
from tagging.cli.main import app
from tagging.learning.data.open_sets.nlupp import FOLDS

LABELS = {
    "I lost my card": ["card", "lost"],
    "a new card please": ["card"],
    "thank you": ["thank"],
    "it is gone, I lost it": ["lost"],
    "well then": [],
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "banking").mkdir()
    labels = {name: {"description": name, "domain": ["general"]} for name in ("card", "lost", "thank", "unused")}
    (tmp_path / "ontology.json").write_text(json.dumps({"intents": labels}))
    for fold in range(FOLDS):
        rows = [
            {"text": f"{text} {n}", "intents": intents} for text, intents in LABELS.items() for n in (fold, fold + 100)
        ]
        (tmp_path / f"banking/fold{fold}.json").write_text(json.dumps(rows))
    return tmp_path


def test_easy_data_is_learned_from_one_fold_and_json_is_all_that_is_printed(data: Path) -> None:
    arguments = ["benchmark", "nlupp", "--data", str(data), "--runs", "2", "--json", "--no-setfit"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0
    printed = json.loads(result.stdout)
    assert (printed["domain"], printed["regime"], printed["runs"]) == ("banking", "low", 2)
    assert list(printed["contenders"]) == ["tagging", "tagging, no descriptions", "TF-IDF"]
    for means in printed["contenders"].values():
        assert means["micro_f1"] > 0.9
        assert len(means["each"]) == 2
    # A label without a positive row counts in one mean and not in the other.
    assert printed["contenders"]["tagging"]["macro_f1_all"] < printed["contenders"]["tagging"]["macro_f1"]


def test_a_table_is_printed_for_people(data: Path) -> None:
    result = CliRunner().invoke(
        app, ["benchmark", "nlupp", "--data", str(data), "--regime", "large", "--runs", "1", "--no-setfit"]
    )
    assert result.exit_code == 0
    assert "micro-F1" in result.stdout
    assert "TF-IDF" in result.stdout


@pytest.mark.skipif(not is_installed(), reason="needs the extra `peers`")
def test_setfit_is_measured_where_it_is_installed(data: Path) -> None:
    arguments = ["benchmark", "nlupp", "--data", str(data), "--runs", "1", "--setfit-steps", "1", "--json"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0
    assert 0 <= json.loads(result.stdout)["contenders"]["SetFit"]["micro_f1"] <= 1


@pytest.mark.parametrize("wrong", [["--data", "nowhere"], ["--data", ".", "--regime", "huge"], []])
def test_wrong_use_is_exit_2(wrong: list[str]) -> None:
    assert CliRunner().invoke(app, ["benchmark", "nlupp", *wrong]).exit_code == 2
