"""`tagging benchmark reading`: the composed mails are what they claim to be, and its figures can fail."""

from __future__ import annotations

import email
import json
import quopri
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from benchmarks.quality.reading.command import reading
from benchmarks.quality.reading.composing import ComposedMail, compose, compose_ordinary_reply
from benchmarks.quality.reading.figures import Figure, figures
from benchmarks.quality.reading.measuring import Reading, grams, measure, words
from benchmarks.quality.reading.texts import FIRST_UNSEEN_SEED, languages, requests, requests_for
from tagging.item import Mail
from tagging.model import BundleVersion, LabelSet

MAILS = [compose(0, index) for index in range(40)]
UNSEEN_MAILS = [compose(FIRST_UNSEEN_SEED, index) for index in range(40)]
REPLIES = [compose_ordinary_reply(0, index) for index in range(10)]
VERSION = BundleVersion("e", "h", "t")
UNSEEN, SILENT, KEPT, LEFT_IN = range(4)
"""The figures with a bound, in their order."""


def text_of(mail: ComposedMail) -> str:
    """Every text of a raw mail, decoded by the standard library, without tags."""
    texts = []
    for part in email.message_from_bytes(mail.raw).walk():
        if part.get_content_type() in ("text/plain", "text/html"):
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            data = quopri.decodestring(payload) if "undeclared" in mail.kind.content else payload
            texts.append(unescape(re.sub(r"<[^<>@]*>", " ", data.decode(part.get_content_charset("utf-8")))))
    subject = email.header.make_header(email.header.decode_header(str(email.message_from_bytes(mail.raw)["Subject"])))
    return "\n".join([*texts, str(subject)])


def read_as(mail: ComposedMail, text: str, *, review: bool = False) -> Reading:
    """The measure of a mail of which `text` was read, without a label."""
    return measure(mail, Mail(subject="", text=text), LabelSet((), {}, ("text_cut",) if review else (), VERSION))


def bounded(readings: list[Reading]) -> list[Figure]:
    return figures(readings, [])[: LEFT_IN + 1]


def test_a_seed_always_gives_the_same_mails_and_another_seed_gives_others() -> None:
    assert [compose(0, index) for index in range(40)] == MAILS
    assert compose(1, 0).raw != MAILS[0].raw


@pytest.mark.parametrize(
    "mail", MAILS + UNSEEN_MAILS + REPLIES, ids=lambda mail: f"{mail.kind.form} {mail.kind.program}"
)
def test_the_request_and_what_stands_around_it_are_in_the_raw_mail(mail: ComposedMail) -> None:
    full = read_as(mail, text_of(mail))
    assert not full.lost
    assert full.noise_left_in >= 0.9 * full.noise_words
    assert not mail.quoted or full.left_in_words > full.quoted_words / 2


def test_there_are_many_requests_programs_and_languages() -> None:
    kinds = [compose(0, index).kind for index in range(600)]
    assert len({kind.program for kind in kinds}) >= 20
    assert len({kind.language for kind in kinds}) == len(languages()) >= 20
    assert len(requests()) >= 60
    assert len(requests_for(0)) < len(requests_for(FIRST_UNSEEN_SEED)) == len(requests())
    assert len({request.text for request in requests()}) > len(requests()) - 3


def test_a_mail_read_as_its_request_meets_every_bound() -> None:
    figure = bounded([read_as(mail, "\n".join(mail.request), review=True) for mail in MAILS])
    assert [each.met for each in figure] == [True] * 4
    assert figure[KEPT].value == 100


def test_a_request_that_is_cut_without_review_is_counted() -> None:
    perfect = [read_as(mail, "\n".join(mail.request), review=True) for mail in MAILS[1:]]
    cut = read_as(MAILS[0], "\n".join(MAILS[0].request[1:]))
    figure = bounded([cut, *perfect])
    assert cut.lost == (" ".join(words(MAILS[0].request[0])),)
    assert [figure[UNSEEN].met, figure[SILENT].met] == [False, False]
    assert figure[UNSEEN].value == 100 / 40


def test_a_request_that_is_cut_with_review_counts_as_seen_but_not_as_kept() -> None:
    figure = bounded([read_as(mail, "", review=True) for mail in MAILS])
    assert [figure[UNSEEN].met, figure[SILENT].met, figure[KEPT].met] == [True, True, False]
    assert figure[KEPT].value == 0


def test_one_word_that_is_missing_within_a_line_is_lost() -> None:
    mail = replace(MAILS[0], request=("Please send me a new card today",))
    assert read_as(mail, "Please send me a new card today").lost == ()
    assert read_as(mail, "Please send me a new card").lost == ("today",)
    assert read_as(mail, "Send a card today, me, please").lost_words > 0


def test_a_quote_that_is_left_in_is_counted() -> None:
    figure = bounded([read_as(mail, text_of(mail), review=True) for mail in MAILS])
    assert figure[LEFT_IN].met is False
    assert figure[LEFT_IN].value > 50


def test_ordinary_replies_in_review_because_of_a_cut_are_counted() -> None:
    net = figures([], [read_as(mail, "thanks", review=index == 0) for index, mail in enumerate(REPLIES)])[4]
    assert (net.value, net.met) == (10, False)


def test_an_automatic_reply_makes_no_ticket_even_with_review() -> None:
    labels = LabelSet((), {}, ("no_label",), VERSION)
    assert measure(MAILS[0], Mail(subject="", text="x", auto_reply=True), labels).silent
    assert measure(MAILS[0], None, quarantine="empty").silent
    assert measure(MAILS[0], None, quarantine="empty").unseen


def test_words_of_scripts_without_spaces_are_characters() -> None:
    assert words("Refund 二週間") == ["refund", "二", "週", "間"]
    assert ("二", "週", "間") in grams(words("二週間前"))


def test_the_command_prints_each_figure_beside_its_bound_and_writes_faults(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(reading)
    arguments = ["--mails", "40", "--replies", "5", "--parse-only", "--seed", "1", "--faults", str(tmp_path)]
    printed = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout)
    assert [each["bound"] for each in printed["figures"]][:5] == ["<= 0.2", "0", ">= 99.5", "<= 2", "<= 3"]
    assert [each["met"] is None for each in printed["figures"]][:5] == [True, True, False, False, True]
    assert "45 mails" in (tmp_path / "INDEX.md").read_text()
    assert "words of requests kept" in CliRunner().invoke(app, arguments).stdout
