"""One mail in, its label set out: the same code in Lambda, in evaluation and on the command line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tagging.bundle import Bundle, BundleError, load_bundle
from tagging.decisions import Floats, implied_by, labels_of, scores_of, uncertain
from tagging.label_set import GivenLabel, LabelSet
from tagging.language import is_english
from tagging.sentences import Span, mail_sentences, own_text
from tagging.taxonomy import Head

if TYPE_CHECKING:  # parsing a mail needs packages that tagging one does not
    from tagging.mail import Mail

FEW_WORDS = 5
"""A sentence of fewer words may go without a label: names, greetings, closing formulas."""


class UnknownHead(ValueError):
    """A head was asked for that the taxonomy does not have."""


@dataclass(frozen=True)
class Spoken:
    """What the heads said of a text: one logit per label [labels], and the same by sentence [sentences, labels]."""

    logits: Floats
    by_sentence: Floats
    spans: tuple[Span, ...]

    def evidence(self, column: int) -> Span | None:
        """The span of the sentence that spoke loudest for a label; None where only the whole was heard."""
        return self.spans[int(self.by_sentence[:, column].argmax())] if self.spans else None


class Tagger:
    """A loaded bundle and what it says of a mail."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self._columns = {label_id: column for column, label_id in enumerate(bundle.taxonomy.labels)}

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
        spoken = self.listen(whole, subject)
        scores, holding = self.decide(spoken.logits, asked)
        given = self._given(holding, scores, spoken)
        unproven = tuple(label.id for label in given if not self.bundle.decisions[label.id].proven)
        unsure = bool(unproven) or uncertain(scores, self.bundle.decisions)
        review = unsure or not is_english(whole) or self._might_be_lost(whole, spoken)
        return LabelSet(given, scores, review, self.bundle.version, unproven)

    def decide(self, logits: Floats, heads: Collection[Head] | None = None) -> tuple[dict[str, float], list[str]]:
        """Scores of all labels of these heads (of all), and ids of those that hold by themselves: logits [labels]."""
        scores: dict[str, float] = {}
        holding: list[str] = []
        for head in self.bundle.taxonomy.heads if heads is None else heads:
            of_head = self._scores(head, logits)
            scores |= of_head
            holding += labels_of(head, of_head, self.bundle.decisions)
        return scores, holding

    def _given(self, holding: list[str], scores: Mapping[str, float], spoken: Spoken) -> tuple[GivenLabel, ...]:
        """The labels that hold and those they imply, which are as sure as what implies them and speak by its words."""
        taxonomy = self.bundle.taxonomy
        implied = implied_by(taxonomy, holding)
        return tuple(
            GivenLabel(
                id=label_id,
                head=taxonomy.head_of(label_id),
                score=max(scores[label_id], scores[speaker]),
                evidence=spoken.evidence(self._columns[speaker]),
            )
            for label_id in taxonomy.closed(holding)
            for speaker in [implied.get(label_id, label_id)]
        )

    def _asked(self, heads: Collection[str] | None) -> list[Head]:
        known = self.bundle.taxonomy.heads
        if heads is None:
            return list(known)
        unknown = sorted(set(heads) - {head.id for head in known})
        if unknown:
            raise UnknownHead(f"the bundle has no head {', '.join(unknown)}")
        return [head for head in known if head.id in heads]

    def listen(self, whole: str, subject: int) -> Spoken:
        """Logits of the sentences, the whole text, or both, as the bundle says."""
        manifest = self.bundle.manifest
        if manifest.aggregate == "whole":
            rows = self._logits([whole[slice(*own_text(whole, subject))]])
            return Spoken(rows[0], rows, ())
        spans = mail_sentences(whole, subject)
        rows = self._logits([whole[start:end] for start, end in spans])
        loudest: Floats = rows.max(axis=0)
        if manifest.aggregate == "both":
            share = manifest.sentence_share
            own = own_text(whole, subject)
            alone = spans == (own,)  # the only sentence is the whole, and has been heard
            loudest = share * loudest + (1 - share) * (rows if alone else self._logits([whole[slice(*own)]]))[0]
        return Spoken(loudest, rows, spans)

    def _logits(self, texts: list[str]) -> Floats:
        """Logits of each text for every label: [texts, labels]."""
        encoded = [self.bundle.encoder.encode(text) for text in texts]
        feeds = {
            "dense": np.stack([one.features for one in encoded]),
            "lexical": np.stack([self.bundle.lexicon.row(one.pieces) for one in encoded]),
        }
        logits: Floats = self.bundle.heads.run(["logits"], feeds)[0].astype(np.float64)
        return logits

    def _scores(self, head: Head, logits: Floats) -> dict[str, float]:
        columns = [self._columns[label.id] for label in head.labels]
        found = scores_of(head, logits[columns], self.bundle.decisions)
        return {label.id: float(score) for label, score in zip(head.labels, found, strict=True)}

    def _might_be_lost(self, whole: str, spoken: Spoken) -> bool:
        """No head says anything of the mail; or no label sends it anywhere and a longer sentence has none at all.

        Where the taxonomy has no routes, being sent nowhere means nothing.
        """
        taxonomy = self.bundle.taxonomy
        _, labels = self.decide(spoken.logits)
        if not labels or taxonomy.routes(labels) or not taxonomy.routes(taxonomy.labels):
            return not labels
        spans = spoken.spans or ((0, len(whole)),)
        return any(
            len(whole[start:end].split()) >= FEW_WORDS and not self.decide(row)[1]
            for (start, end), row in zip(spans, spoken.by_sentence, strict=True)
        )

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
                why = f"golden text {place}: a score moved by {furthest:.4f}, {manifest.tolerance} is allowed"
                raise BundleError(path, why)
