"""The tagger: item in, label set out. Lambda, evaluation and the command line share this code."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from tagging.item import Cut, Image, Item, Mail
from tagging.model.bundle import Bundle
from tagging.model.decisions import implied_by, labels_of, scores_of
from tagging.model.full_sentences import FULL_SENTENCE_WORDS, full_sentences, may_be_request
from tagging.model.image_classifier import ImageClassifier
from tagging.model.image_encoder import ImageEncoder
from tagging.model.label_set import AssignedLabel, LabelSet
from tagging.model.language import is_known
from tagging.model.prediction import Floats, Prediction
from tagging.model.review_reasons import REVIEW_REASONS, ReviewReason
from tagging.model.risk import is_uncertain, risk_of
from tagging.model.text_classifier import TextClassifier
from tagging.model.unread_parts import unread_may_hold_request
from tagging.quarantine import Quarantined
from tagging.taxonomy import Head

SURE = 0.9
"""Score from which the label of a sentence alone counts against those of its mail."""
MOST_CUT_CHARS = 1500
"""Characters of guessed cuts that are classified; a mail with more of them goes to review without it."""
_CUTS_BY_SERVERS = ("banner", "footer", "disclaimer")
"""Kinds of cuts that a server writes into every mail that passes it."""
_NOT_A_MAIL = Mail("", "")  # stands for an image where the reasons of mails are looked at


class Tagger:
    """Tags items with a loaded bundle."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self._classifier = _classifier(bundle)
        self._columns = {label_id: column for column, label_id in enumerate(bundle.decisions)}

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
        scores, holding = self.decide(prediction.logits, heads, unlike=prediction.unlike)
        if isinstance(item, Mail) and item.undelivered:  # a report by a machine: what it quotes is no request
            return LabelSet((), scores, ("undelivered",), self.bundle.version)
        if isinstance(item, Image) and item.even:
            return LabelSet((), scores, ("no_label",), self.bundle.version)
        # An emoji alone, or a mail of which no part was read: the encoder knows nothing of it.
        is_wordless = isinstance(item, Mail) and not any(map(str.isalnum, item.full_text))
        holding = [] if is_wordless else holding
        assigned = self._assigned(holding, scores, prediction)
        unproven = tuple(label.id for label in assigned if not self.bundle.decisions[label.id].meets_objective)
        risk = risk_of(self.bundle.review, self.bundle.taxonomy, scores, assigned, len(prediction.sentences))
        partial = LabelSet(assigned, scores, (), self.bundle.version, unproven, risk)
        everything = heads is None or is_wordless
        of_all_heads = holding if everything else self.decide(prediction.logits, unlike=prediction.unlike)[1]
        return replace(partial, review_reasons=self._review_reasons(item, prediction, partial, of_all_heads))

    def predict(self, item: Item) -> Prediction:
        """Logits of an item, before thresholds. Raises Quarantined (wrong_kind)."""
        return self._classifier.predict(item)

    def decide(
        self, logits: Floats, heads: Collection[str] | None = None, *, unlike: bool = False
    ) -> tuple[dict[str, float], list[str]]:
        """Scores by label id, and the ids of the labels that the heads assign, without implied ones: logits [labels].

        Heads run in taxonomy order. A head whose condition does not hold is skipped, and its labels have no score; for
        an item unlike the training data, no condition holds, and a head that always answers assigns no label.
        With `heads`, the heads on which those depend run too, but only labels of `heads` are returned.
        """
        taxonomy = self.bundle.taxonomy
        scores: dict[str, float] = {}
        holding: list[str] = []
        assigned: set[str] = set()
        for head in taxonomy.heads if heads is None else taxonomy.needed(heads):
            if head.when is not None and (unlike or head.when not in assigned):
                continue
            of_head = self._scores(head, logits)
            sure = not (unlike and self._always_answers(head))
            labels = labels_of(head, of_head, self.bundle.decisions) if sure else ()
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

    def _always_answers(self, head: Head) -> bool:
        """Whether a head of images is exclusive: they have no background that teaches it to assign none."""
        return head.rules.exclusive and isinstance(self.bundle.encoder, ImageEncoder)

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

    def _review_reasons(
        self, item: Item, prediction: Prediction, label_set: LabelSet, of_all_heads: Collection[str]
    ) -> tuple[ReviewReason, ...]:
        """Every reason that holds, in the order of the table; `undelivered` is decided before."""
        mail = item if isinstance(item, Mail) else _NOT_A_MAIL
        left_out = mail.left_out
        routes = self.bundle.taxonomy.routes(label.id for label in label_set.labels)
        holds: dict[ReviewReason, bool] = {
            "near_threshold": is_uncertain(self.bundle.review, label_set, self.bundle.decisions),
            "unproven_label": bool(label_set.unproven),
            "no_label": not of_all_heads and not self.bundle.taxonomy.asks_yes_or_no,
            "unlabelled_sentence": self._has_unlabelled_sentence(mail, prediction, of_all_heads),
            "other_language": prediction.foreign,
            "unlike_training": prediction.unlike,
            "text_cut": self._cut_may_hold_request(left_out.cuts, prediction),
            "unread_part": unread_may_hold_request(mail, bool(routes)),
            "several_mails": mail.several_mails,
            "maybe_auto_reply": mail.maybe_auto_reply,
            "charset_guess": left_out.charset_guessed or left_out.undecoded_chars > 0,
            "truncated": left_out.chars_beyond_limit > 0,
        }
        return tuple(reason for reason in REVIEW_REASONS if holds.get(reason))

    def _has_unlabelled_sentence(self, mail: Mail, prediction: Prediction, labels: Collection[str]) -> bool:
        """Whether no label has a route, and a sentence, classified alone, has no label or surely one with a route.

        Always False without labels, or if the taxonomy has no routes. "Many thanks. I was robbed." is thanks to a head
        of exclusive labels.
        """
        taxonomy = self.bundle.taxonomy
        if not labels or taxonomy.routes(taxonomy.closed(labels)) or not taxonomy.routes(taxonomy.labels):
            return False
        for sentence in prediction.sentences:
            scores, alone = self.decide(sentence.logits)
            if not alone and sentence.words >= FULL_SENTENCE_WORDS:
                return True
            sure = [label_id for label_id in alone if scores[label_id] >= SURE]
            if taxonomy.routes(taxonomy.closed(sure)) and may_be_request(mail.full_text[slice(*sentence.span)]):
                return True
        return False

    def _cut_may_hold_request(self, cuts: Collection[Cut], prediction: Prediction) -> bool:
        """Whether a guessed cut has a full sentence and, classified alone, a label with a route.

        In a taxonomy without routes any label counts. A sentence in another language than the mail's counts by
        itself, because the encoder does not know it. Marked cuts never count: people quote what was answered before.
        """
        guessed = [cut for cut in cuts if not cut.marked]
        if sum(len(cut.text) for cut in guessed) > MOST_CUT_CHARS:
            return True
        for cut in guessed:
            sentences = full_sentences(cut.text)
            if sentences and not prediction.foreign and not self._knows(sentences):
                return True
            if sentences and self._asks(cut):
                return True
        return False

    def _knows(self, sentences: Collection[str]) -> bool:
        """Whether all sentences are in languages of the encoder."""
        encoder = self.bundle.encoder
        return isinstance(encoder, ImageEncoder) or all(is_known(text, encoder.languages) for text in sentences)

    def _asks(self, cut: Cut) -> bool:
        """Whether a cut, classified alone, gets a label with a route, or any label if the taxonomy has no routes.

        A head of exclusive labels assigns one to nearly any sentence, also to a warning about external senders: in what
        servers write, its labels count only where the taxonomy has no other heads.
        """
        taxonomy = self.bundle.taxonomy
        scores, holding = self.decide(self.predict(Mail("", cut.text)).logits)
        labels = taxonomy.closed({*holding, *(label for label in scores if scores[label] >= 0.5)})  # in doubt, look
        others = {label.id for head in taxonomy.heads if not head.rules.exclusive for label in head.labels}
        if cut.kind in _CUTS_BY_SERVERS and others:
            labels = tuple(label_id for label_id in labels if label_id in others)
        return bool(taxonomy.routes(labels) or (labels and not taxonomy.routes(taxonomy.labels)))


def _classifier(bundle: Bundle) -> TextClassifier | ImageClassifier:
    encoder = bundle.encoder
    if isinstance(encoder, ImageEncoder):
        return ImageClassifier(encoder, bundle.heads, bundle.reference)
    return TextClassifier(encoder, bundle.lexicon, bundle.heads, bundle.manifest, bundle.reference)
