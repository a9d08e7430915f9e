"""Each reason for a review, on real bundles: what sets it, and what does not."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from msgspec.structs import replace

from tagging.item import Attachment, Cut, LeftOut, Mail
from tagging.mail import parse_mail
from tagging.model.bundle import read_bundle
from tagging.model.manifest import Decision
from tagging.model.review_reasons import REVIEW_REASONS, ReviewReason
from tagging.model.tagger import Tagger
from tests.mail_bundle import write_mail_bundle

REQUEST = Mail("", "My card was swallowed by a machine.")
THANKS = Mail("", "Thank you!")
LETTER = Attachment("letter.pdf", "application/pdf", 90_000)
STOLEN = "My card was stolen on the train."


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Tagger:
    return Tagger(read_bundle(write_mail_bundle(tmp_path_factory.mktemp("bundle") / "mail")))


def reasons(tagger: Tagger, mail: Mail, **left_out: object) -> tuple[ReviewReason, ...]:
    return tagger.tag(replace(mail, left_out=LeftOut(**left_out)) if left_out else mail).review_reasons


def cut(text: str, *, marked: bool = False) -> tuple[Cut, ...]:
    return (Cut("signature", text, marked),)


def with_decision(tagger: Tagger, label: str, decision: Decision) -> Tagger:
    return Tagger(replace(tagger.bundle, decisions={**tagger.bundle.decisions, label: decision}))


def test_every_reason_has_a_sentence_and_the_table_is_complete() -> None:
    assert tuple(REVIEW_REASONS) == get_args(ReviewReason)
    assert all(sentence.endswith(".") for sentence in REVIEW_REASONS.values())


def test_requests_and_thanks_with_nothing_left_out_need_no_review(small: Tagger) -> None:
    assert reasons(small, REQUEST) == reasons(small, THANKS) == ()
    assert not small.tag(REQUEST).review


@pytest.mark.parametrize(
    ("mail", "reason"),
    [
        (Mail("", "Marmots hum."), "no_label"),
        (Mail("", "Guten Tag, die Karte (card) ist nicht mehr da und ich bin sehr traurig."), "other_language"),
        (replace(REQUEST, several_mails=True), "several_mails"),
        (replace(REQUEST, maybe_auto_reply=True), "maybe_auto_reply"),
        (replace(REQUEST, left_out=LeftOut(charset_guessed=True)), "charset_guess"),
        (replace(REQUEST, left_out=LeftOut(undecoded_chars=1)), "charset_guess"),
        (replace(REQUEST, left_out=LeftOut(chars_beyond_limit=1)), "truncated"),
    ],
)
def test_what_alone_sends_a_mail_to_review(small: Tagger, mail: Mail, reason: ReviewReason) -> None:
    found = small.tag(mail)
    assert reason in found.review_reasons
    assert found.review


def test_a_sentence_without_a_label_needs_review_where_no_label_has_a_route(tagger: Tagger) -> None:
    thanks = Mail("Re: Your card", "Thank you!\nThe marmots on our lawn hum Schubert in B flat.")
    assert reasons(tagger, thanks)[-1:] == ("unlabelled_sentence",)


@pytest.mark.parametrize(
    "thanks", ["Thank you so much, that's all!", "Many thanks, bye.\n***\n", "Hi, thanks for everything!"]
)
@pytest.mark.parametrize(
    "report", ["It is broken", "It leaks.", "It smells.", "Water everywhere.", "He died.", "Heating off."]
)
def test_a_short_sentence_that_may_have_a_route_alone_needs_review_beside_thanks(
    tagger: Tagger, thanks: str, report: str
) -> None:
    label_set = tagger.tag(Mail("Re: your mail", f"{thanks} {report}"))
    assert label_set.review or tagger.bundle.taxonomy.routes(label.id for label in label_set.labels)


def test_it_is_the_sentence_alone_that_needs_review(tagger: Tagger) -> None:
    thanks = "Many thanks to all of you, goodbye! Our goat is ill."
    assert reasons(tagger, Mail("", thanks)) == ("unlabelled_sentence",)
    assert reasons(tagger, Mail("", "Thank you very much.\n\nThe door sticks.")) == ("unlabelled_sentence",)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Thanks, all works now. Have a great weekend!",
            "Thanks a lot\nKim Smith\nSales",
            "Perfect. Thanks! See you soon.",
        ),
        *(
            "Good morning,\n\nthank you so much!\n\nBest wishes\nMarie",
            "That's all. Have a nice day!",
            "Thanks, bye bye",
        ),
    ],
)
@pytest.mark.parametrize("subject", ["Re: your mail", "Your visit yesterday"])
def test_thanks_beside_wishes_names_and_a_subject_need_no_review(tagger: Tagger, text: str, subject: str) -> None:
    assert reasons(tagger, Mail(subject, text)) == ()


def test_a_subject_that_surely_has_a_route_needs_review_above_thanks(tagger: Tagger) -> None:
    assert reasons(tagger, Mail("The bus never came", "Thank you so much, goodbye! Thanks! Bye!")) == (
        "unlabelled_sentence",
    )


def test_a_score_near_its_threshold_and_an_unproven_label_are_two_reasons(small: Tagger) -> None:
    score = small.tag(REQUEST).scores["card"]
    doubtful = with_decision(small, "card", Decision(0.5, meets_objective=False, review=(score - 0.001, 1.0)))
    assert reasons(doubtful, REQUEST) == ("near_threshold", "unproven_label")
    assert reasons(with_decision(small, "card", Decision(0.5, meets_objective=False)), REQUEST) == ("unproven_label",)


def test_an_unread_part_needs_review_only_where_no_label_has_a_route(small: Tagger) -> None:
    assert reasons(small, THANKS, unread_parts=(LETTER,)) == ("unread_part",)
    assert reasons(small, REQUEST, unread_parts=(LETTER,)) == ()


def test_an_unread_part_needs_review_where_nothing_else_was_written_or_the_text_is_encrypted(small: Tagger) -> None:
    subject_alone = Mail(REQUEST.text, "", left_out=LeftOut(unread_parts=(LETTER,)))
    encrypted = Attachment("smime.p7m", "application/pkcs7-mime", 900)
    assert "unread_part" in small.tag(subject_alone).review_reasons
    assert "unread_part" in small.tag(replace(REQUEST, left_out=LeftOut(unread_parts=(encrypted,)))).review_reasons


def test_an_unread_part_needs_review_where_the_requested_heads_assign_no_route(small: Tagger) -> None:
    mail = replace(REQUEST, left_out=LeftOut(unread_parts=(LETTER,)))
    assert small.tag(mail, heads=["person"]).review_reasons == ("unread_part",)


def test_an_undelivered_mail_gets_scores_but_no_labels_and_no_other_reason(small: Tagger) -> None:
    bounce = replace(REQUEST, undelivered=True, left_out=LeftOut(unread_parts=(LETTER,), chars_beyond_limit=9))
    found = small.tag(bounce)
    assert (found.labels, found.review_reasons) == ((), ("undelivered",))
    assert found.scores == small.tag(REQUEST).scores


def test_reasons_come_in_the_order_of_the_table(small: Tagger) -> None:
    mail = replace(THANKS, several_mails=True, maybe_auto_reply=True)
    found = reasons(small, mail, cuts=cut(STOLEN), unread_parts=(LETTER,), chars_beyond_limit=1, charset_guessed=True)
    assert found == tuple(reason for reason in REVIEW_REASONS if reason in found)
    assert len(found) == 6


@pytest.mark.parametrize(
    ("name", "reason"),
    {
        "bounce": "undelivered",
        "digest": "several_mails",
        "encrypted": "unread_part",
        "photo_alone": "unread_part",
        "not_out_of_office": "maybe_auto_reply",
        "koi8_without_charset": "charset_guess",
        "very_long": "truncated",
        "german": "other_language",
    }.items(),
)
def test_sample_mails_show_the_reasons(tagger: Tagger, root: Path, name: str, reason: ReviewReason) -> None:
    assert reason in tagger.tag(parse_mail((root / f"events/mails/{name}.eml").read_bytes())).review_reasons


@pytest.mark.parametrize("name", ["thanks_only", "reply_gmail", "reply_outlook", "inline_image", "format_flowed"])
def test_ordinary_quotes_and_signatures_of_sample_mails_are_no_reason(tagger: Tagger, root: Path, name: str) -> None:
    found = tagger.tag(parse_mail((root / f"events/mails/{name}.eml").read_bytes())).review_reasons
    assert set(found) <= {"near_threshold"}, "uncertain labels are a reason of their own"
