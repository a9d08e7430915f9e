"""Writing bundles: whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.quality.independent_heads import train_heads
from tagging.learning.data.rows import Example, annotations_of
from tagging.learning.features.features import encode_all
from tagging.learning.heads.heads_file import export_heads
from tagging.learning.heads.logistic import Hyperparameters
from tagging.learning.training.bundle_folder import BundleContents, write_bundle
from tagging.learning.training.golden_items import NoGoldenText
from tagging.mail.parser import text_mail
from tagging.model.encoder_files import load_encoder
from tagging.model.manifest import Decision
from tagging.taxonomy.taxonomy import Head, Label, Taxonomy

ROWS = [Example(f"card {n}", f"lost card number {n}", frozenset({"card"})) for n in range(10)]
ROWS += [Example(f"rain {n}", f"nice weather number {n}", frozenset()) for n in range(10)]


@pytest.fixture(scope="module")
def bundle_contents(root: Path) -> BundleContents:
    folder = root / "layers/mail_model/bundle/encoder"
    encoder, version = load_encoder(folder)
    encoded = encode_all(encoder, [row.text for row in ROWS])
    trained = train_heads(encoded, annotations_of(ROWS, ["card"]), Hyperparameters())
    return BundleContents(
        encoder=folder,
        encoder_version=version,
        heads=export_heads(trained.linear, ["card"], encoded.dense.shape[1], version),
        lexicon=trained.lexicon,
        taxonomy=Taxonomy(
            version=1, heads=(Head(id="topic", kind="binary", labels=(Label(id="card", description="a card"),)),)
        ),
        decisions={"card": Decision(threshold=0.5)},
        statistics={},
        about={},
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_bundle_is_replaced_by_one_with_the_same_bytes_and_nothing_is_left_beside_it(
    bundle_contents: BundleContents, tmp_path: Path
) -> None:
    out = tmp_path / "bundle"
    write_bundle(out, bundle_contents, ["lost card"])
    before = contents(out)
    tagger = write_bundle(out, replace(bundle_contents, encoder=out / "encoder"), ["lost card"])
    assert contents(out) == before
    assert list(tmp_path.iterdir()) == [out]
    assert [label.id for label in tagger.tag(text_mail("lost card")).labels] == ["card"]


def test_a_failure_leaves_the_old_bundle_in_its_place(bundle_contents: BundleContents, tmp_path: Path) -> None:
    out = tmp_path / "bundle"
    write_bundle(out, bundle_contents, ["lost card"])
    before = contents(out)
    probe = write_bundle(tmp_path / "probe", bundle_contents, ["lost card"])
    logit = float(probe.predict(probe.encode(text_mail("lost card"))).logits[0])
    close = {"card": Decision(threshold=0.49, intercept=-logit)}  # the text's score is one half
    with pytest.raises(NoGoldenText, match="none of 1 mails and texts"):
        write_bundle(out, replace(bundle_contents, decisions=close), ["lost card"])
    assert contents(out) == before


def test_features_come_back_from_the_cache_as_they_went_in(root: Path, tmp_path: Path) -> None:
    encoder, version = load_encoder(root / "layers/mail_model/bundle/encoder")
    texts = ["lost card", "", "好 👍"]
    first, again = (encode_all(encoder, texts, tmp_path, version) for _ in range(2))
    assert np.array_equal(first.dense, again.dense)
    assert first.pieces == again.pieces
    assert len(list(tmp_path.iterdir())) == 1


def test_the_cache_keeps_other_texts_apart(root: Path, tmp_path: Path) -> None:
    encoder, version = load_encoder(root / "layers/mail_model/bundle/encoder")
    encode_all(encoder, ["ab", "c"], tmp_path, version)
    found = encode_all(encoder, ["a", "bc", "c"], tmp_path, version)
    assert np.array_equal(found.dense, encode_all(encoder, ["a", "bc", "c"]).dense)


def test_only_texts_that_are_not_in_the_cache_are_encoded(root: Path, tmp_path: Path) -> None:
    encoder, version = load_encoder(root / "layers/mail_model/bundle/encoder")
    told: list[tuple[int, int]] = []
    encode_all(encoder, ["a", "b", "a"], tmp_path, version)
    encode_all(encoder, ["a", "c"], tmp_path, version, lambda done, total: told.append((done, total)))
    assert told == [(1, 1)]


def test_the_cache_holds_no_text(root: Path, tmp_path: Path) -> None:
    encoder, version = load_encoder(root / "layers/mail_model/bundle/encoder")
    encode_all(encoder, ["a secret sentence"], tmp_path, version)
    assert not any(b"secret" in path.read_bytes() for path in tmp_path.iterdir())


def test_an_interrupt_between_the_two_renames_brings_the_old_bundle_back(
    bundle_contents: BundleContents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "bundle"
    write_bundle(out, bundle_contents, ["lost card"])
    before, rename = contents(out), Path.rename

    def interrupted(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_bundle(out, bundle_contents, ["lost card"])
    assert contents(out) == before
    assert list(tmp_path.iterdir()) == [out]
