"""Reading NLU++ and its official regimes, on a small folder of the same form."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tagging.learning.data.open_sets.nlupp import FOLDS, official_runs, read_nlupp
from tagging.learning.data.rows import DataError

ONTOLOGY = {
    "intents": {
        "thank": {"description": "thanks", "domain": ["general"]},
        "card": {"description": "a card", "domain": ["banking"]},
        "pool": {"description": "a pool", "domain": ["hotels"]},
    }
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "nlupp/banking").mkdir(parents=True)
    (tmp_path / "nlupp/ontology.json").write_text(json.dumps(ONTOLOGY))
    for fold in range(FOLDS):
        rows = [{"text": f"my card {fold}", "intents": ["card"]}, {"text": "hm", "slots": {}}]
        (tmp_path / f"nlupp/banking/fold{fold}.json").write_text(json.dumps(rows))
    return tmp_path


@pytest.mark.parametrize("inside", ["", "nlupp"])
def test_rows_keep_their_fold_and_the_domain_its_labels(folder: Path, inside: str) -> None:
    found = read_nlupp(folder / inside, "banking")
    assert found.labels == ("thank", "card")
    assert len(found.rows) == 2 * FOLDS
    assert found.folds.tolist() == [fold for fold in range(FOLDS) for _ in range(2)]
    assert [row.labels for row in found.rows[:2]] == [{"card"}, frozenset()]


@pytest.mark.parametrize(("regime", "runs", "train"), [("low", 20, 2), ("mid", 10, 4), ("large", 10, 36)])
def test_each_regime_has_its_authors_runs(folder: Path, regime: str, runs: int, train: int) -> None:
    found = list(official_runs(regime, read_nlupp(folder, "banking").folds))
    assert len(found) == runs
    assert all(run.train.sum() == train and (run.train ^ run.test).all() for run in found)
    each = [run.test if regime == "large" else run.train for run in found]
    assert np.sum(each, axis=0).tolist() == [1] * 2 * FOLDS


def test_what_is_missing_or_wrong_is_named(folder: Path) -> None:
    with pytest.raises(DataError, match=r"hotels/fold0.json is missing"):
        read_nlupp(folder, "hotels")
    (folder / "nlupp/banking/fold3.json").write_text("[{")
    with pytest.raises(DataError, match=r"fold3.json is not JSON"):
        read_nlupp(folder, "banking")
    (folder / "nlupp/banking/fold3.json").write_text('[{"text": "x", "intents": ["pool"]}]')
    with pytest.raises(DataError, match=r"fold3.json: row 0 has intents"):
        read_nlupp(folder, "banking")
    with pytest.raises(DataError, match=r"ontology.json is missing"):
        read_nlupp(folder / "nowhere", "banking")
