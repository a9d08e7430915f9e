"""What the heads say of a mail: of its sentences one by one, of the whole, or of both, as the bundle says."""

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

if TYPE_CHECKING:  # the tokeniser is no package of what tags images
    from tagging.model.text_encoder import TextEncoder


class TextClassifier(Struct, frozen=True):
    """The parts of a bundle for mails and texts that turn one into logits."""

    encoder: TextEncoder
    lexicon: Lexicon
    heads: OnnxModel
    manifest: Manifest

    def hear(self, item: Item) -> Prediction:
        """Logits of the sentences, the whole text, or both. Raises Quarantined for anything but a mail."""
        if not isinstance(item, Mail):
            raise Quarantined("wrong_kind", "only mails and texts are tagged here")
        whole, subject = item.full_text, len(item.subject)
        own, foreign = own_text(whole, subject), not is_english(whole)
        if self.manifest.aggregate == "whole":
            return Prediction(self._logits([whole[slice(*own)]])[0], foreign=foreign)
        spans = mail_sentences(whole, subject)
        rows = self._logits([whole[start:end] for start, end in spans])
        loudest: Floats = rows.max(axis=0)
        if self.manifest.aggregate == "both":
            share = self.manifest.sentence_share
            alone = spans == (own,)  # the only sentence is the whole, and has been heard
            loudest = share * loudest + (1 - share) * (rows if alone else self._logits([whole[slice(*own)]]))[0]
        sentences = (
            Sentence(span, len(whole[slice(*span)].split()), row) for span, row in zip(spans, rows, strict=True)
        )
        return Prediction(loudest, tuple(sentences), foreign)

    def _logits(self, texts: list[str]) -> Floats:
        """Logits of each text for every label: [texts, labels]."""
        encoded = [self.encoder.encode(text) for text in texts]
        feeds = {"dense": np.stack([one.features for one in encoded])}
        if self.lexicon.grams:
            feeds["lexical"] = np.stack([self.lexicon.row(one.pieces) for one in encoded])
        logits: Floats = self.heads.run(["logits"], feeds)[0].astype(np.float64)
        return logits
