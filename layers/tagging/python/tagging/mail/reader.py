"""From what a delivery holds to the mail that is tagged: how `tag_mail` reads."""

from __future__ import annotations

from collections.abc import Callable

from tagging.intake import Inline, Kind
from tagging.mail.charsets import decode
from tagging.mail.parser import Mail, parse_mail, text_mail
from tagging.model import Bundle, BundleError
from tagging.quarantine import WrongKind


def mail_reader(bundle: Bundle) -> Callable[[Kind, bytes | Inline], Mail]:
    """Reads mails and texts. Raises BundleError where the bundle is for images."""
    if bundle.encoder.kind != "text":
        raise BundleError(bundle.folder, "is for images, not for mails and texts", "give it another bundle")
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
