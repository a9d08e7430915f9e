"""The rows that an encoder is tuned on: none that it is measured on."""

from __future__ import annotations

import json
from pathlib import Path

from layers.mail_model.intent_rows import read_intent_rows
from tagging.learning.data.open_sets.clinc150 import SPLITS
from tagging.learning.data.open_sets.nlupp import DOMAINS, FOLDS


def test_test_splits_rows_without_an_intent_and_sentences_of_nlupp_are_left_out(tmp_path: Path) -> None:
    for domain in DOMAINS:
        for fold in range(FOLDS):
            path = tmp_path / "nlupp" / domain / f"fold{fold}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps([{"text": "Where is my card?", "intents": []}]))
    (tmp_path / "nlupp" / "ontology.json").write_text(json.dumps({"intents": {}}))
    (tmp_path / "banking77").mkdir()
    train = "text,category\nwhere is my card,card_arrival\nIs it coming,card_arrival\nWhy?,declined_transfer\n"
    (tmp_path / "banking77" / "train.csv").write_text(train)
    (tmp_path / "banking77" / "test.csv").write_text("text,category\nUnseen,card_arrival\n")
    (tmp_path / "clinc150").mkdir()
    said = {split: [[f"say {split}", "oos" if "oos" in split else "card_arrival"]] for split in SPLITS}
    (tmp_path / "clinc150" / "data_full.json").write_text(json.dumps(said))
    found = read_intent_rows(tmp_path)
    assert found.texts == ("Is it coming", "Why?", "say train", "say val")
    assert found.intents == (0, 1, 2, 2)
    assert found.sources == ("banking77", "banking77", "clinc150")
    assert found.names == ("card arrival", "declined transfer", "card arrival")
    assert found.words == ("arrival", "card", "declined", "transfer")
