"""One item in, its label set out: the same code in Lambda, in evaluation and on the command line."""

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
"""A sentence of fewer words may go without a label: names, greetings, closing formulas."""


class Tagger:
    """Tags items with a loaded bundle."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self._classifier = _classifier(bundle)
        self._columns = {label_id: column for column, label_id in enumerate(bundle.taxonomy.labels)}

    @property
    def image_size(self) -> int:
        """Side in pixels of the square images that the bundle takes. Raises Quarantined (wrong_kind) without such."""
        encoder = self.bundle.encoder
        if not isinstance(encoder, ImageEncoder):
            raise Quarantined("wrong_kind", "only mails and texts are tagged here")
        return encoder.size

    def tag(self, item: Item, heads: Collection[str] | None = None) -> LabelSet:
        """The labels of one item, of all heads or of those named. Raises Quarantined (unknown_head, wrong_kind)."""
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
        """Scores of the labels of these heads (of all), and ids of those that hold by themselves: logits [labels].

        Heads run in taxonomy order, where their conditions hold; labels of a head that does not run have no score.
        Heads for which the requested ones wait run too, without a result of their own.
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
        """The labels that hold and those they imply, which take score and evidence of the label that implies them."""
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
        """Whether the item has no label at all; or no label with a route, and a longer sentence without any label.

        Routes count only where the taxonomy has any.
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
