"""`tagging benchmark train` and `mail`, on small data."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from benchmarks.quality.calibration import summarise_calibration
from benchmarks.speed.long_texts import SUBJECTS, composed_rows
from benchmarks.speed.train import feature_share, fit_seconds, many_labels, synthetic_rows, tuned_seconds
from tagging.cli.main import app
from tagging.learning.data.open_sets.multidogo import FILE
from tagging.learning.data.open_sets.nlupp import FOLDS
from tagging.learning.numeric.arrays import Annotations

LABELS = {"I lost my card": ["card", "lost"], "a new card please": ["card"], "it is gone": ["lost"], "well then": []}


def test_synthetic_rows_have_two_labels_on_average() -> None:
    encoded, annotations = synthetic_rows(300, 20)
    assert (encoded.dense.shape, encoded.dense.dtype) == ((300, 1152), np.float32)
    assert annotations.positive.sum(axis=1).mean() == pytest.approx(2, abs=0.3)


def test_long_texts_have_60_to_200_words_and_each_label_that_they_name() -> None:
    rows = composed_rows(60)
    assert all(60 <= len(row.text.split()) <= 200 for row in rows)
    assert all(row.labels == {label for label in SUBJECTS if f"the {label} " in row.text} for row in rows)
    assert {label for row in rows for label in row.labels} == SUBJECTS.keys()


def test_everything_is_measured(root: Path) -> None:
    assert fit_seconds(60, 3).processor > 0
    assert tuned_seconds(60, 3).wall > 0
    assert feature_share(root / "layers/mail_model/bundle/encoder", texts=5) > 0
    large = many_labels(labels=30, rows=50)
    assert large.peak_mb > 0
    assert large.score_ms > 0


def test_only_labels_with_enough_positive_rows_are_counted() -> None:
    random = np.random.default_rng(0)
    scores = random.random((4000, 2))
    positive = random.random(scores.shape) < scores
    positive[:, 1] &= np.arange(4000) < 40
    annotations = Annotations(positive, np.ones_like(positive))
    summary = summarise_calibration(scores, annotations)
    assert (summary.labels, summary.skill, summary.slope, summary.error) == (1, 1, 1, 1)
    assert summarise_calibration(scores, annotations, repeats=100).labels == 0
    assert summarise_calibration(scores**4, annotations).error == 0


@pytest.fixture
def data(tmp_path: Path) -> Path:
    intents = {name: {"description": name, "domain": ["general"]} for name in ("card", "lost")}
    for domain in ("banking", "hotels"):
        (tmp_path / "nlupp" / domain).mkdir(parents=True)
        for fold in range(FOLDS):
            rows = [{"text": f"{text} {fold}", "intents": labels} for text, labels in LABELS.items()]
            (tmp_path / f"nlupp/{domain}/fold{fold}.json").write_text(json.dumps(rows))
    (tmp_path / "nlupp/ontology.json").write_text(json.dumps({"intents": intents}))
    chats = [
        {
            "domain": "shop",
            "split": "dev" if number % 3 == 0 else "train",
            "conversation": str(number),
            "text": f"hello. {text} {number}. ok. thanks.",
            "labels": labels,
        }
        for number, (text, labels) in enumerate(10 * list(LABELS.items()))
        if labels
    ]
    (tmp_path / "multidogo").mkdir()
    (tmp_path / "multidogo" / FILE).write_text(json.dumps(chats))
    return tmp_path


def test_the_poolings_of_a_mail_are_compared_on_all_three_tests(data: Path) -> None:
    result = CliRunner().invoke(app, ["benchmark", "mail", "--data", str(data), "--json"])
    assert result.exit_code == 0, result.output
    contests = json.loads(result.stdout)["contests"]
    assert len(contests) == 3
    for contest in contests:
        assert set(contest["micro_f1"]) == {"whole", "sentences", "both"}
        assert contest["chosen_f1"] == pytest.approx(contest["micro_f1"][contest["chosen"]], abs=1e-4)


def test_wrong_use_is_exit_2() -> None:
    assert CliRunner().invoke(app, ["benchmark", "mail", "--data", "nowhere"]).exit_code == 2
