"""One mail in, its label set out: the same code in Lambda, in evaluation and on the command line."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tagging.bundle import Bundle, BundleError, load_bundle
from tagging.decisions import Floats, labels_of, scores_of
from tagging.label_set import GivenLabel, LabelSet
from tagging.language import is_english
from tagging.sentences import MOST_SENTENCES, Span, split_sentences
from tagging.taxonomy import Head

if TYPE_CHECKING:  # parsing a mail needs packages that tagging one does not
    from tagging.mail import Mail


class UnknownHead(ValueError):
    """A head was asked for that the taxonomy does not have."""


class Tagger:
    """A loaded bundle and what it says of a mail."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle

    @classmethod
    def load(cls, folder: Path, *, threads: int = 1) -> Tagger:
        """Load a bundle and see that it still says of its golden texts what it said when it was made.

        Raises BundleError, which names the file and why.
        """
        tagger = cls(load_bundle(folder, threads=threads))
        tagger._check_golden(folder / "manifest.json")
        return tagger

    def tag(self, mail: Mail, heads: Collection[str] | None = None) -> LabelSet:
        """The labels of one mail, of all heads or of those named. Raises UnknownHead."""
        return self.tag_text(mail.whole, len(mail.subject), heads)

    def tag_text(self, whole: str, subject: int = 0, heads: Collection[str] | None = None) -> LabelSet:
        """Like `tag`, for a text of which the first `subject` characters are its subject line."""
        asked = self._asked(heads)
        logits, loudest, spans = self._logits(whole, subject)
        columns = {label_id: column for column, label_id in enumerate(self.bundle.taxonomy.labels)}
        scores: dict[str, float] = {}
        given: list[GivenLabel] = []
        for head in asked:
            ids = [label.id for label in head.labels]
            found = scores_of(head, logits[[columns[i] for i in ids]], self.bundle.decisions)
            of_head = {label_id: float(score) for label_id, score in zip(ids, found, strict=True)}
            scores |= of_head
            for label_id in labels_of(head, of_head, self.bundle.decisions):
                evidence = spans[loudest[columns[label_id]]] if spans else None
                given.append(GivenLabel(label_id, head.id, of_head[label_id], evidence))
        return LabelSet(tuple(given), scores, not is_english(whole), self.bundle.version)

    def _asked(self, heads: Collection[str] | None) -> list[Head]:
        known = self.bundle.taxonomy.heads
        if heads is None:
            return list(known)
        unknown = sorted(set(heads) - {head.id for head in known})
        if unknown:
            raise UnknownHead(f"the bundle has no head {', '.join(unknown)}")
        return [head for head in known if head.id in heads]

    def _logits(self, whole: str, subject: int) -> tuple[Floats, list[int], tuple[Span, ...]]:
        """One logit per label, the sentence that spoke loudest for each, and the sentences' spans (none for `whole`)."""
        manifest = self.bundle.manifest
        if manifest.aggregate == "whole":
            return self._score([whole])[0], [], ()
        spans = sentences_of(whole, subject)
        texts = [whole[start:end] for start, end in spans]
        if manifest.aggregate == "both":
            texts.append(whole)
        rows = self._score(texts)
        by_sentence = rows[: len(spans)]
        logits: Floats = by_sentence.max(axis=0)
        if manifest.aggregate == "both":
            logits = manifest.sentence_share * logits + (1 - manifest.sentence_share) * rows[-1]
        return logits, by_sentence.argmax(axis=0).tolist(), spans

    def _score(self, texts: list[str]) -> Floats:
        """Logits of each text for every label: [texts, labels]."""
        encoded = [self.bundle.encoder.encode(text) for text in texts]
        feeds = {
            "dense": np.stack([one.features for one in encoded]),
            "lexical": np.stack([self.bundle.lexicon.row(one.pieces) for one in encoded]),
        }
        logits: Floats = self.bundle.heads.run(["logits"], feeds)[0].astype(np.float64)
        return logits

    def _check_golden(self, path: Path) -> None:
        manifest = self.bundle.manifest
        for place, golden in enumerate(manifest.golden, start=1):
            found = self.tag_text(golden.text)
            if tuple(label.id for label in found.labels) != golden.labels:
                raise BundleError(path, f"golden text {place} got other labels than when the bundle was made")
            if set(found.scores) != set(golden.scores):
                raise BundleError(path, f"golden text {place} has scores for other labels than the taxonomy's")
            furthest = max(abs(found.scores[label_id] - score) for label_id, score in golden.scores.items())
            if furthest > manifest.tolerance:
                why = f"golden text {place}: a score is {furthest:.4f} from what it was, {manifest.tolerance} is allowed"
                raise BundleError(path, why)


def sentences_of(whole: str, subject: int) -> tuple[Span, ...]:
    """Spans of the subject and the sentences after it; a text without a letter or digit is its own only sentence."""
    first = tuple((start, end) for start, end in split_sentences(whole[:subject], most=MOST_SENTENCES // 4))
    spans = first + split_sentences(whole, subject, MOST_SENTENCES - len(first))
    return spans or ((0, min(len(whole), 250)),)
