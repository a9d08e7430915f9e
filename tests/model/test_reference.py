"""The reference of a bundle: which items are unlike its training data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from tagging.item import Facts
from tagging.learning.data import Example
from tagging.learning.features import Encoded, EncodedItems
from tagging.learning.heads import Labelled
from tagging.learning.numeric import Annotations
from tagging.learning.training import TrainRequest, train_bundle
from tagging.learning.training.reference import FEWEST_ROWS, FoldedReference, RowSentences, make_reference
from tagging.mail import text_mail
from tagging.model import BundleError, BundleVersion, LabelSet, Reference, Tagger, reference_file
from tagging.model.label_set import AssignedLabel
from tagging.model.reference import unit_vectors
from tagging.start import load_bundle
from tagging.store import Outcome, Tagged
from tagging.taxonomy import Head, Label, Taxonomy

REQUESTS = {"card": "I lost my bank card and need another one", "loan": "I want to borrow some money from the bank"}
WORDS = ("today", "please", "in Rome", "again", "for my son", "now", "at night", "abroad", "quickly", "as before")


def vectors(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, 8)).astype(np.float32)


def test_a_reference_is_read_as_it_was_written_in_8_bits() -> None:
    written = Reference(vectors(1)[0], unit_vectors(vectors(20)), 0.3)
    read = reference_file(written).reference(8)
    assert np.abs(read.vectors - written.vectors).max() < 0.01
    assert read.cut == 0.3


def test_a_reference_for_another_dimension_is_refused() -> None:
    with pytest.raises(ValueError, match="9 features"):
        reference_file(Reference(vectors(1)[0], vectors(3), 0.1)).reference(9)


def test_one_row_in_twenty_lies_beyond_the_cut_and_few_rows_have_no_reference() -> None:
    count = 400
    rows = RowSentences(vectors(count), np.arange(count), np.arange(count) % 5)
    reference = make_reference(rows, vectors(0), seed=0)
    assert reference is not None
    new = reference.reference.distances(vectors(count, seed=1))
    unlike = [reference.reference.beyond_cut(distance) > 0 for distance in new]
    assert 0.01 < np.mean(unlike) < 0.12
    few = RowSentences(*(part[: FEWEST_ROWS - 1] for part in (rows.vectors, rows.item_of, rows.folds)))
    assert make_reference(few, vectors(0), seed=0) is None


def test_logits_fall_with_the_distance_beyond_the_cut() -> None:
    reference = Reference(vectors(1)[0], unit_vectors(vectors(20)), 0.3, penalty=40)
    assert reference.penalties(np.array([0.1, 0.3, 0.4], dtype=np.float32)) == pytest.approx([0, 0, 4], abs=1e-5)
    assert reference_file(reference).reference(8).penalty == 40
    without = Reference(vectors(1)[0], unit_vectors(vectors(20)), 0.3)
    assert not without.penalties(np.array([0.9], dtype=np.float32)).any()


def test_a_full_text_loses_as_little_as_its_nearest_sentence_and_a_row_does_not_know_its_own_fold() -> None:
    dense = np.eye(8, dtype=np.float32)[:5]
    reference = Reference(np.zeros(8, np.float32), dense[:1], 0.5, penalty=2)
    folded = FoldedReference(reference, np.array([1]))
    items = EncodedItems(Encoded(dense, ()), np.array([3, 0]), np.array([0, 1, 0]), np.array([0, 0, 1]))
    unknown = Annotations(np.zeros((2, 1), dtype=bool), np.zeros((2, 1), dtype=bool))
    same = folded.offsets(Labelled(items, unknown, np.array([0, 0])), dense)
    assert same == pytest.approx([0, 1, 0, 0, 0])
    own = folded.offsets(Labelled(items, unknown, np.array([1, 1])), dense)
    assert own == pytest.approx([3, 3, 0, 3, 0])


def test_routes_wait_while_an_item_is_unlike_the_training_data() -> None:
    taxonomy = Taxonomy(
        version=1,
        heads=(Head(id="t", kind="multilabel", labels=(Label(id="card", description="cards", route="desk"),)),),
    )
    version = BundleVersion("a", "b", "c")
    label = AssignedLabel("card", "t", 0.9, None)
    tickets = [
        Outcome(
            "id",
            "mail",
            {},
            "",
            version,
            taxonomy,
            Tagged(Facts(), LabelSet((label,), {"card": 0.9}, reasons, version)),
        ).ticket()
        for reasons in ((), ("unlike_training",))
    ]
    assert [ticket and ticket.routes for ticket in tickets] == [["desk"], []]
    assert tickets[1] is not None
    assert tickets[1].review


def test_a_text_of_another_world_goes_to_review_as_unlike_the_training_data(root: Path, tmp_path: Path) -> None:
    labels = tuple(Label(id=label, description=text) for label, text in REQUESTS.items())
    taxonomy = Taxonomy(version=1, heads=(Head(id="topic", kind="multilabel", labels=labels),))
    rows = [
        Example(f"{label}{word}{polite}", f"{text} {word}{polite}", frozenset({label}))
        for label, text in REQUESTS.items()
        for word in WORDS
        for polite in ("", ", thank you very much")
    ]
    out = tmp_path / "bundle"
    train_bundle(TrainRequest(rows, taxonomy, root / "layers/mail_model/bundle/encoder", out))
    tagger = load_bundle(out)
    assert (
        "unlike_training" in tagger.tag(text_mail("The marmots of the Alps sleep for half of the year.")).review_reasons
    )
    assert "unlike_training" not in tagger.tag(text_mail(f"Hello,\n\n{REQUESTS['card']} today.\n\nAnna")).review_reasons
    (out / "reference.json").write_bytes(b"changed")
    with pytest.raises(BundleError, match=r"reference\.json"):
        load_bundle(out)


def test_a_bundle_without_a_reference_has_no_unlike_items(root: Path) -> None:
    tagger, mail = load_bundle(root / "layers/mail_model/bundle"), text_mail("Quarks have a spin of one half.")
    assert "unlike_training" in tagger.tag(mail).review_reasons
    without = Tagger(replace(tagger.bundle, reference=None))
    assert "unlike_training" not in without.tag(mail).review_reasons
