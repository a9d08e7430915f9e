"""A mail of ours and its headers, as customers quote it in the tests of cuts."""

from __future__ import annotations

from tagging.item import Mail
from tagging.mail.parser import parse_mail
from tagging.mail.quotes import strip_quotes

OURS = ("shop.example",)
HEADERS = (
    "From: Tom Berg <help@shop.example>\nSent: Monday, 3 March 2025 09:12\nTo: Kim <kim@customer.example>\n"
    "Subject: Your order"
)
INTRO = "On Mon, 3 Mar 2025 at 09:12, Tom Berg <help@shop.example> wrote:"
QUOTED = "Dear Kim,\nwhat is wrong with the lamp?"
REPLY = "Re: Your order"


def mail(body: str, subject: str, sender: str = "kim@customer.example", content_type: str = "text/plain") -> Mail:
    headers = f"From: {sender}\nTo: help@shop.example\nSubject: {subject}\nContent-Type: {content_type}; charset=utf-8"
    return parse_mail(f"{headers}\n\n{body}".encode())


def cuts(text: str, subject: str = REPLY) -> list[tuple[str, bool]]:
    """Kind and mark of each cut."""
    return [(cut.kind, cut.marked) for cut in strip_quotes(text, subject, OURS).cuts]
