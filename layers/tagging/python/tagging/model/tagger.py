"""The tagger: item in, label set out. Lambda, evaluation and the command line share this code."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from tagging.item import Item
from tagging.model.bundle import Bundle
from tagging.model.decisions import implied_by, labels_of, scores_of, uncertain
from tagging.model.image_classifier import ImageClassifier
from tagging.model.image_encoder import ImageEncoder
from tagging.model.label_set import AssignedLabel, LabelSet
from tagging.model.prediction import Floats, Prediction
from tagging.model.text_classifier import TextClassifier
from tagging.quarantine import Quarantined
from tagging.taxonomy import Head

FEW_WORDS = 5
"""A sentence with fewer words (a name, a greeting, a closing) needs no label."""


class Tagger:
    """Tags items with a loaded bundle."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self._classifier = _classifier(bundle)
        self._columns = {label_id: column for column, label_id in enumerate(bundle.taxonomy.labels)}

    @property
    def image_size(self) -> int:
        """Side in pixels of the bundle's square input images. Raises Quarantined (wrong_kind) where it is for texts."""
        encoder = self.bundle.encoder
        if not isinstance(encoder, ImageEncoder):
            raise Quarantined("wrong_kind", "only mails and texts are tagged here")
        return encoder.size

    def tag(self, item: Item, heads: Collection[str] | None = None) -> LabelSet:
        """The label set of one item, by all heads or by `heads`. Raises Quarantined (unknown_head, wrong_kind)."""
        self._check_known(heads)
        prediction = self.predict(item)
        scores, holding = self.decide(prediction.logits, heads)
        assigned = self._assigned(holding, scores, prediction)
        unproven = tuple(label.id for label in assigned if not self.bundle.decisions[label.id].meets_objective)
        unsure = bool(unproven) or uncertain(scores, self.bundle.decisions)
        review = unsure or prediction.foreign or self._may_lose_a_request(prediction)
        return LabelSet(assigned, scores, review, self.bundle.version, unproven)

    def predict(self, item: Item) -> Prediction:
        """Logits of an item, before thresholds. Raises Quarantined (wrong_kind)."""
        return self._classifier.predict(item)

    def decide(self, logits: Floats, heads: Collection[str] | None = None) -> tuple[dict[str, float], list[str]]:
        """Scores by label id, and the ids of the labels that the heads assign, without implied ones: logits [labels].

        Heads run in taxonomy order. A head whose condition does not hold is skipped, and its labels have no score.
        With `heads`, the heads on which those depend run too, but only labels of `heads` are returned.
        """
        taxonomy = self.bundle.taxonomy
        scores: dict[str, float] = {}
        holding: list[str] = []
        assigned: set[str] = set()
        for head in taxonomy.heads if heads is None else taxonomy.needed(heads):
            if head.when is not None and head.when not in assigned:
                continue
            of_head = self._scores(head, logits)
            labels = labels_of(head, of_head, self.bundle.decisions)
            assigned |= set(labels)
            if heads is None or head.id in heads:
                scores |= of_head
                holding += labels
        return scores, holding

    def _assigned(
        self, holding: list[str], scores: Mapping[str, float], prediction: Prediction
    ) -> tuple[AssignedLabel, ...]:
        """The labels that hold and those that they imply.

        An implied label has the evidence of the label that implies it, and the higher of both scores.
        """
        taxonomy = self.bundle.taxonomy
        implied = implied_by(taxonomy, holding)
        return tuple(
            AssignedLabel(
                id=label_id,
                head=taxonomy.head_of(label_id),
                score=max(scores[label_id], scores[source]),
                evidence=prediction.evidence(self._columns[source]),
            )
            for label_id in taxonomy.closed(holding)
            for source in [implied.get(label_id, label_id)]
        )

    def _check_known(self, heads: Collection[str] | None) -> None:
        unknown = sorted(set(heads or ()) - {head.id for head in self.bundle.taxonomy.heads})
        if unknown:
            error = Quarantined("unknown_head")
            error.add_note(f"the bundle has no head {', '.join(unknown)}")  # names from a message: for tracebacks only
            raise error

    def _scores(self, head: Head, logits: Floats) -> dict[str, float]:
        columns = [self._columns[label.id] for label in head.labels]
        found = scores_of(head, logits[columns], self.bundle.decisions)
        return {label.id: float(score) for label, score in zip(head.labels, found, strict=True)}

    def _may_lose_a_request(self, prediction: Prediction) -> bool:
        """Whether no label is assigned; or none with a route, and a sentence of FEW_WORDS or more has no label at all.

        The second condition applies only if the taxonomy has routes.
        """
        taxonomy = self.bundle.taxonomy
        _, labels = self.decide(prediction.logits)
        if not labels or taxonomy.routes(labels) or not taxonomy.routes(taxonomy.labels):
            return not labels
        return any(
            sentence.words >= FEW_WORDS and not self.decide(sentence.logits)[1] for sentence in prediction.sentences
        )


def _classifier(bundle: Bundle) -> TextClassifier | ImageClassifier:
    encoder = bundle.encoder
    if isinstance(encoder, ImageEncoder):
        return ImageClassifier(encoder, bundle.heads)
    return TextClassifier(encoder, bundle.lexicon, bundle.heads, bundle.manifest)
