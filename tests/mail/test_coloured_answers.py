"""Answers in colour within an Outlook quote are read."""

from __future__ import annotations

import pytest

from tests.mail.replies import mail

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
