"""The third step of tagging: `decide` makes the label set of one item from its features and a prediction."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from tagging.kinds import kind_of_encoder
from tagging.model.bundle import Bundle
from tagging.model.decisions import implied_by, labels_of, scores_by
from tagging.model.features import CutFeatures, Features, Sentence
from tagging.model.full_sentences import FULL_SENTENCE_WORDS
from tagging.model.label_set import AssignedLabel, LabelSet
from tagging.model.prediction import Floats, Prediction, predict
from tagging.model.review_reasons import REVIEW_REASONS, ReviewReason
from tagging.model.risk import is_uncertain, risk_of
from tagging.quarantine import Quarantined
from tagging.taxonomy import Head

SURE = 0.9
"""Score from which the label of a subject alone counts against those of its mail."""
_CUTS_BY_SERVERS = ("banner", "footer", "disclaimer")
"""Kinds of cuts that a server writes into every mail that passes it."""


def decide(
    features: Features, prediction: Prediction, version: Bundle, heads: Collection[str] | None = None
) -> LabelSet:
    """The label set of one item, by all heads or by `heads`. Raises Quarantined (unknown_head).

    `prediction` is that of `predict(features, version)`.
    """
    check_known(version, heads)
    scores: dict[str, float] = {}
    holding: list[str] = []
    if not features.wordless:
        scores, holding = run_heads(prediction.logits, version, heads, unlike=prediction.unlike)
    if features.final is not None:
        return LabelSet((), scores, (features.final,), version.version)
    assigned = _assigned(holding, scores, features, prediction, version)
    unproven = tuple(label.id for label in assigned if not version.decisions[label.id].meets_objective)
    risk = risk_of(version.review, version.taxonomy, scores, assigned, len(prediction.of_sentences))
    partial = LabelSet(assigned, scores, (), version.version, unproven, risk)
    everything = heads is None or features.wordless
    of_all_heads = holding if everything else run_heads(prediction.logits, version, unlike=prediction.unlike)[1]
    return replace(partial, review_reasons=_review_reasons(features, prediction, version, partial, of_all_heads))


def check_known(version: Bundle, heads: Collection[str] | None) -> None:
    """Raise Quarantined (unknown_head) where the version lacks one of `heads`."""
    unknown = sorted(set(heads or ()) - {head.id for head in version.taxonomy.heads})
    if unknown:
        error = Quarantined("unknown_head")
        error.add_note(f"the bundle has no head {', '.join(unknown)}")  # names from a message: for tracebacks only
        raise error


def run_heads(
    logits: Floats, version: Bundle, heads: Collection[str] | None = None, *, unlike: bool = False
) -> tuple[dict[str, float], list[str]]:
    """Scores by label id, and the ids of the labels that the heads assign, without implied ones: logits [labels].

    Heads run in taxonomy order. A head whose condition does not hold is skipped, and its labels have no score; for
    an item unlike the training data, no condition holds, and a head that always answers assigns no label.
    With `heads`, the heads on which those depend run too, but only labels of `heads` are returned.
    """
    taxonomy = version.taxonomy
    scores: dict[str, float] = {}
    holding: list[str] = []
    assigned: set[str] = set()
    for head in taxonomy.heads if heads is None else taxonomy.needed(heads):
        if head.when is not None and (unlike or head.when not in assigned):
            continue
        of_head = _scores(head, logits, version)
        sure = not (unlike and always_answers(head, version))
        labels = labels_of(head, of_head, version.decisions) if sure else ()
        assigned |= set(labels)
        if heads is None or head.id in heads:
            scores |= of_head
            holding += labels
    return scores, holding


def _scores(head: Head, logits: Floats, version: Bundle) -> dict[str, float]:
    scores = scores_by(head, logits[version.head_columns[head.id]], version.score_maps[head.id])
    return dict(zip((label.id for label in head.labels), scores.tolist(), strict=True))


def always_answers(head: Head, version: Bundle) -> bool:
    """Whether a head of images is exclusive: they have no background that teaches it to assign none."""
    return head.rules.exclusive and not kind_of_encoder(version.encoder.kind).background


def _assigned(
    holding: Collection[str], scores: Mapping[str, float], features: Features, prediction: Prediction, version: Bundle
) -> tuple[AssignedLabel, ...]:
    """The labels that hold and those that they imply.

    An implied label has the evidence of the label that implies it, and the higher of both scores.
    """
    taxonomy = version.taxonomy
    implied = implied_by(taxonomy, holding)
    return tuple(
        AssignedLabel(
            id=label_id,
            head=taxonomy.head_of(label_id),
            score=max(scores[label_id], scores[source]),
            evidence=_evidence(features, prediction, version.columns[source]),
        )
        for label_id in taxonomy.closed(holding)
        for source in [implied.get(label_id, label_id)]
    )


def _evidence(features: Features, prediction: Prediction, column: int) -> tuple[int, int] | None:
    """The span of the max-scoring sentence of a label, the first of equals; None without sentences."""
    if not len(prediction.of_sentences):
        return None
    return features.sentences[int(prediction.of_sentences[:, column].argmax())].span


def _review_reasons(
    features: Features, prediction: Prediction, version: Bundle, label_set: LabelSet, of_all_heads: Collection[str]
) -> tuple[ReviewReason, ...]:
    """Every reason that holds, in the order of the table."""
    taxonomy, always = version.taxonomy, features.reasons
    routes = taxonomy.routes(label.id for label in label_set.labels)
    holds: dict[ReviewReason, bool] = {
        "near_threshold": is_uncertain(version.review, label_set, version.decisions),
        "unproven_label": bool(label_set.unproven),
        "no_label": not of_all_heads and (features.wordless or not taxonomy.asks_yes_or_no),
        "unlabelled_sentence": _has_unlabelled_sentence(features, prediction, version, of_all_heads),
        "unlike_training": prediction.unlike,
        "text_cut": "text_cut" in always or any(_asks(cut, version) for cut in features.cuts),
        "unread_part": "unread_part" in always or (features.unread and not routes),
    }
    return tuple(reason for reason in REVIEW_REASONS if holds.get(reason, reason in always))


def _has_unlabelled_sentence(
    features: Features, prediction: Prediction, version: Bundle, labels: Collection[str]
) -> bool:
    """Whether no label has a route, and a sentence, classified alone, may hold what one of the others is for.

    Always False without labels, or if the taxonomy has no routes. "Many thanks. I was robbed." is thanks to a head
    of exclusive labels.
    """
    taxonomy = version.taxonomy
    if not labels or taxonomy.routes(taxonomy.closed(labels)) or not taxonomy.routes(taxonomy.labels):
        return False
    sentences = zip(features.sentences, prediction.of_sentences, strict=False)  # no logits, or one row for each
    return any(
        _is_unlabelled(sentence, logits, version, () if number < features.headings else labels)
        for number, (sentence, logits) in enumerate(sentences)
    )


def _is_unlabelled(sentence: Sentence, logits: Floats, version: Bundle, labels: Collection[str]) -> bool:
    """Whether a sentence alone has no label and is long or unlike the mail's `labels`, or has one with a route.

    It is unlike them where a label with a route has a higher score than each of them ("It leaks" under thanks).
    Without `labels`, it is a heading: "Your visit" under thanks needs no label, and one with a route has to be sure.
    """
    taxonomy = version.taxonomy
    scores, alone = run_heads(logits, version)
    if alone:
        sure = alone if labels else [label for label in alone if scores[label] >= SURE]
        return sentence.may_be_request and bool(taxonomy.routes(taxonomy.closed(sure)))
    if sentence.words >= FULL_SENTENCE_WORDS:
        return True
    most = max((scores.get(label, 0.0) for label in labels), default=1.0)
    higher = [label for label, score in scores.items() if score > most]
    return sentence.may_be_request and bool(taxonomy.routes(taxonomy.closed(higher)))


def _asks(cut: CutFeatures, version: Bundle) -> bool:
    """Whether a cut, classified alone, gets a label with a route, or any label if the taxonomy has no routes.

    A head of exclusive labels assigns one to nearly any sentence, also to a warning about external senders: in what
    servers write, its labels count only where the taxonomy has no other heads.
    """
    taxonomy = version.taxonomy
    scores, holding = run_heads(predict(cut.features, version).logits, version)
    labels = taxonomy.closed({*holding, *(label for label in scores if scores[label] >= 0.5)})  # in doubt, look
    others = {label.id for head in taxonomy.heads if not head.rules.exclusive for label in head.labels}
    if cut.kind in _CUTS_BY_SERVERS and others:
        labels = tuple(label_id for label_id in labels if label_id in others)
    return bool(taxonomy.routes(labels) or (labels and not taxonomy.routes(taxonomy.labels)))
