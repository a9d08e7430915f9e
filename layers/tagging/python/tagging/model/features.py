"""The first step of tagging: `encode` makes the features of one item, which any version of its encoder can score."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec import Struct

from tagging.item import Cut, CutKind, Item, Mail
from tagging.model.encoder_files import Encoder
from tagging.model.feature_codec import Floats32
from tagging.model.full_sentences import count_words, full_sentences, may_ask_beside_others
from tagging.model.image_encoder import ImageEncoder
from tagging.model.language import is_known
from tagging.model.manifest import Aggregate
from tagging.model.review_reasons import ReviewReason
from tagging.model.sentences import Span, any_letter, mail_sentences, own_text
from tagging.quarantine import Quarantined

if TYPE_CHECKING:  # the layer for images has no tokeniser
    from tagging.model.text_encoder import TextEncoder

MOST_CUT_CHARS = 1500
"""Characters of guessed cuts that are classified; a mail with more of them goes to review without it."""
_ENCRYPTED: Final = frozenset({
    *("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"),
    "application/x-microsoft-rpmsg-message",
})  # fmt: skip
"""Types of parts that hold a mail's own text, closed."""


class Sentence(Struct, frozen=True):
    """What decisions need to know of one sentence of a mail, besides its features."""

    span: Span
    """In `Mail.full_text`."""
    words: int
    may_be_request: bool
    """See `may_ask_beside_others`."""


class Features(Struct, frozen=True):
    """What an encoder made of one item, and what reading the item found that its label set depends on.

    They are the same for every version of the encoder, so that champion, challenger and a later replay score one value.
    A replay is exact: `dense` is rounded to what `feature_codec` stores, `pieces` are kept as they are, each version
    looks up its own n-grams in them, `predict` runs the heads on the rows that the version pools whatever else is here,
    and nothing after `encode` looks at the item again.
    """

    dense: Floats32
    """Read-only float32 [texts, dimension]: the sentences, then the full text. An image is one row."""
    pieces: tuple[tuple[str, ...], ...] = ()
    """The word pieces of each text [texts]; none holds a space. Empty for images."""
    sentences: tuple[Sentence, ...] = ()
    """Empty where sentences were not encoded, and for images."""
    has_full_text: bool = True
    """Whether the last text is the full text; it can be the only sentence as well. True for images."""
    cuts: tuple[CutFeatures, ...] = ()
    """The guessed cuts that could hold a request."""
    reasons: frozenset[ReviewReason] = frozenset()
    """The reasons for review that hold whatever a version predicts."""
    unread: bool = False
    """Parts were not read: a reason for review where no label has a route."""
    wordless: bool = False
    """A mail without a letter, such as an emoji or an order number: no head runs."""
    final: ReviewReason | None = None
    """The only reason of an item that gets no labels: a delivery report, an image in which nothing can be seen."""
    headings: int = 0
    """How many of the first sentences are the subject's."""


class CutFeatures(Struct, frozen=True):
    """A guessed cut as features of its own."""

    kind: CutKind
    features: Features


def encode(item: Item, encoder: Encoder, aggregate: Aggregate = "both") -> Features:
    """The features of an item: its sentences, its full text, or both, as `aggregate` says; images are one text.

    Each text is encoded alone, so that its features do not depend on the others. Raises Quarantined (wrong_kind).
    """
    if isinstance(encoder, ImageEncoder):
        if isinstance(item, Mail):
            raise Quarantined("wrong_kind", "only images are tagged here")
        return Features(_rows([encoder.encode(item)]), final="no_label" if item.even else None)
    if not isinstance(item, Mail):
        raise Quarantined("wrong_kind", "only mails and texts are tagged here")
    return _of_mail(item, encoder, aggregate)


def _of_mail(mail: Mail, encoder: TextEncoder, aggregate: Aggregate) -> Features:
    text, subject = mail.full_text, len(mail.subject)
    own_span = own_text(text, subject)
    spans = () if aggregate == "whole" else mail_sentences(text, subject)
    texts = [text[start:end] for start, end in spans]
    sentences = tuple(map(_sentence, spans, texts))
    if aggregate != "sentences" and spans != (own_span,):  # else the only sentence is the full text
        texts.append(text[slice(*own_span)])
    encoded = [encoder.encode(each) for each in texts]
    foreign = not is_known(text, encoder.languages)
    cuts = _guessed_cuts(mail, encoder, foreign)
    return Features(
        dense=_rows([each.features for each in encoded]),
        pieces=tuple(each.pieces for each in encoded),
        sentences=sentences,
        has_full_text=aggregate != "sentences" or spans == (own_span,),
        cuts=tuple(CutFeatures(cut.kind, encode(Mail("", cut.text), encoder, aggregate)) for cut in cuts or ()),
        reasons=frozenset(_reasons(mail, foreign, cuts is None)),
        unread=bool(mail.left_out.unread_parts),
        wordless=not any_letter(text, subject),
        final="undelivered" if mail.undelivered else None,
        headings=sum(start < subject for start, _ in spans),
    )


def _sentence(span: Span, text: str) -> Sentence:
    return Sentence(span, count_words(text), may_ask_beside_others(text))


def _rows(features: Sequence[Floats32]) -> Floats32:
    rows = np.stack(features)
    rows.flags.writeable = False
    return rows


def _guessed_cuts(mail: Mail, encoder: TextEncoder, foreign: bool) -> list[Cut] | None:
    """The guessed cuts that have a full sentence; None where a person looks at them whatever a version predicts.

    That is where they are too long to be classified, or a sentence is in a language that the encoder does not know and
    the mail is not. Marked cuts never count: people quote what was answered before.
    """
    if mail.undelivered:
        return []
    guessed = [cut for cut in mail.left_out.cuts if not cut.marked]
    if sum(len(cut.text) for cut in guessed) > MOST_CUT_CHARS:
        return None
    sentences = [full_sentences(cut.text) for cut in guessed]
    if not foreign and not all(is_known(text, encoder.languages) for each in sentences for text in each):
        return None
    return [cut for cut, each in zip(guessed, sentences, strict=True) if each]


def _reasons(mail: Mail, foreign: bool, cut_needs_review: bool) -> Iterator[ReviewReason]:
    left_out = mail.left_out
    encrypted = any(part.content_type in _ENCRYPTED for part in left_out.unread_parts)
    if foreign:
        yield "other_language"
    if cut_needs_review:
        yield "text_cut"
    if encrypted or (left_out.unread_parts and not mail.text):
        yield "unread_part"
    if mail.several_mails:
        yield "several_mails"
    if mail.maybe_auto_reply:
        yield "maybe_auto_reply"
    if left_out.charset_guessed or left_out.undecoded_chars > 0:
        yield "charset_guess"
    if left_out.chars_beyond_limit > 0:
        yield "truncated"
