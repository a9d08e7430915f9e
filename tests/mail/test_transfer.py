"""Encodings and formats that are not declared, or that a mail misnames."""

from __future__ import annotations

import base64
import quopri

import pytest

from tagging.mail.parser import parse_mail
from tests.mail.raw_mails import BLANK, HEAD, multipart, read, uu

LONG = "Grüße, meine Karte wurde gestohlen, bitte sperren Sie sie sofort. Die Bestellnummer ist 5518, danke schön! " * 2


@pytest.mark.parametrize(
    "body",
    [
        quopri.encodestring(LONG.encode()).decode(),
        quopri.encodestring(LONG.encode("latin-1")).decode(),
        base64.encodebytes(LONG.encode()).decode(),
    ],
)
def test_an_encoding_that_is_not_declared_is_recognised(body: str) -> None:
    assert " ".join(read(f"{HEAD}\n{body}").text.split()) == LONG.strip()


@pytest.mark.parametrize(
    "text",
    [
        "See https://shop.example/?a=FF&b=AB&id=20 and x=3D.",
        "My formula: a=20 b=3C, it prints =E9 on the screen.",
        "=C3=BC is what your app shows for x=y and a=b, c=d, e=f.",
        "Tracking code:\nQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo",
    ],
)
def test_text_that_only_resembles_an_encoding_is_kept(text: str) -> None:
    assert read(f"{HEAD}\n{text}").text == text


@pytest.mark.parametrize("name", ["x-uuencode", "uuencode"])
def test_a_uuencoded_part_is_decoded(name: str) -> None:
    encoded = uu(b"My card was stolen, please block it.")
    assert read(f"{HEAD}Content-Transfer-Encoding: {name}\n\n{encoded}").text == "My card was stolen, please block it."


def test_plain_text_declared_as_base64_is_read_as_text() -> None:
    assert read(f"{HEAD}Content-Transfer-Encoding: base64\n\nHello, I lost my card.").text == "Hello, I lost my card."


def test_base64_with_noise_between_is_decoded() -> None:
    wall = base64.encodebytes(("Hello, I lost my card. " * 20).encode()).decode().replace("\n", " \r\n\t")
    assert read(f"{HEAD}Content-Transfer-Encoding: base64\n\n{wall}").text.startswith("Hello, I lost my card. Hello")


def test_plain_text_below_base64_is_no_base64() -> None:
    encoded = base64.encodebytes("Grüße, meine Karte wurde gestohlen, bitte sperren Sie sie sofort.".encode()).decode()
    footer = "\n_______________________________________________\nSupport mailing list\nhttps://lists.example.com\n"
    mail = read(f"{HEAD}Content-Transfer-Encoding: base64\n\n{encoded}{footer}")
    assert mail.text == "Grüße, meine Karte wurde gestohlen, bitte sperren Sie sie sofort."


def test_an_equals_sign_in_a_wrong_place_spoils_no_base64() -> None:
    encoded = base64.encodebytes(b"My card was stolen, please block it at once, I am abroad.").decode()
    text = read(f"{HEAD}Content-Transfer-Encoding: base64\n\n{encoded[:30]}={encoded[30:]}").text
    assert text == "My card was stolen, please block it at once, I am abroad."


def test_bytes_in_base64_that_nothing_declares_are_no_text() -> None:
    assert read(f"{HEAD}Subject: A\n\n{base64.encodebytes(bytes(range(128)) * 4).decode()}").text == ""


def test_base64_ends_where_it_ends() -> None:
    encoded = base64.encodebytes(b"My card was stolen, please block it at once, I am abroad.\n").decode()
    footer = base64.encodebytes(b"List of the club, see the archive.").decode()
    for below in (f"-- \nlist@club.example is a list of the club\n{'_' * 40}", f"\n{footer}", footer):
        text = read(f"{HEAD}Content-Transfer-Encoding: base64\n\n{encoded}{below}").text
        assert text.startswith("My card was stolen, please block it at once, I am abroad.")
        assert "\ufffd" not in text
    assert "List of the club" in text


@pytest.mark.parametrize(
    "markup",
    [
        "<html><body><p>My card was stolen.</p><p>Block it.</p></body></html>",
        "<!DOCTYPE html>\n<p>My card was stolen.</p><p>Block it.</p>",
        "<div>My card was stolen.</div><div>Block it.</div>",
        "My card was stolen.<br>\n<br/>Block it.<br>",
    ],
)
def test_html_sent_as_plain_text_is_read_as_html(markup: str) -> None:
    lines = read(f"{HEAD}Content-Type: text/plain\n\n{markup}").text.split("\n")
    assert [line for line in lines if line] == ["My card was stolen.", "Block it."]


@pytest.mark.parametrize("text", ["x < 5 and y > 3", "Kim <kim@customer.example> wrote </me>", "the <div> is broken"])
def test_plain_text_with_angle_brackets_stays_plain(text: str) -> None:
    assert read(f"{HEAD}Content-Type: text/plain\n\n{text}").text == text


def test_plain_text_sent_as_html_keeps_its_lines() -> None:
    assert read(f"{HEAD}Content-Type: text/html\n\nHello,\n\nblock it &amp; pay.").text == "Hello,\n\nblock it & pay."


def test_enriched_text_loses_its_tags() -> None:
    text = "<bold>My card</bold> was\nstolen.\n\n<color><param>red</param>Block it.</color> 1 << 2"
    assert read(f"{HEAD}Content-Type: text/enriched\n\n{text}").text == "My card was stolen.\nBlock it. 1 < 2"


@pytest.mark.parametrize(
    ("plain", "html"),
    [
        ("[image: logo]", "My card was stolen."),
        ("Ce message est au format HTML. Votre logiciel ne peut pas afficher ce contenu.", "My card was stolen today."),
        ("View this email online: https://x.example/1", "Hi, my card was stolen, block it."),
    ],
)
def test_html_beats_a_stub_in_any_language(plain: str, html: str) -> None:
    versions = (f"Content-Type: text/plain\n\n{plain}", f"Content-Type: text/html\n\n<p>{html}</p>")
    assert read(HEAD + multipart(*versions, kind="alternative")).text == html
    both = (f"Content-Type: text/plain\n\n{html}", versions[1])
    assert read(HEAD + multipart(*both, kind="alternative")).text == html


@pytest.mark.parametrize(
    "field",
    [
        "application/octet-stream; name=letter.txt",
        "application/octet-stream; name=call.ics",
        "application/ics; name=a.ics",
    ],
)
def test_text_declared_as_bytes_is_read_where_it_is_the_only_text(field: str) -> None:
    part = f"Content-Type: {field}\n\nBEGIN:VCALENDAR\nSUMMARY:Block my card.\nEND:VCALENDAR"
    mail = read(HEAD + multipart(BLANK, part))
    assert "Block my card." in mail.text
    assert mail.left_out.unread_parts == ()


def test_a_reaction_is_an_emoji_and_no_data() -> None:
    data = 'Content-Type: text/vnd.google.email-reaction+json\n\n{"version": 1, "emoji": "x"}'
    mail = read(f"{HEAD}Subject: Re: Your order\n" + multipart("Content-Type: text/plain\n\n👍", data))
    assert (mail.text, mail.left_out.unread_parts) == ("👍", ())


def test_one_word_broken_at_the_end_of_a_full_line_shows_undeclared_quoted_printable() -> None:
    line = "I would like a new invoice with the right address of our office please, correc="
    assert "please, corrected as agreed." in parse_mail(f"Subject: a\n\n{line}\nted as agreed.".encode()).text
    link = "See https://shop.example/a/long/path/that/goes/on/and/on/for/ever/and/ever?id="
    assert link in parse_mail(f"Subject: a\n\n{link}\nabc is broken.".encode()).text
