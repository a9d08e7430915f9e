"""From what a delivery holds to the mail that is tagged: the decoder that `tag_mail` gives its service."""

from __future__ import annotations

from tagging.charsets import decode
from tagging.intake import Kind
from tagging.mail import Mail, parse_mail, text_mail
from tagging.source import Inline


class WrongKind(Exception):
    """The item is of a kind that this function does not tag."""

    reason = "wrong_kind"
    detail = "this function tags mails and texts"


def read_mail(kind: Kind, content: bytes | Inline) -> Mail:
    """The mail in an object's bytes or an inline message; MailError or WrongKind where there is none."""
    if kind == "image":
        raise WrongKind
    if isinstance(content, Inline):
        return text_mail(content.text, content.subject)
    if kind == "text":
        return text_mail(decode(content, None))
    return parse_mail(content)
