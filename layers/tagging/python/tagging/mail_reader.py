"""From what a delivery holds to the mail that is tagged: how `tag_mail` reads."""

from __future__ import annotations

from collections.abc import Callable

from tagging.bundle import Bundle, BundleError
from tagging.charsets import decode
from tagging.intake import Kind
from tagging.mail import Mail, parse_mail, text_mail
from tagging.source import Inline
from tagging.untaggable import WrongKind


def mail_reader(bundle: Bundle) -> Callable[[Kind, bytes | Inline], Mail]:
    """Reads mails and texts. Raises BundleError where the bundle is for pictures."""
    if bundle.encoder.kind != "text":
        raise BundleError(bundle.folder, "is for pictures, not for mails and texts", "give it another bundle")
    return read_mail


def read_mail(kind: Kind, content: bytes | Inline) -> Mail:
    """The mail in an object's bytes or an inline message; MailError or WrongKind where there is none."""
    if kind == "image":
        raise WrongKind("mails and texts")
    if isinstance(content, Inline):
        return text_mail(content.text, content.subject)
    if kind == "text":
        return text_mail(decode(content, None))
    return parse_mail(content)
