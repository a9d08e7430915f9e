"""From rows to a bundle that is served, on made-up rows with the shipped encoder."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tagging.learning.data.rows import DataError, Example
from tagging.learning.features.features import encode_all
from tagging.learning.training.train import TrainingSummary, TrainRequest, train_bundle
from tagging.learning.training.training_data import prepare_training_data
from tagging.mail.parser import text_mail
from tagging.model.encoder_files import load_encoder
from tagging.model.tagger import Tagger
from tagging.start import load_bundle
from tagging.taxonomy.taxonomy import Head, Label, Taxonomy

PLACES = ("Rome", "Oslo", "Bern", "Lima", "Cork", "Graz", "Kiel", "Linz")
SAID = {
    "I lost my card in {}.": {"card"},
    "Please give me my money back for the trip to {}.": {"refund", "asks"},
    "What does the flight to {} cost?": {"asks"},
    "Nobody in {} was able to help me, it is broken.": {"complains"},
    "We spent a week in {}.": set(),
}
TAXONOMY = Taxonomy(
    version=3,
    heads=(
        Head(
            id="topic",
            kind="multilabel",
            labels=(
                Label(id="card", description="is about a bank card", route="cards"),
                Label(id="refund", description="wants money back", route="billing", parent="money"),
                Label(id="money", description="is about money"),
                Label(id="parrot", description="is about a parrot", examples=("The parrot is ill.",)),
                Label(id="volcano", description="is about a volcano that erupts"),
                Label(id="old", description="is no longer used", deprecated=True),
            ),
        ),
        Head(
            id="act",
            kind="multiclass",
            labels=(Label(id="complains", description="complains"), Label(id="asks", description="asks")),
        ),
    ),
)


def rows() -> list[Example]:
    return [
        Example(f"{number}-{place}", said.format(place), frozenset(TAXONOMY.closed(labels)), source="made up")
        for number, (said, labels) in enumerate(SAID.items())
        for place in PLACES
    ]


@pytest.fixture(scope="module")
def request_of(root: Path, tmp_path_factory: pytest.TempPathFactory) -> TrainRequest:
    folder = tmp_path_factory.mktemp("trained")
    return TrainRequest(
        rows=rows(),
        taxonomy=TAXONOMY,
        encoder=root / "layers/mail_model/bundle/encoder",
        out=folder / "bundle",
        cache=folder / "features",
        about={"data": "made up"},
    )


@pytest.fixture(scope="module")
def trained(request_of: TrainRequest) -> TrainingSummary:
    return train_bundle(request_of)


@pytest.fixture(scope="module")
def tagger(request_of: TrainRequest, trained: TrainingSummary) -> Tagger:
    assert trained.rows == len(request_of.rows)
    return load_bundle(request_of.out)


def test_what_was_learned_is_served(tagger: Tagger) -> None:
    found = tagger.tag(text_mail("Hello,\n\nI lost my card in Turin. What does the flight to Wien cost?\n\nAnn"))
    assert {label.id for label in found.labels} >= {"card", "asks"}
    assert "refund" not in {label.id for label in found.labels}


def test_a_child_brings_its_parent(tagger: Tagger) -> None:
    found = {label.id: label for label in tagger.tag(text_mail("Please give me my money back for Nice.")).labels}
    assert {"refund", "money"} <= set(found)


def test_a_label_that_only_the_taxonomy_exemplifies_is_learned_from_there(trained: TrainingSummary) -> None:
    of = {label.id: label for label in trained.labels}
    assert (of["parrot"].rows, of["parrot"].decision.zero_shot) == (1, False)
    assert not of["parrot"].decision.meets_objective


def test_a_label_without_any_example_is_a_guess_from_its_description(tagger: Tagger, trained: TrainingSummary) -> None:
    of = {label.id: label for label in trained.labels}
    assert of["volcano"].decision.zero_shot
    mails = (text_mail("A volcano erupts."), text_mail("I lost my card in Rome."))
    near, far = (tagger.tag(mail).scores["volcano"] for mail in mails)
    assert near > far


def test_deprecated_labels_are_not_learned(tagger: Tagger) -> None:
    assert "old" not in tagger.bundle.taxonomy.labels


def test_the_same_request_gives_the_same_bytes(
    request_of: TrainRequest, trained: TrainingSummary, tmp_path: Path
) -> None:
    assert train_bundle(replace(request_of, out=tmp_path / "again")) == trained
    for path in sorted(request_of.out.rglob("*.*")):
        assert path.read_bytes() == (tmp_path / "again" / path.relative_to(request_of.out)).read_bytes()


def test_the_manifest_says_what_it_was_made_of(tagger: Tagger) -> None:
    about = tagger.bundle.manifest.about
    assert about["data"] == "made up"
    assert about["rows"] == 40
    assert about["options"]["seed"] == 0
    assert set(about["aggregate_chosen_by_micro_f1"]) == {"whole", "sentences", "both"}


def test_n_grams_of_rows_weigh_less_beside_an_encoder_of_several_languages(
    request_of: TrainRequest, tagger: Tagger, tmp_path: Path
) -> None:
    encoder = tmp_path / "encoder"
    shutil.copytree(request_of.encoder, encoder)
    manifest = json.loads((encoder / "manifest.json").read_bytes()) | {"languages": ["en", "de"]}
    (encoder / "manifest.json").write_text(json.dumps(manifest))
    train_bundle(replace(request_of, encoder=encoder, out=tmp_path / "bundle"))
    of_several = load_bundle(tmp_path / "bundle").bundle
    assert of_several.lexicon.grams == tagger.bundle.lexicon.grams
    assert of_several.lexicon.weight < tagger.bundle.lexicon.weight


def test_no_training_row_is_a_golden_text_where_the_taxonomy_has_words_of_its_own(tagger: Tagger) -> None:
    golden = {golden.text for golden in tagger.bundle.manifest.golden}
    assert not golden & {row.text for row in rows()}


def test_exported_heads_agree_with_the_trainer_and_are_small(trained: TrainingSummary) -> None:
    assert trained.max_difference < 1e-4
    assert trained.heads_bytes < 100_000


def test_a_way_of_hearing_can_be_asked_for(request_of: TrainRequest, tmp_path: Path) -> None:
    train_bundle(replace(request_of, out=tmp_path / "whole", aggregate="whole"))
    assert load_bundle(tmp_path / "whole").bundle.manifest.aggregate == "whole"


def test_rows_without_words_are_left_out_and_told(request_of: TrainRequest, tmp_path: Path) -> None:
    wordless = [Example("wordless", "?!", frozenset()), Example("footer", "Sent from my phone", frozenset())]
    found = train_bundle(replace(request_of, rows=[*request_of.rows, *wordless], out=tmp_path / "b"))
    assert found.skipped == {"wordless": "empty", "footer": "empty"}


@pytest.mark.parametrize(
    ("few", "said"),
    [(slice(0, 4), "4 rows that can be learned from; at least 10"), (slice(32, 40), "8 rows")],
)
def test_too_few_rows_are_refused(request_of: TrainRequest, tmp_path: Path, few: slice, said: str) -> None:
    with pytest.raises(DataError, match=said):
        train_bundle(replace(request_of, rows=request_of.rows[few], out=tmp_path / "b"))
    assert not (tmp_path / "b").exists()


def test_rows_that_hold_nothing_teach_nothing(request_of: TrainRequest, tmp_path: Path) -> None:
    empty = [replace(row, labels=frozenset()) for row in request_of.rows]
    with pytest.raises(DataError, match="no row holds any label"):
        train_bundle(replace(request_of, rows=empty, out=tmp_path / "b"))


def test_an_interrupt_while_heads_are_fitted_leaves_the_old_bundle_as_it_was(
    request_of: TrainRequest, trained: TrainingSummary
) -> None:
    before = {path: path.stat().st_mtime_ns for path in request_of.out.rglob("*")}

    def interrupt(stage: str, done: int, total: int) -> None:
        if (stage, done) == ("heads", total - 1):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_bundle(request_of, interrupt)
    assert {path: path.stat().st_mtime_ns for path in request_of.out.rglob("*")} == before
    assert trained.rows == 40


def test_utterances_are_composed_within_their_part_and_source_and_long_rows_stay_alone(root: Path) -> None:
    encoder, _ = load_encoder(root / "layers/mail_model/bundle/encoder")
    long = Example("long", "One is here. Two is there. Three is gone. " * 2, frozenset({"card"}), source="made up")
    other = [replace(row, id=f"o{row.id}", source="other", unknown=frozenset({"parrot"})) for row in rows()[:20]]
    data = prepare_training_data(
        [*rows(), long, *other], TAXONOMY.in_use(), 0, lambda texts: encode_all(encoder, texts), examples=False
    )
    assert data.composed
    own = -1 - len(other)  # after the mails, the rows as they are: the long one, then those of the other source
    assert data.held_out.items.counts[own] == 6
    assert not any(with_phrase[own] for with_phrase in data.with_phrase.values())
    assert data.held_out.items.full_texts[-len(other) :].tolist() == data.rows.items.full_texts[-len(other) :].tolist()
    assert not np.isnan(data.encoded.dense).any()
    # A mail of the other source never knows of parrots; one of ours always does.
    parrot = list(TAXONOMY.in_use().labels).index("parrot")
    assert 0 < data.held_out.annotations.observed[:, parrot].sum() < len(data.held_out.folds)
