"""Which cuts of a mail send it to review: what reading leaves out could be a request."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tagging.item import Cut, LeftOut, Mail
from tagging.mail import text_mail
from tagging.model.bundle import read_bundle
from tagging.model.features import MOST_CUT_CHARS
from tagging.model.full_sentences import full_sentences
from tagging.model.review_reasons import ReviewReason
from tagging.model.tagger import Tagger
from tagging.taxonomy.taxonomy import Taxonomy
from tests.mail_bundle import write_mail_bundle

REQUEST = Mail("", "My card was swallowed by a machine.")
THANKS = Mail("", "Thank you!")
STOLEN = "My card was stolen on the train."


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Tagger:
    return Tagger(read_bundle(write_mail_bundle(tmp_path_factory.mktemp("bundle") / "mail")))


def reasons(tagger: Tagger, mail: Mail, **left_out: object) -> tuple[ReviewReason, ...]:
    return tagger.tag(replace(mail, left_out=LeftOut(**left_out)) if left_out else mail).review_reasons


def cut(text: str, *, marked: bool = False) -> tuple[Cut, ...]:
    return (Cut("signature", text, marked),)


@pytest.mark.parametrize("mail", [REQUEST, THANKS])
def test_a_request_in_a_guessed_cut_needs_review_with_and_without_a_ticket(small: Tagger, mail: Mail) -> None:
    assert reasons(small, mail, cuts=cut(STOLEN)) == ("text_cut",)
    assert reasons(small, mail, cuts=cut("Kim Larsen\nA lost card?\nThird floor")) == ("text_cut",)


@pytest.mark.parametrize(
    "text",
    [
        "We are the nicest bakery of the whole town.",  # a sentence, and no label
        "You are so kind, thank you very much!",  # its label has no route
        "Kim Larsen\nCard Services\nAcme Ltd",  # no sentence
        "Chair of the Board, Friends of the Card Museum",  # names
        "www.bakery.example/?card=1",  # no question
        "",
    ],
)
def test_a_guessed_cut_without_a_request_needs_no_review(small: Tagger, text: str) -> None:
    assert reasons(small, THANKS, cuts=cut(text)) == ()


@pytest.mark.parametrize(
    "line",
    [
        *("T: +44 113 496 0100", "P +1 206.555.0171 | F +1 206.555.0172", "TEL 040 555 01 34 FAX 040 555 01 35"),
        *("Tel. +49 40 555 0134 | Fax +49 40 555 0135", "M: +44 7700 900 123", "D +31 20 555 0190"),
    ],
)
def test_a_line_of_telephone_numbers_is_no_full_sentence(line: str) -> None:
    assert full_sentences(f"Kim Alder\nHead of Purchasing\n{line}") == ()


@pytest.mark.parametrize("line", ["CARD 5512 5513 STOLEN BLOCK IT", "REFUND 55 FOR ORDER 5512 NOW"])
def test_a_request_in_capitals_with_numbers_is_a_full_sentence(line: str) -> None:
    assert full_sentences(line) == (line,)


def test_a_marked_cut_needs_no_review(small: Tagger) -> None:
    assert reasons(small, THANKS, cuts=cut(STOLEN, marked=True)) == ()


def test_each_guessed_cut_is_looked_at(small: Tagger) -> None:
    harmless = "We are the nicest bakery of the whole town."
    assert reasons(small, THANKS, cuts=(*cut(harmless), *cut(STOLEN, marked=True), *cut(STOLEN))) == ("text_cut",)


def test_a_cut_in_an_unknown_language_needs_review_unless_the_mail_needs_it_for_its_own(small: Tagger) -> None:
    german = "Die Marmelade ist leider nicht mehr gut und ich bin traurig."
    assert reasons(small, THANKS, cuts=cut(german)) == ("text_cut",)
    assert reasons(small, THANKS, cuts=cut("お客様番号は一二三四です、もう使えません。")) == ("text_cut",)
    assert reasons(small, Mail("", f"Thank you! {german * 3}"), cuts=cut(german)) == ("other_language",)


def test_a_long_guessed_cut_goes_to_review_without_being_encoded(small: Tagger) -> None:
    harmless = "The bakery is the nicest of the town.\n"
    most = MOST_CUT_CHARS // len(harmless)
    for cuts, expected, encoded in [
        (cut(harmless * most), (), 1),
        (cut(harmless * (most + 1)), ("text_cut",), 0),
        (cut("Kim\n" * (MOST_CUT_CHARS // 4 + 1)), ("text_cut",), 0),
        (cut(harmless * 500, marked=True), (), 0),
    ]:
        mail = replace(THANKS, left_out=LeftOut(cuts))
        assert small.tag(mail).review_reasons == expected
        assert len(small.encode(mail).cuts) == encoded


def test_without_routes_any_label_of_a_cut_counts(small: Tagger) -> None:
    heads = tuple(
        replace(head, labels=tuple(replace(label, route=None) for label in head.labels))
        for head in small.bundle.taxonomy.heads
    )
    routeless = Tagger(replace(small.bundle, taxonomy=Taxonomy(version=1, heads=heads)))
    assert reasons(routeless, THANKS, cuts=cut("You are so kind, thank you very much!")) == ("text_cut",)
    assert reasons(routeless, THANKS, cuts=cut("We are the nicest bakery of the whole town.")) == ()


def test_the_shipped_bundle_tells_a_cut_request_from_a_signature(tagger: Tagger) -> None:
    thanks = Mail("Re: Your parcel", "Many thanks for your help!")
    assert reasons(tagger, thanks, cuts=cut("Sent from my sister's phone since mine got stolen")) == ("text_cut",)
    contact = "Kim Larsen\nHead of Sales, Acme Widgets Ltd, Leeds\n12 rue de la Paix, 75002 Paris\nTel +44 20 7946 0000"
    assert reasons(tagger, thanks, cuts=cut(contact)) == ()


ASKS = "Please send your answer to the help desk."


@pytest.mark.parametrize(
    "text",
    [
        "CAUTION: this mail comes from outside the organisation.",
        "Do not click links unless you know the sender.",
        ASKS,
    ],
)
def test_what_servers_add_to_every_mail_needs_no_review_for_its_tone(tagger: Tagger, text: str) -> None:
    """The head that decides between report, request and question may have a label for it."""
    mail = Mail("", "When does the pool open on Sundays?")
    assert reasons(tagger, mail, cuts=(Cut("banner", text, False),)) == ()
    assert reasons(tagger, mail, cuts=(Cut("banner", f"{text}\nMy card was stolen.", False),)) == ("text_cut",)


def test_what_asks_for_something_needs_review_in_a_quote(tagger: Tagger) -> None:
    mail = Mail("", "When does the pool open on Sundays?")
    assert reasons(tagger, mail, cuts=(Cut("quote", ASKS, False),)) == ("text_cut",)


@pytest.mark.parametrize("line", ["Please block my card", "Refund order 5518 please", "Where is my refund?"])
def test_a_short_request_below_a_signature_delimiter_is_reviewed(tagger: Tagger, line: str) -> None:
    mail = text_mail(f"Thank you.\n\n-- \nKim Alder\n{line}\n")
    assert line not in mail.text
    assert "text_cut" in tagger.tag(mail).review_reasons
