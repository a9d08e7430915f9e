"""What is cut is kept as cuts: marked where a mark of a program proves it, guessed elsewhere."""

# ruff: noqa: RUF001 - phrases in many scripts

from __future__ import annotations

import pytest

from tagging.item import Cut
from tagging.mail.parser import text_mail
from tagging.mail.quotes import strip_quotes
from tagging.mail.signatures import strip_signature
from tagging.quarantine import Quarantined
from tests.mail.replies import HEADERS, INTRO, OURS, QUOTED, REPLY, cuts

DISCLAIMER = (
    "This e-mail is confidential and intended solely for the addressee. If you received it in error, delete it."
)


@pytest.mark.parametrize(
    "end",
    [
        f"{INTRO}\n> what is wrong?",
        "> what is wrong?",
        f"{HEADERS}\n\n{QUOTED}",
        f"-----Original Message-----\n{HEADERS}\n\n{QUOTED}",
        f"________________________________\n{HEADERS}\n\n{QUOTED}",
        f"{HEADERS}\n\n> what is wrong?",
        "-- \nKim Alder\nAlder Ltd",
        "Sent from my iPhone",
        DISCLAIMER,
        "Please consider the environment before printing this e-mail.",
        "Bitte denken Sie an die Umwelt, bevor Sie diese E-Mail ausdrucken!",
        '-- \nYou received this message because you are subscribed to the Google Groups "Support" group.\nTo '
        "unsubscribe from this group and stop receiving emails from it, send an email to support+leave@groups.example.",
        "_______________\nhelp mailing list -- help@lists.example\nTo unsubscribe send an email to leave@lists.example",
    ],
)
def test_a_mark_of_a_program_proves_a_cut(end: str) -> None:
    own = strip_quotes(f"Thank you!\n\n{end}", REPLY, OURS)
    assert own.text == "Thank you!"
    assert own.cuts
    assert all(cut.marked for cut in own.cuts)


@pytest.mark.parametrize(
    "end",
    [
        f"-----Original Message-----\n{QUOTED}",
        f"##- Please type your reply above this line -##\n\n{QUOTED}",
        f"{HEADERS.replace(' <help@shop.example>', '').replace(' <kim@customer.example>', '')}\n\n{QUOTED}",
        f"{HEADERS.replace('Monday, 3 March 2025 09:12', 'Monday')}\n\n{QUOTED}",
        f"{INTRO}\n\n{QUOTED}",
        "Kind regards,\nKim Alder\nAlder Ltd",
        "--\nKim Alder\nAlder Ltd",
        "-- \nKim Alder\n\nPS: my card was stolen, too.",
        "___\nYou are on the mailing list of the shop\nTo unsubscribe go to https://lists.example",
        "___\nstolen mailing list\nhttps://lists.example card stolen",
        "Please consider the environment before printing the catalogue.",
    ],
)
def test_a_cut_without_a_mark_is_a_guess(end: str) -> None:
    own = strip_quotes(f"Thank you!\n\n{end}", REPLY, OURS)
    assert own.text.startswith("Thank you!")
    assert own.cuts
    assert not any(cut.marked for cut in own.cuts)


def test_a_bar_is_a_guess_and_only_below_an_introduction_a_quote() -> None:
    assert cuts(f"Hello.\n\n{INTRO}\n| One.")[-1] == ("quote", False)
    assert cuts("Hello.\n\n| Item | Price |\n| lamp | 20 |") == []


def test_two_lines_behind_bars_or_initials_end_a_reply_as_a_guess() -> None:
    for mark in ("| ", "|", "TB> "):
        quote = f"\n\n{mark}Dear Kim,\n{mark}\n{mark}what is wrong?"
        own = strip_quotes(f"Cancel it.{quote}", REPLY, OURS)
        assert own.text == "Cancel it."
        assert not any(cut.marked for cut in own.cuts)
        assert "what is wrong?" in strip_quotes(f"Cancel it.{quote}", "Question", OURS).text


@pytest.mark.parametrize(
    "text",
    [
        "Hello.\n\n| Item | Price |\n| lamp | 20 |",
        "Hello.\n\n| It leaks.",
        "Hello.\n\n| It leaks.\n| It stinks.\n\nCancel it.",
        "Hello.\n\nME> it leaks\nTB> we are sorry",
        "Hello.\n\nSize X> 5 is wrong.",
    ],
)
def test_tables_and_single_lines_behind_a_bar_or_initials_are_text(text: str) -> None:
    assert strip_quotes(text, REPLY, OURS).text == text


def test_an_indented_quote_below_an_introduction_with_an_address_is_a_guess() -> None:
    intro = "Tom Berg <help@shop.example> wrote on 3 March 2025:"
    for indent in ("\t", "    "):
        own = strip_quotes(f"Cancel it.\n\n{intro}\n\n{indent}Dear Kim,\n{indent}what is wrong?", REPLY, OURS)
        assert own.text == "Cancel it."
        assert not any(cut.marked for cut in own.cuts)
        kept = f"Cancel it.\n\n{intro}\n\n{indent}what is wrong?\n\nIt leaks."
        assert strip_quotes(kept, REPLY, OURS).text == kept
    assert strip_quotes(f"Cancel it.\n\n{intro}", REPLY, OURS).text == f"Cancel it.\n\n{intro}"


def test_a_quote_in_a_mail_that_is_no_reply_is_a_guess_unless_an_introduction_stands_above() -> None:
    assert cuts(f"Hello.\n\n{HEADERS}\n\n{QUOTED}", "Question") == [("quote", False)]
    assert cuts("Please:\n> cancel order 5519\n> refund me", "Question") == [("quote", False)]
    assert cuts(f"Hello.\n\n{INTRO}\n> One.\n\nYes.\n\n> Two.", "Question") == [("quote", True), ("quote", True)]


def test_a_line_that_asks_for_answers_above_it_begins_a_quote_in_any_mail() -> None:
    text = f"Thanks.\n\n##- Please type your reply above this line -##\n\n{QUOTED}"
    assert strip_quotes(text, "Your order", OURS) == ("Thanks.", (Cut("quote", text[9:], marked=False),))


def test_lines_behind_bars_below_an_introduction_are_cut_though_others_have_the_usual_mark() -> None:
    text = f"{INTRO}\n\n| One.\n|\n| Two.\n\nYes.\n\n> Three.\n\n| a | b |"
    assert strip_quotes(text, REPLY, OURS).text == "Yes.\n\n| a | b |"


def test_cuts_stand_in_the_order_of_the_mail() -> None:
    banner = "CAUTION: This email originated from outside of the organization."
    text = (
        f"{banner}\n\nCancel it.\n\nSent from my iPhone\n\n{INTRO}\n> One.\n\nNo.\n\n> Two.\n\n-- \nKim\n\n{DISCLAIMER}"
    )
    own = strip_quotes(text, REPLY, OURS)
    assert own.text == "Cancel it.\n\nNo."
    assert own.cuts == (
        Cut("banner", banner, marked=True),
        Cut("device_line", "Sent from my iPhone", marked=True),
        Cut("quote", f"{INTRO}\nOne.", marked=True),
        Cut("quote", "Two.", marked=True),
        Cut("signature", "-- \nKim", marked=True),
        Cut("disclaimer", DISCLAIMER, marked=True),
    )


@pytest.mark.parametrize(
    "text",
    [
        *("Hi Tom, see below.", "Antworten siehe unten.", "Voir mes réponses ci-dessous.", "Respuestas en rojo."),
        *(
            "Le mie risposte sotto.",
            "Respostas abaixo.",
            "Zie hieronder.",
            "Svar nedan.",
            "Svar i rødt.",
            "Odpovědi níže.",
        ),
        *(
            "Odpovědi níže.",
            "Odpowiedzi poniżej.",
            "Ответы ниже.",
            "Yanıtlar aşağıda.",
            "见下面。",
            "In red.",
            "See the text in green.",
        ),
        *("Replies between the lines.", "Answered inline.", "My comments are in blue."),
    ],
)
@pytest.mark.parametrize("end", [f"{INTRO}\n> One.", f"{HEADERS}\n\n{QUOTED}"])
def test_text_that_points_below_makes_every_cut_a_guess(text: str, end: str) -> None:
    assert not any(marked for _, marked in cuts(f"{text}\n\n{end}\n\n-- \nKim"))


@pytest.mark.parametrize("text", ["I bought a dress in red.", "The red one came, thanks.", "Danke!", "I ordered it."])
def test_other_text_does_not(text: str) -> None:
    assert cuts(f"{text}\n\n{HEADERS}\n\n{QUOTED}") == [("quote", True)]


def test_the_cuts_of_a_forwarded_thread_are_guesses_where_the_note_points_at_it() -> None:
    text = f"{{}}\n\n---------- Forwarded message ---------\n{HEADERS}\n\nI lost my card.\n\n{INTRO}\n> One."
    assert cuts(text.format("Please handle."), "Fwd: card") == [("quote", True), ("quote", True)]
    assert cuts(text.format("See below."), "Fwd: card") == [("quote", True), ("quote", False)]


def test_quotes_above_an_unmarked_quote_are_cut() -> None:
    assert strip_quotes(f"> One.\n\nYes.\n\n{HEADERS}\n\n{QUOTED}", REPLY, OURS).text == "Yes."


def test_a_promotion_below_contact_lines_is_cut_as_a_guess() -> None:
    promotion = "Kim\nAlder Ltd\nAsk us about our new insurance and get a refund today!\nBook now at alder.example"
    own = strip_signature(f"Are you open?\n\nKind regards,\n{promotion}")
    assert own == ("Are you open?\n\nKind regards,", (Cut("signature", promotion, marked=False),))
    kept = "Are you open?\n\nKind regards,\nKim\nPlease ask us about our new order"
    assert strip_signature(kept).text == kept


def test_a_mail_that_is_nothing_but_device_lines_has_no_text_and_no_label_of_theirs() -> None:
    only = text_mail("Sent from my iPhone\n\nGet Outlook for iOS")
    assert only.full_text == ""
    assert [cut.kind for cut in only.left_out.cuts] == ["device_line", "device_line"]
    with pytest.raises(Quarantined):
        text_mail("...")


def test_a_quote_above_which_only_a_device_line_stands_is_kept() -> None:
    assert strip_quotes("Sent from my iPhone\n\n> I lost my card.", REPLY).text == "I lost my card."


@pytest.mark.parametrize("sign", ["👍", "?", ":-("])
def test_a_sign_above_a_quote_is_the_answer(sign: str) -> None:
    assert strip_quotes(f"{sign}\n\n{INTRO}\n> Is it fine?", REPLY).text == sign
