"""`tagging benchmark unknown`, on small folders in the form of CLINC150 and DSTC11."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.quality.unknown_tests import IN_BOTH_DOMAINS, dstc11, near_duplicates
from tagging.cli.main import app
from tagging.learning.data.open_sets.clinc150 import SPLITS

REQUESTS = {
    "banking": {"FindATM": "where is an ATM near", "DisputeCharge": "I was charged twice by"},
    "insurance": {"AddDependent": "add my child to the policy", "ChangeAddress": "I moved to another house in"},
}
WORDS = "Rome Paris Oslo Bern Kiev Lima Cairo Delhi Tokyo Seoul Quito Lagos Tunis Sofia Riga Minsk Doha Male Baku Nice"
"""A row's own words, so that rows are no near duplicates."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "dstc11").mkdir()
    for domain, requests in REQUESTS.items():
        words = WORDS.split()
        rows = [
            {"text": f"{text} {' '.join(words[(n * k) % 20] for k in (1, 3, 7, 9, 11))} {n}", "labels": [name]}
            for name, text in requests.items()
            for n in range(20)
        ]
        (tmp_path / f"dstc11/{domain}.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    (tmp_path / "clinc150").mkdir()
    clinc = {split: [[f"how is the moon {split}", "oos"]] if "oos" in split else [] for split in SPLITS}
    (tmp_path / "clinc150/data_full.json").write_text(json.dumps(clinc))
    return tmp_path


def test_a_line_for_each_figure_is_printed_as_json(data: Path) -> None:
    arguments = ["benchmark", "unknown", "--data", str(data), "--splits", "1", "--only", "insurance", "--json"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    rows = json.loads(result.stdout)["rows"]
    assert rows["DSTC11 insurance: micro-F1 in scope"]["mean"] > 0.9
    assert 0 <= rows["DSTC11 insurance: micro-F1 without rows, background"]["mean"] <= 1
    assert 0 <= rows["DSTC11 insurance: texts of the other domain left unlabelled"]["mean"] <= 1


def test_texts_of_an_intent_that_both_domains_have_are_not_out_of_scope(data: Path) -> None:
    test = dstc11(data, 0, "multiclass", domain="insurance")
    assert "DisputeCharge" in IN_BOTH_DOMAINS["banking"]
    assert {text.partition(" ATM")[0] for text in test.unfit["texts of the other domain"]} == {"where is an"}
    assert len(test.train) + len(test.test) == 40


def test_texts_that_share_most_words_are_one_group() -> None:
    groups = near_duplicates(
        ["I lost my blue card", "where is it", "my blue card I lost today", "where is the shop now"]
    )
    assert groups[0] == groups[2]
    assert len(set(groups.tolist())) == 3
