"""The classifier of mails and texts: logits of sentences, of the full text, or of both, by the bundle's pooling."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from tagging.item import Item, Mail
from tagging.model.full_sentences import FULL_SENTENCE_WORDS, count_words
from tagging.model.language import is_known
from tagging.model.manifest import Manifest
from tagging.model.ngrams import Lexicon
from tagging.model.onnx_model import OnnxModel
from tagging.model.prediction import Floats, Prediction, Sentence
from tagging.model.reference import Floats32, Reference
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
    reference: Reference | None = None

    def predict(self, item: Item) -> Prediction:
        """Logits of the sentences, the whole text, or both. Raises Quarantined for anything but a mail."""
        if not isinstance(item, Mail):
            raise Quarantined("wrong_kind", "only mails and texts are tagged here")
        text, subject = item.full_text, len(item.subject)
        own_span, foreign = own_text(text, subject), not is_known(text, self.encoder.languages)
        if self.manifest.aggregate == "whole":
            rows, dense = self._logits([text[slice(*own_span)]])
            return Prediction(rows[0], foreign=foreign, beyond_cut=self._beyond_cut(self._distances(dense)))
        spans = mail_sentences(text, subject)
        texts = [text[start:end] for start, end in spans]
        if self.manifest.aggregate == "both" and spans != (own_span,):  # else the only sentence is the full text
            texts.append(text[slice(*own_span)])
        rows, dense = self._logits(texts)
        distances = self._distances(dense[: len(spans)])
        if self.reference is not None:
            lost = self.reference.penalties(distances)
            rows = rows - np.append(lost, np.full(len(rows) - len(spans), lost.min()))[:, None]
        logits: Floats = rows[: len(spans)].max(axis=0)
        if self.manifest.aggregate == "both":
            share = self.manifest.sentence_share
            logits = share * logits + (1 - share) * rows[-1]
        if self.manifest.sentence_penalty:
            logits = logits - self.manifest.sentence_penalty * np.log(len(spans))
        sentences = tuple(
            Sentence(span, count_words(sentence), row)
            for span, sentence, row in zip(spans, texts, rows, strict=False)  # the full text may follow
        )
        full = [number for number, sentence in enumerate(sentences) if sentence.words >= FULL_SENTENCE_WORDS]
        return Prediction(logits, sentences, foreign, self._beyond_cut(distances[full] if full else distances))

    def _distances(self, dense: Floats32) -> Floats32:
        """Of each sentence to the training data; 0 where there is no reference."""
        return np.zeros(len(dense), np.float32) if self.reference is None else self.reference.distances(dense)

    def _beyond_cut(self, distances: Floats32) -> float:
        return -math.inf if self.reference is None else self.reference.beyond_cut(distances)

    def _logits(self, texts: list[str]) -> tuple[Floats, Floats32]:
        """Logits [texts, labels] and dense features [texts, dimension] of each text."""
        encoded = [self.encoder.encode(text) for text in texts]
        dense = np.stack([encoded_text.features for encoded_text in encoded])
        feeds = {"dense": dense}
        if self.lexicon.grams:
            feeds["lexical"] = np.stack([self.lexicon.row(encoded_text.pieces) for encoded_text in encoded])
        logits: Floats = self.heads.run(["logits"], feeds)[0].astype(np.float64)
        return logits, dense
