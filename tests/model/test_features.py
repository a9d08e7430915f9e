"""Features are the same for every version of an encoder, and enough to decide again exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import get_args

import pytest
from msgspec.structs import replace

from tagging.item import Attachment, Cut, LeftOut, Mail
from tagging.mail import text_mail
from tagging.model.bundle import read_bundle
from tagging.model.feature_codec import pack_rows, unpack_rows
from tagging.model.features import Features, encode
from tagging.model.labelling import decide
from tagging.model.manifest import Aggregate
from tagging.model.ngrams import SEPARATOR
from tagging.model.prediction import predict
from tagging.model.tagger import Tagger

AGGREGATES: tuple[Aggregate, ...] = get_args(Aggregate)
MAILS = (
    text_mail("The parcel from the bakery is late. I would like my money back, please."),
    text_mail("Where is it?"),
    Mail("", "Thank you.", left_out=LeftOut((Cut("signature", "My parcel did not arrive at all.", marked=False),))),
    Mail("", "Es tut mir leid, aber das Paket ist nicht angekommen."),
    Mail("Hello", "", left_out=LeftOut(unread_parts=(Attachment("letter.pdf", "application/pdf", 90_000),))),
    Mail("", "Your parcel is late.", undelivered=True),
    Mail("", "\N{THUMBS UP SIGN}"),
)


@pytest.fixture(scope="module")
def taggers(make_tiny_bundle: Callable[[Aggregate], Path]) -> Mapping[Aggregate, Tagger]:
    return {aggregate: Tagger(read_bundle(make_tiny_bundle(aggregate))) for aggregate in AGGREGATES}


def stored(features: Features) -> Features:
    """The same features after they were written as `feature_codec` writes them, and pieces as one line of text."""
    width = features.dense.shape[1]
    return replace(
        features,
        dense=unpack_rows(pack_rows(features.dense), len(features.dense), width),
        pieces=tuple(tuple(filter(None, SEPARATOR.join(each).split(SEPARATOR))) for each in features.pieces),
        cuts=tuple(replace(cut, features=stored(cut.features)) for cut in features.cuts),
    )


@pytest.mark.parametrize("aggregate", AGGREGATES)
@pytest.mark.parametrize("mail", MAILS)
def test_features_of_all_texts_give_each_version_what_it_gives_alone_to_the_bit(
    taggers: Mapping[Aggregate, Tagger], aggregate: Aggregate, mail: Mail
) -> None:
    tagger = taggers[aggregate]
    features = stored(encode(mail, tagger.bundle.encoder))
    prediction, alone = predict(features, tagger.bundle), tagger.predict(tagger.encode(mail))
    assert prediction.logits.tobytes() == alone.logits.tobytes()
    assert prediction.of_sentences.tobytes() == alone.of_sentences.tobytes()
    assert decide(features, prediction, tagger.bundle) == tagger.tag(mail)


def test_a_prediction_has_a_logit_for_every_label(taggers: Mapping[Aggregate, Tagger]) -> None:
    tagger = taggers["both"]
    prediction = tagger.predict(tagger.encode(MAILS[0]))
    assert prediction.logits.shape == (len(tagger.bundle.decisions),)
    assert prediction.of_sentences.shape == (2, len(tagger.bundle.decisions))


@pytest.mark.parametrize(("encoded", "pooled"), [("whole", "both"), ("whole", "sentences"), ("sentences", "both")])
def test_features_without_the_texts_that_a_version_pools_are_refused(
    taggers: Mapping[Aggregate, Tagger], encoded: Aggregate, pooled: Aggregate
) -> None:
    with pytest.raises(ValueError, match=pooled):
        taggers[pooled].predict(taggers[encoded].encode(MAILS[0]))


def test_features_cannot_be_changed(taggers: Mapping[Aggregate, Tagger]) -> None:
    features = taggers["both"].encode(MAILS[0])
    with pytest.raises(ValueError, match="read-only"):
        features.dense[0, 0] = 1
    with pytest.raises(AttributeError):
        features.wordless = True
