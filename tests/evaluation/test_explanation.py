"""An explanation adds up to the logit that serves, word by word, for every way of listening to a mail."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from typer.testing import CliRunner

from tagging.cli.main import app
from tagging.learning.data.dataset import read_dataset
from tagging.learning.evaluation.explanation import Explainer, lexical_split
from tagging.learning.features.nearest import Neighbours
from tagging.learning.features.token_layers import TokenLayers
from tagging.mail.parser import text_mail
from tagging.model.bundle_files import BundleError
from tagging.model.manifest import Aggregate
from tagging.model.ngrams import Lexicon
from tagging.model.tagger import Tagger
from tagging.start import load_bundle

LONG = text_mail(
    "Hello,\n\nthe parcel from the bakery is late again. The vase in it arrived brökén 😀, I am angry!\n\nBest wishes",
    "The parcel is late",
)
SHORT = text_mail("My parcel from the bäkery 😀 is late.")


def tag_text(folder: Path, *words: object) -> str:
    """What `tagging tag` prints of one text."""
    (folder / "vase.txt").write_text("The vase from the florist arrived broken.")
    done = CliRunner(env={"COLUMNS": "300"}).invoke(app, ["tag", str(folder / "vase.txt"), *map(str, words)])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("aggregate", ["sentences", "whole", "both"])
def test_the_parts_add_up_to_the_logit_that_serves(
    make_tiny_bundle: Callable[[Aggregate], Path], aggregate: Aggregate
) -> None:
    folder = make_tiny_bundle(aggregate)
    tagger = load_bundle(folder)
    labels = list(tagger.bundle.taxonomy.labels)
    explainer = Explainer(tagger, folder)
    pairs = [(mail, one) for mail in (SHORT, LONG) for one in explainer.explain(mail)]
    assert [one.label for _, one in pairs] == [label.id for mail in (SHORT, LONG) for label in tagger.tag(mail).labels]
    assert pairs[0][1].label == "late"
    for mail, one in pairs:
        served = tagger.predict(tagger.encode(mail)).logits
        assert one.logit == pytest.approx(served[labels.index(one.label)], abs=1e-4)
        assert sum(part.total for part in one.parts) == pytest.approx(one.logit, abs=1e-9)
        for part in one.parts:
            for word in part.words:
                assert mail.full_text[word.start : word.end] == word.word
                assert part.start <= word.start < word.end <= part.end


def test_a_long_text_is_cut_as_serving_cuts_it(make_tiny_bundle: Callable[[Aggregate], Path]) -> None:
    folder = make_tiny_bundle("whole")
    tagger = load_bundle(folder)
    mail = text_mail("The parcel from the bakery is late. " * 200)
    (one, *_) = Explainer(tagger, folder).explain(mail)
    served = tagger.predict(tagger.encode(mail)).logits
    assert one.logit == pytest.approx(served[list(tagger.bundle.taxonomy.labels).index(one.label)], abs=1e-4)


def test_tokens_add_up_to_the_features_and_only_winners_hold_the_maximum(tiny_bundle: Path, tiny: Tagger) -> None:
    tokens = TokenLayers(tiny_bundle / "encoder").tokens("The vase arrived broken.", 256)
    split = tokens.split()
    assert split.sum(axis=0) == pytest.approx(tokens.features, abs=1e-5)
    assert tokens.features == pytest.approx(tiny.bundle.encoder.encode("The vase arrived broken.").features, abs=1e-3)
    hidden = tokens.last.shape[1]
    assert ((split[:, hidden : 2 * hidden] != 0).sum(axis=0) <= 1).all()


def test_an_n_gram_gives_equal_parts_to_all_its_tokens() -> None:
    lexicon = Lexicon(("late", "is late", "blue"), (1.0, 2.0, 3.0))
    pieces = ("late", "is", "late")
    split = lexical_split(lexicon, pieces)
    row = lexicon.row(pieces)
    assert split.sum(axis=0) == pytest.approx(row)
    assert split[:, 0] == pytest.approx(np.array([row[0] / 2, 0, row[0] / 2]))
    assert split[:, 1] == pytest.approx(np.array([0, row[1] / 2, row[1] / 2]))


def test_the_word_that_says_it_has_the_largest_part_and_the_text_says_what_parts_are_not(
    tiny_bundle: Path, tiny: Tagger, tmp_path: Path
) -> None:
    explainer = Explainer(tiny, tiny_bundle)
    (one,) = explainer.explain(text_mail("The vase from the florist arrived broken."))
    assert one.label == "broken"
    assert max(one.parts[0].words, key=lambda word: word.part).word == "broken."
    assert "not what deleting the word would change" in one.meaning
    told = tag_text(tmp_path, "--bundle", tiny_bundle, "--explain")
    assert "broken: The vase from the florist arrived broken." in told


def test_the_nearest_rows_hold_the_label(tiny_bundle: Path, tiny: Tagger, rows_file: Path, tmp_path: Path) -> None:
    told = tag_text(tmp_path, "--bundle", tiny_bundle, "--explain", "--examples", rows_file, "--json")
    (one,) = json.loads(told)["explanation"]
    assert one["nearest"][0]["id"] in {"1-florist", "5-florist"}
    likeness = [row["likeness"] for row in one["nearest"]]
    assert likeness == sorted(likeness, reverse=True)
    assert len(likeness) == 3
    rows = read_dataset(rows_file, tiny.bundle.taxonomy).rows
    neighbours = Neighbours(tiny.bundle.encoder, tiny.bundle.version.encoder, rows)
    assert neighbours.nearest("no_such_label", "text") == ()


def test_an_encoder_that_pools_in_another_way_is_refused(tiny_bundle: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_bundle / "encoder", tmp_path / "encoder")
    model = onnx.load(tmp_path / "encoder/encoder.onnx")
    for node in model.graph.node:
        if node.op_type == "ReduceMax":
            node.op_type = "ReduceMin"
    onnx.save(model, tmp_path / "encoder/encoder.onnx")
    with pytest.raises(BundleError, match="cannot be explained"):
        TokenLayers(tmp_path / "encoder")
