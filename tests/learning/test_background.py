"""Background: texts without labels, kept as features, among the rows of a training."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tagging.learning.data import DataError, Example, annotations_of
from tagging.learning.features import (
    Encoded,
    choose_lexicon,
    compose_background,
    encode_all,
    encode_background,
    encode_items,
    item_texts,
    load_background,
    public_grams,
    read_background,
    read_texts,
    write_background,
)
from tagging.learning.heads import Labelled, wide_features
from tagging.learning.training import TrainRequest, train_bundle
from tagging.learning.training.background_items import background_items
from tagging.mail import text_mail
from tagging.model import load_encoder
from tagging.start import load_bundle
from tagging.taxonomy import Head, Label, Taxonomy

OTHERS = ["The moon is far away.", "My cat sleeps on the sofa.", "We went hiking. It rained all day.", "A pie recipe."]


@pytest.fixture(scope="module")
def encoder_folder(root: Path) -> Path:
    return root / "layers/mail_model/bundle/encoder"


def encoding(folder: Path):
    encoder, _ = load_encoder(folder)

    def encode(texts) -> Encoded:
        return encode_all(encoder, texts)

    return encode


def test_a_background_is_read_as_it_was_written_and_has_no_text(encoder_folder: Path, tmp_path: Path) -> None:
    encode, path = encoding(encoder_folder), tmp_path / "b.npz"
    texts = compose_background({"moon": [item_texts(text) for text in OTHERS], "sun": [item_texts("It is hot.")]})
    written = encode_background(texts, encode, "v1", {"moon": "ours"})
    write_background(path, written)
    read = read_background(path)
    assert np.abs(read.items.encoded.dense - written.items.encoded.dense).max() < 0.005
    assert (read.sources, read.encoder, read.licences) == (written.sources, "v1", {"moon": "ours"})
    assert read.items.counts.tolist() == written.items.counts.tolist()
    assert set(read.without(["sun"]).sources) == {"moon"}
    assert b"sofa" not in b"".join(file.tobytes() for file in np.load(path).values())


def test_n_grams_of_a_background_are_those_of_its_texts(encoder_folder: Path) -> None:
    encode = encoding(encoder_folder)
    items = [item_texts(text) for text in OTHERS]
    encoded = encode_items(items, encode).encoded
    lexicon = choose_lexicon((), 0.6, own=encoded.pieces)
    background = encode_background(compose_background({"all": items}), encode, "v1")
    ours, theirs = background.wide_features(lexicon), wide_features(encoded, lexicon)
    rows = ours.rest.toarray()
    assert all(np.abs(rows - row).max(axis=1).min() < 1e-6 for row in theirs.rest.toarray())


def test_labels_of_the_nearest_row_are_unknown_in_a_similar_item_and_no_label_holds(encoder_folder: Path) -> None:
    encode = encoding(encoder_folder)
    rows = [
        Example(f"{label}{n}", f"{text} {n}", frozenset({label}))
        for label, text in {"card": "I lost my bank card number", "loan": "I want to borrow money for"}.items()
        for n in range(5)
    ]
    items = encode_items([item_texts(row.text) for row in rows], encode)
    labelled = Labelled(items, annotations_of(rows, ["card", "loan"]), np.zeros(10, dtype=np.int64))
    texts = ["I lost my bank card number 3", *OTHERS]
    background = encode_background(compose_background({"all": [item_texts(text) for text in texts]}), encode, "v1")
    found = background_items(background, labelled, 100, 5)
    assert not found.annotations.positive.any()
    assert found.annotations.observed[0].tolist() == [False, True]
    assert found.annotations.observed[1:].all()
    assert found.items.texts().min() == 100


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("b.jsonl", '{"text": "a b"}\n{"text": "c", "labels": ["x"]}', "row 2 has labels"),
        ("b.jsonl", '["text"]', "row 1 is not"),
        ("b.txt", " \n!!\n", "holds no text"),
        ("b.npz", "no zip", "not a background file"),
    ],
)
def test_a_file_that_is_no_background_is_refused_in_one_line(tmp_path: Path, name: str, content: str, why: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(DataError, match=why):
        load_background(tmp_path / name, lambda texts: Encoded(np.zeros((len(texts), 3)), ()), "v1")


def test_items_of_the_background_count_among_those_that_have_an_n_gram(encoder_folder: Path) -> None:
    items = {
        "all": [item_texts(text) for text in ("The red sofa is old. A sofa is here.", "Sit on a sofa.", "Walk on.")]
    }
    background = encode_background(compose_background(items), encoding(encoder_folder), "v1")
    assert 2 <= background.items_with("sofa") <= len(background.groups)
    assert background.items_with("moon") == 0
    texts = [["sofa", "iban"]] * 3
    assert choose_lexicon(texts, weight=1.0, elsewhere={"sofa": 2, "iban": 1, "sofa iban": 0}.__getitem__).grams == (
        "sofa",
    )


def test_common_n_grams_of_a_source_count_as_enough_until_it_is_left_out(encoder_folder: Path, tmp_path: Path) -> None:
    texts = compose_background({"all": [item_texts(text) for text in OTHERS]})
    public = {"news": public_grams([["zebra", "stripes"]] * 5 + [["zebra", "iban"]])}
    written = replace(encode_background(texts, encoding(encoder_folder), "v1"), public=public)
    write_background(tmp_path / "b.npz", written)
    read = read_background(tmp_path / "b.npz")
    assert [read.items_with(gram) for gram in ("zebra stripes", "iban")] == [5, 0]
    assert read.without(["news"]).items_with("zebra stripes") == 0


def test_features_of_another_encoder_are_refused(encoder_folder: Path, tmp_path: Path) -> None:
    texts = compose_background({"all": [item_texts(text) for text in OTHERS]})
    write_background(tmp_path / "b.npz", encode_background(texts, encoding(encoder_folder), "v1"))
    with pytest.raises(DataError, match="v1, not of v2"):
        load_background(tmp_path / "b.npz", encoding(encoder_folder), "v2")


def test_texts_are_read_from_lines_or_rows(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("one text\n\nanother\n")
    (tmp_path / "b.jsonl").write_text(json.dumps({"id": "1", "text": "a row", "labels": []}))
    assert [item.full_text for item in read_texts(tmp_path / "b.txt")] == ["one text", "another"]
    assert [item.full_text for item in read_texts(tmp_path / "b.jsonl")] == ["a row"]


def test_a_bundle_trained_with_the_shipped_background_leaves_foreign_texts_unlabelled(
    root: Path, encoder_folder: Path, tmp_path: Path
) -> None:
    requests = {"card": "I lost my bank card", "loan": "I want to borrow money", "atm": "where is a cash machine"}
    labels = tuple(Label(id=label, description=text) for label, text in requests.items())
    taxonomy = Taxonomy(version=1, heads=(Head(id="topic", kind="multiclass", labels=labels),))
    words = ("today", "please", "in Rome", "again", "for my son", "now", "at night", "abroad", "quickly", "as before")
    rows = [Example(f"{k}{n}", f"{t} {w}", frozenset({k})) for k, t in requests.items() for n, w in enumerate(words)]
    background = root / "layers/mail_model/background.npz"
    for name, file in (("with", background), ("without", None)):
        train_bundle(TrainRequest(rows, taxonomy, encoder_folder, tmp_path / name, background=file))
    labelled = {
        name: [len(load_bundle(tmp_path / name).tag(text_mail(text)).labels) for text in OTHERS]
        for name in ("with", "without")
    }
    assert sum(labelled["with"]) < sum(labelled["without"])
    tagger = load_bundle(tmp_path / "with")
    assert [one.id for one in tagger.tag(text_mail("I lost my card yesterday")).labels] == ["card"]
