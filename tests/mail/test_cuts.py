"""What is cut is kept as cuts: marked where a mark of a program proves it, guessed elsewhere."""

# ruff: noqa: RUF001 - phrases in many scripts

from __future__ import annotations

import pytest

from tagging.item import Cut, Mail
from tagging.mail.headers import Headers
from tagging.mail.parser import MailLimits, parse_mail, text_mail
from tagging.mail.quotes import strip_quotes
from tagging.mail.recipients import is_recipient, recipients_of
from tagging.mail.signatures import strip_signature
from tagging.quarantine import Quarantined

OURS = ("shop.example",)
HEADERS = (
    "From: Tom Berg <help@shop.example>\nSent: Monday, 3 March 2025 09:12\nTo: Kim <kim@customer.example>\n"
    "Subject: Your order"
)
INTRO = "On Mon, 3 Mar 2025 at 09:12, Tom Berg <help@shop.example> wrote:"
QUOTED = "Dear Kim,\nwhat is wrong with the lamp?"
DISCLAIMER = (
    "This e-mail is confidential and intended solely for the addressee. If you received it in error, delete it."
)
REPLY = "Re: Your order"


def cuts(text: str, subject: str = REPLY) -> list[tuple[str, bool]]:
    return [(cut.kind, cut.marked) for cut in strip_quotes(text, subject, OURS).cuts]


def mail(body: str, subject: str, sender: str = "kim@customer.example", content_type: str = "text/plain") -> Mail:
    headers = f"From: {sender}\nTo: help@shop.example\nSubject: {subject}\nContent-Type: {content_type}; charset=utf-8"
    return parse_mail(f"{headers}\n\n{body}".encode())


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


OWN_HEADERS = HEADERS.replace("<help@shop.example>", "<kim@customer.example>")
OWN_INTRO = INTRO.replace("help@shop.example", "kim@customer.example")


@pytest.mark.parametrize("end", [f"{OWN_INTRO}\n> My card was stolen.", f"{OWN_HEADERS}\n\nMy card was stolen."])
def test_the_sender_s_own_mail_below_is_a_guess_because_we_may_not_have_got_it(end: str) -> None:
    own = strip_quotes(f"Thank you, resending.\n\n{end}", REPLY, OURS, sender="kim@customer.example")
    assert own.text == "Thank you, resending."
    assert any("stolen" in cut.text and not cut.marked for cut in own.cuts)


def test_an_answer_to_our_forward_is_a_reply() -> None:
    marked = QUOTED.replace("\n", "\n> ")
    for quoted in (f"{INTRO}\n> {marked}", f"{HEADERS}\n\n{QUOTED}"):
        own = strip_quotes(f"Cancel it.\n\n{quoted}", "Re: Fwd: order", OURS, sender="kim@customer.example")
        assert own.text == "Cancel it."
        assert all(cut.marked for cut in own.cuts)
    forward = strip_quotes(f"See this.\n\n{HEADERS}\n\n{QUOTED}", "Fwd: order", OURS, sender="kim@customer.example")
    assert QUOTED.split("\n")[-1] in forward.text


def test_a_bar_is_a_guess_and_only_below_an_introduction_a_quote() -> None:
    assert cuts(f"Hello.\n\n{INTRO}\n| One.")[-1] == ("quote", False)
    assert cuts("Hello.\n\n| Item | Price |\n| lamp | 20 |") == []


def test_a_quote_in_a_mail_that_is_no_reply_is_a_guess_unless_an_introduction_stands_above() -> None:
    assert cuts(f"Hello.\n\n{HEADERS}\n\n{QUOTED}", "Question") == [("quote", False)]
    assert cuts("Please:\n> cancel order 5519\n> refund me", "Question") == [("quote", False)]
    assert cuts(f"Hello.\n\n{INTRO}\n> One.\n\nYes.\n\n> Two.", "Question") == [("quote", True), ("quote", True)]


ANSWERS = "In-Reply-To: <1@shop.example>"


@pytest.mark.parametrize("subject", ["VS: Your order", "Your order", "Vast.: Your order"])
def test_a_header_block_of_a_recipient_is_a_mark_in_a_mail_that_answers(subject: str) -> None:
    body = f"Thank you!\n\n{HEADERS}\n\n{QUOTED}"
    assert [cut.marked for cut in mail(body, f"{subject}\n{ANSWERS}").left_out.cuts] == [True]
    assert [cut.marked for cut in mail(body, subject).left_out.cuts] == [False]


def test_lines_behind_a_mark_are_a_quote_in_a_mail_that_answers_whatever_its_subject() -> None:
    body = "Please:\n> cancel order 5519\n> refund me"
    assert [cut.marked for cut in mail(body, f"Question\n{ANSWERS}").left_out.cuts] == [True]


@pytest.mark.parametrize("sender", ["jo@other.example", "jo@shop.example"])
def test_a_mail_of_somebody_else_is_kept_or_a_guess_though_headers_name_it(sender: str) -> None:
    theirs = HEADERS.replace("help@shop.example", "kim@customer.example")
    forward = mail(f"Please handle.\n\n{theirs}\n\nI lost my card.", f"A customer\n{ANSWERS}", sender)
    assert forward.text.endswith("I lost my card.")
    intro = INTRO.replace("help@shop.example", "kim@customer.example")
    marked = mail(f"Please handle.\n\n{intro}\n> I lost my card.", f"A customer\n{ANSWERS}", sender)
    assert ("I lost my card." in marked.text) is (sender == "jo@shop.example")
    assert not any(cut.marked for cut in marked.left_out.cuts)


def test_a_colleagues_mail_is_a_guess_in_a_mail_of_another_colleague_unless_it_is_a_reply() -> None:
    body = f"Please handle.\n\n{HEADERS.replace('help@', 'ann@')}\n\nMy laptop is broken."
    assert [cut.marked for cut in mail(body, f"Laptop\n{ANSWERS}", "jo@shop.example").left_out.cuts] == [False]
    assert [cut.marked for cut in mail(body, f"RE: Laptop\n{ANSWERS}", "jo@shop.example").left_out.cuts] == [True]


def test_customers_of_one_provider_are_not_one_organisation() -> None:
    for domain, kept in (("gmail.com", True), ("yahoo.co.uk", True), ("mail.shop.example", False)):
        theirs = HEADERS.replace("help@shop.example", f"kim@{domain}")
        own = strip_quotes(f"Hello.\n\n{theirs}\n\nI lost it.", "A", recipients(f"help@{domain}"))
        assert own.text.endswith("I lost it.") is kept
    own = strip_quotes(f"Hello.\n\n{HEADERS}\n\n{QUOTED}", "A", recipients("Help <Help@Shop.Example>"))
    assert own.text == "Hello."


@pytest.mark.parametrize(
    ("address", "organisation", "same"),
    [
        *(("a@mail.shop.example", "shop.example", True), ("a@shop.example", "mail.shop.example", True)),
        *(("a@shop.example.com", "customer.example.com", False), ("a@myshop.example", "shop.example", False)),
        *(("a@shop.co.uk", "customer.co.uk", False), ("a@example", "shop.example", False), ("", "shop.example", False)),
    ],
)
def test_a_domain_and_those_within_it_are_one_organisation(address: str, organisation: str, *, same: bool) -> None:
    assert is_recipient(address, recipients(f"<desk@{organisation}>")) is same


def recipients(to: str) -> frozenset[str]:
    return recipients_of(Headers({"to": to.encode()}))


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


@pytest.mark.parametrize(
    "sentence",
    [
        "Am 3. Mai 2025, um 10:15 schrieb Ihr Fahrer:",
        "My colleague Jo Berg (jo@shop.example) wrote to me on Monday:",
        "On 3 May 2025, 10:15, Jo <jo@bad.example> wrote to my wife:",
        "Votre collègue Jo (jo@shop.example) m'a écrit le 3 mai :",
        "Mi compañera (jo@shop.example) me escribió el 3 de mayo:",
        "Op 3 mei 2025, 10:15 schreef uw chauffeur:",
        "Ihr Fahrer schrieb am 3. Mai 2025 um 10:15:",
    ],
)
def test_a_sentence_that_speaks_of_its_writer_is_no_introduction(sentence: str) -> None:
    own = strip_quotes(f"Hello,\n\n{sentence}\n> the parcel is lost\n\nI want it.", REPLY, OURS)
    assert own.text == f"Hello,\n\n{sentence}\n\nI want it."


@pytest.mark.parametrize(
    "intro", ["Am 3. Mai 2025 um 10:15 schrieb der Fahrer:", "On 3 May the courier (jo@shop.example) wrote:"]
)
def test_an_introduction_that_may_be_a_sentence_is_a_guess_above_a_marked_quote(intro: str) -> None:
    assert cuts(f"Hello,\n\n{intro}\n> the parcel is lost") == [("quote", False), ("quote", True)]


@pytest.mark.parametrize(
    "line",
    [
        "Order 5519 of 3 May 2025, 10:15 never arrived, Tom wrote:",
        "The driver wrote on 3 May 2025 at 10:15:",
        "Parcel from Jo on 3 May 2025 at 10:15, Tom wrote:",
        "Tickets for Jo Berg (jo@customer.example):",
        "Tom wrote:",
        "On 3 May 2025 nothing at all came before 10:15, Tom wrote:",
    ],
)
def test_a_line_without_date_and_name_is_no_introduction(line: str) -> None:
    assert strip_quotes(f"Hello,\n\n{line}\n> nothing", REPLY, OURS).text == f"Hello,\n\n{line}"


def test_a_sentence_with_an_address_and_a_day_introduces_no_quote_without_marks() -> None:
    text = "Hello.\n\nOn 3 March 2025 help@shop.example wrote:\nno refund.\n\nI do not agree."
    assert strip_quotes(text, REPLY, OURS).text == text


def test_each_introduction_of_a_thread_is_cut_and_judged_alone() -> None:
    sentence = "Am 3. Mai 2025 um 10:15 schrieb der Fahrer:"
    text = f"One.\n\n{INTRO}\n> a\n\nTwo.\n\n{INTRO}\n> b\n\nThree.\n\n{sentence}\n> c"
    own = strip_quotes(text, REPLY, OURS)
    assert own.text == "One.\n\nTwo.\n\nThree."
    assert [(cut.text, cut.marked) for cut in own.cuts] == [
        *((f"{INTRO}\na", True), (f"{INTRO}\nb", True), (sentence, False), ("c", True)),
    ]


def test_quotes_above_an_unmarked_quote_are_cut() -> None:
    assert strip_quotes(f"> One.\n\nYes.\n\n{HEADERS}\n\n{QUOTED}", REPLY, OURS).text == "Yes."


def test_a_marked_mail_of_a_customer_in_a_mail_that_is_no_reply_is_kept() -> None:
    theirs = HEADERS.replace("help@shop.example", "kim@customer.example")
    own = strip_quotes(f"Please handle.\n\n{theirs}\n\n> I lost my card.", "A customer", OURS)
    assert own.text.endswith("\n\nI lost my card.")


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


def test_a_customers_mail_that_a_colleague_answers_is_kept_and_our_own_is_not() -> None:
    theirs = HEADERS.replace("help@shop.example", "kim@customer.example")
    body = f"Adding support.\n\n{theirs}\n\nI lost my card."
    assert mail(body, "RE: card", "tom@shop.example").text.endswith("I lost my card.")
    assert mail(body, "RE: card").text == "Adding support."
    assert mail(f"Hello.\n\n{HEADERS}\n\n{QUOTED}", "RE: card", "jo@shop.example").text == "Hello."


def test_text_beyond_the_limit_is_counted() -> None:
    long = mail("word " * 20_000, "Question")
    assert len(long.text) + long.left_out.chars_beyond_limit == len("word " * 20_000) - 1


OUTLOOK = (
    '<p>Thank you!</p><div style="border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> Tom &lt;help@shop.example&gt;<br>'
    "<b>Sent:</b> Monday, 3 March 2025 09:12<br><b>To:</b> Kim<br><b>Subject:</b> Lamp</p></div><p>What is wrong?</p>{}"
)


@pytest.mark.parametrize(
    "answer",
    [
        '<p style="color:red">It leaks.</p>',
        '<p><span style="font-size:11pt;color:#C00000">It leaks.</span></p>',
        '<p><span style="color:rgb(12, 100, 192)">It <b>leaks</b>.</span></p>',
        '<p><font color="#00B050">It leaks.</font></p>',
    ],
)
def test_answers_in_colour_within_an_unmarked_quote_are_read(answer: str) -> None:
    for quote in (OUTLOOK, OUTLOOK.replace("<p>What is wrong?</p>", "")):
        reply = mail(quote.format(f"{answer}<p>Anything else?</p>"), "RE: Lamp", content_type="text/html")
        assert reply.text == "Thank you!\n\nIt leaks."


@pytest.mark.parametrize(
    "line",
    [
        '<p style="color:#1F497D">It was paid.</p>',
        '<p style="color:#666">It was paid.</p>',
        '<p style="background-color:red">It was paid.</p>',
        '<a style="color:blue">It was paid.</a>',
        '<div style="color:red"><p style="color:#333">It was paid.</p></div>',
    ],
)
def test_quoted_lines_in_grey_dark_blue_or_links_are_no_answers(line: str) -> None:
    reply = mail(OUTLOOK.format(line), "RE: Lamp", content_type="text/html")
    assert (reply.text, [cut.marked for cut in reply.left_out.cuts]) == ("Thank you!", [True])


def test_a_mail_whose_quote_is_all_in_colour_has_no_answers_in_it() -> None:
    body = OUTLOOK.replace("<p>What is wrong?</p>", '<p style="color:red">What is wrong?</p>').format("")
    assert mail(body, "RE: Lamp", content_type="text/html").text == "Thank you!"
    forward = mail(OUTLOOK.format('<p style="color:red">It leaks.</p>'), "FW: Lamp", content_type="text/html")
    assert forward.text == "Thank you!\n\nWhat is wrong?\n\nIt leaks."


@pytest.mark.parametrize(
    ("banner", "marked"),
    [
        ("WARNING: This message came from outside your organization. Never open attachments of strangers.", True),
        ("You don't often get email from kim@alder.example. Learn why this is important", True),
        ("LET OP: deze e-mail komt van buiten de organisatie.", True),
        ("Important: the message was sent to the outside lobby, nobody answers at the door.", False),
    ],
)
def test_a_banner_is_marked_by_the_words_of_a_warning(banner: str, marked: bool) -> None:
    (cut,) = text_mail(f"{banner}\n\nAre you open on Sunday?").left_out.cuts
    assert (cut.kind, cut.marked) == ("banner", marked)


LIMITS = MailLimits(scanned_chars=100)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [("word " * 200, "text/plain"), (f"<p>{'word ' * 200}</p>", "text/html"), (f"<p>{'word ' * 200}", "text/plain")],
)
def test_text_beyond_what_is_searched_is_counted(body: str, content_type: str) -> None:
    raw = f"From: kim@customer.example\nSubject: Lamp\nContent-Type: {content_type}\n\n{body}".encode()
    long = parse_mail(raw, LIMITS)
    assert 97 <= len(long.text) <= 100
    assert 895 <= long.left_out.chars_beyond_limit <= 905
    assert parse_mail(raw).left_out.chars_beyond_limit == 0


def test_bytes_beyond_the_limits_of_decoding_are_counted() -> None:
    raw = f"From: kim@customer.example\nSubject: Lamp\nContent-Type: text/html\n\n<p>{'word ' * 2000}".encode()
    assert parse_mail(raw, MailLimits(html_bytes=1000)).left_out.chars_beyond_limit == 9003
    assert parse_mail(raw, MailLimits(content_bytes=1000)).left_out.chars_beyond_limit >= 9000


@pytest.mark.parametrize(
    "text",
    [
        "请取消我的订单。" * 60,
        "ช่วยยกเลิกคำสั่งซื้อ" * 40,
        "注文をキャンセルしてください、" * 40,
        "please,cancel,it;" * 30,
        "no-" * 90,
    ],
)
def test_a_long_text_without_spaces_is_kept(text: str) -> None:
    assert text_mail(f"Hello\n{text}").text == f"Hello\n{text}"


@pytest.mark.parametrize("run", ["https://shop.example/a?t=" + "x1" * 300, "Zm9vYmFy" * 100, "_" * 400])
def test_links_and_encoded_bytes_are_shortened(run: str) -> None:
    assert text_mail(f"Hello {run} there").text == f"Hello {run[:200]} there"


def test_words_behind_the_armour_of_a_signed_text_are_kept() -> None:
    text = "-----BEGIN PGP SIGNED MESSAGE----- please cancel order 5512"
    assert text_mail(text).text == text
