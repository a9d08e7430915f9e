"""Reads the content of a delivery as a mail: the reader of `tag_mail`."""

from __future__ import annotations

from collections.abc import Callable

from tagging.intake import Inline
from tagging.kinds import MAIL, Kind
from tagging.mail.charsets import decode
from tagging.mail.parser import Mail, parse_mail, text_mail
from tagging.model import Bundle, BundleError
from tagging.quarantine import Quarantined


def mail_reader(bundle: Bundle) -> Callable[[Kind, bytes | Inline], Mail]:
    """A reader for mails and texts. Raises BundleError if the bundle is for images."""
    if bundle.encoder.kind != MAIL.encoder:
        raise BundleError(bundle.folder, "is for images, not for mails and texts", "give it another bundle")
    return read_mail


def read_mail(kind: Kind, content: bytes | Inline) -> Mail:
    """The mail in an object's bytes or an inline message. Raises Quarantined."""
    if kind not in MAIL.names:
        raise Quarantined("wrong_kind", "only mails and texts are tagged here")
    if isinstance(content, Inline):
        return text_mail(content.text, content.subject)
    if kind == "text":
        return text_mail(decode(content, None))
    return parse_mail(content)
