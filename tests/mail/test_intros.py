"""Introductions of quotes are cut; sentences that resemble them are kept."""

# ruff: noqa: RUF001 - introductions in many scripts

from __future__ import annotations

import pytest

from tagging.mail.quotes import strip_quotes
from tests.mail.replies import INTRO, OURS, REPLY, cuts


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
        "On Monday Tom wrote:",
        "On 3 May Tom wrote:",
        "Invoice number 5519, 3 May 2025 at 10:15, Tom wrote:",
        "The lamp from help@shop.example broke on 3 May 2025 and the driver wrote:",
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


SENTENCES = [
    "I ordered on 3 May, and your driver said:",
    "On 3 May your driver said:",
    "On 3 May 2025 I ordered a lamp and your driver wrote:",
    "On 3 May 2025, at 10:15, your colleague in the shop wrote:",
    "On 3 May 2025, at 10:15, I wrote:",
    "My order 5519 of 3 May 2025, 10:15 never came, Tom wrote:",
    "I mailed help@shop.example on 3 May and your agent wrote:",
    "My card was charged twice on 13.01.2025 10:13 and the bank wrote:",
    "Ich habe am 3. Mai bestellt, und Ihr Fahrer schrieb:",
    "Am 3. Mai 2025 habe ich um 10:15 eine Lampe bestellt und Ihr Fahrer schrieb:",
    "Am 3. Mai 2025, 10:15 Uhr, wurde meine Karte gestohlen und Ihre Bank schrieb:",
    "Le 3 mai 2025, j'ai commandé une lampe et votre livreur a écrit :",
    "J'ai payé le 3 mai et votre collègue a écrit :",
    "El 3 de mayo de 2025, pedí una lámpara y su empleado escribió:",
    "3 мая 2025 в 10:15 я заказал лампу, и ваш водитель написал:",
]


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_sentence_with_a_date_above_marked_lines_is_kept(sentence: str, gap: str) -> None:
    for text in (f"{sentence}{gap}> nothing", f"Hello.\n\n{sentence}{gap}> nothing\n\nWhere is it?"):
        assert sentence in strip_quotes(text, "Re: lamp").text


@pytest.mark.parametrize("intro", ["Tom Berg <help@shop.example> wrote:", "On 4 May 2025, at 10:15, Tom wrote:"])
def test_a_sentence_directly_above_an_introduction_is_kept(intro: str) -> None:
    for sentence in ("On 3 May I ordered a lamp.", "On 3 May the lamp broke."):
        assert strip_quotes(f"{sentence}\n{intro}\n> We are sorry.", "Re: lamp").text == sentence


@pytest.mark.parametrize(
    "intro",
    [
        "On Mon, 13 Jan 2025 at 10:13, Tom Berg wrote:",
        "On Mon, Jan 13, 2025 at 10:13:00AM +0100, Tom of the Service Team wrote:",
        "On 3/3/25 09:12, Tom wrote:",
        "On 3 March 2025 help@shop.example wrote:",
        "help@shop.example writes:",
        "Tom <help@shop.example> said:",
        "Am 13.01.2025 um 10:13 schrieb Tom von der Heide:",
        "Am 03.03.25 um 09:12 Uhr schrieb Tom:",
        "Le lun. 3 mars 2025 à 09:12, Tom a écrit :",
        "El lun, 3 mar 2025 a las 9:12, Tom escribió:",
        "Il giorno lun 3 mar 2025 alle ore 09:12 Tom ha scritto:",
        "Em seg., 3 de mar. de 2025 às 09:12, Tom escreveu:",
        "Op ma 3 mrt 2025 om 09:12 schreef Tom:",
        "Den mån 3 mars 2025 kl 09:12 skrev Tom Berg:",
        "pon., 3 mar 2025 o 09:12 Tom napisał(a):",
        "Dne 3. 3. 2025 v 9:12 Tom napsal(a):",
        "3 Mar 2025 Pzt, 09:12 tarihinde Tom şunu yazdı:",
        "пн, 3 мар. 2025 г. в 09:12, Том написал:",
        "בתאריך 3.3.2025 9:12, תום כתב:",
        "2025年3月3日 9:12、Tom のメール:",
    ],
)
def test_an_introduction_without_brackets_is_cut_if_it_is_a_date_and_a_name(intro: str) -> None:
    assert strip_quotes(f"Please cancel.\n\n{intro}\n> Dear Jo.", "Re: lamp").text == "Please cancel."
