"""Training without a single row: names, descriptions and unlabelled texts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tagging.learning.data import DataError
from tagging.learning.training import TrainRequest, train_bundle
from tagging.mail import text_mail
from tagging.start import load_bundle
from tagging.taxonomy import Head, Label, Taxonomy

LABELS = {
    "lost_card": ("the customer's bank card is lost or stolen", "I cannot find my card, somebody stole it"),
    "opening_hours": ("when the branch opens and closes", "Until what time are you open on Saturday?"),
    "loan": ("borrowing money, a loan or a mortgage", "We would like to borrow money to buy a house"),
    "complaint": ("the customer is angry about bad service", "Your service is terrible and I am angry"),
}


@pytest.fixture
def request_of(root: Path, tmp_path: Path) -> TrainRequest:
    labels = tuple(Label(id=label, description=description) for label, (description, _) in LABELS.items())
    taxonomy = Taxonomy(version=1, heads=(Head(id="topic", kind="multiclass", labels=labels),))
    model = root / "layers/mail_model"
    return TrainRequest((), taxonomy, model / "bundle/encoder", tmp_path / "b", background=model / "background.npz")


def test_labels_are_found_by_name_and_description_and_go_to_review(request_of: TrainRequest) -> None:
    summary = train_bundle(request_of)
    assert summary.rows == 0
    assert all(label.decision.zero_shot and not label.decision.meets_objective for label in summary.labels)
    tagger = load_bundle(request_of.out)
    for label, (_, text) in LABELS.items():
        result = tagger.tag(text_mail(text))
        assert [one.id for one in result.labels] == [label], text
        assert "unproven_label" in result.review_reasons


def test_unlabelled_texts_of_ones_own_take_the_place_of_the_background(
    request_of: TrainRequest, tmp_path: Path
) -> None:
    file = tmp_path / "texts.txt"
    file.write_text("\n".join(text for _, text in LABELS.values()) + "\n" + "\n".join(f"Mail {n}" for n in range(9)))
    train_bundle(replace(request_of, unlabelled=file, background=None))
    assert [one.id for one in load_bundle(request_of.out).tag(text_mail(LABELS["loan"][1])).labels] == ["loan"]


def test_without_rows_and_texts_there_is_nothing_to_learn_from(request_of: TrainRequest, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="neither rows nor unlabelled texts"):
        train_bundle(replace(request_of, background=None))
    (tmp_path / "few.txt").write_text("one text\nanother text")
    with pytest.raises(DataError, match="2 unlabelled texts"):
        train_bundle(replace(request_of, unlabelled=tmp_path / "few.txt"))
