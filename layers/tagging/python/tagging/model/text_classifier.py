"""The classifier of mails and texts: logits of sentences, of the full text, or of both, by the bundle's pooling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from tagging.item import Item, Mail
from tagging.model.language import is_english
from tagging.model.manifest import Manifest
from tagging.model.ngrams import Lexicon
from tagging.model.onnx_model import OnnxModel
from tagging.model.prediction import Floats, Prediction, Sentence
from tagging.model.sentences import mail_sentences, own_text
from tagging.quarantine import Quarantined

if TYPE_CHECKING:  # the layer for images has no tokeniser
    from tagging.model.text_encoder import TextEncoder


class TextClassifier(Struct, frozen=True):
    """The parts of a bundle for mails and texts that turn one into logits."""

    encoder: TextEncoder
    lexicon: Lexicon
    heads: OnnxModel
    manifest: Manifest

    def predict(self, item: Item) -> Prediction:
        """Logits of the sentences, the whole text, or both. Raises Quarantined for anything but a mail."""
        if not isinstance(item, Mail):
            raise Quarantined("wrong_kind", "only mails and texts are tagged here")
        text, subject = item.full_text, len(item.subject)
        own_span, foreign = own_text(text, subject), not is_english(text)
        if self.manifest.aggregate == "whole":
            return Prediction(self._logits([text[slice(*own_span)]])[0], foreign=foreign)
        spans = mail_sentences(text, subject)
        rows = self._logits([text[start:end] for start, end in spans])
        logits: Floats = rows.max(axis=0)
        if self.manifest.aggregate == "both":
            share = self.manifest.sentence_share
            alone = spans == (own_span,)  # the only sentence is the full text, which is encoded already
            logits = share * logits + (1 - share) * (rows if alone else self._logits([text[slice(*own_span)]]))[0]
        sentences = (
            Sentence(span, len(text[slice(*span)].split()), row) for span, row in zip(spans, rows, strict=True)
        )
        return Prediction(logits, tuple(sentences), foreign)

    def _logits(self, texts: list[str]) -> Floats:
        """Logits of each text for every label: [texts, labels]."""
        encoded = [self.encoder.encode(text) for text in texts]
        feeds = {"dense": np.stack([encoded_text.features for encoded_text in encoded])}
        if self.lexicon.grams:
            feeds["lexical"] = np.stack([self.lexicon.row(encoded_text.pieces) for encoded_text in encoded])
        logits: Floats = self.heads.run(["logits"], feeds)[0].astype(np.float64)
        return logits
