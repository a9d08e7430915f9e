"""Reads attached mails: in place of a mail's text if it has none, and below a cover note."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from tagging.item import Attachment, Cut
from tagging.mail.body import leaves, own_text
from tagging.mail.charsets import clean
from tagging.mail.lines import OwnText
from tagging.mail.mime import Part, PartReader
from tagging.mail.plain_text import has_words
from tagging.mail.quote_headers import domain_in
from tagging.mail.quotes import strip_quotes
from tagging.quarantine import Quarantined

_TYPE = "message/rfc822"
_MAX_BELOW_NOTE = 3


class AttachedMails(NamedTuple):
    """What the mails attached below a cover note hold."""

    texts: list[OwnText]
    unread: tuple[Attachment, ...]
    """Mails beyond the limit, or that cannot be read."""


NONE_ATTACHED = AttachedMails([], ())


def first_attached_text(root: Part, reader: PartReader) -> str:
    """Subject and text, with quotes, of the first attached mail that has words."""
    attached = (reader.attached_message(part) for part in leaves(root) if part.content_type == _TYPE)
    return next(filter(has_words, (_with_subject(mail, _text(mail, reader), reader) for mail in attached)), "")


def read_below_note(root: Part, reader: PartReader, recipients: Collection[str]) -> AttachedMails:
    """Subjects and texts of the first attached mails, without quotes; a mail that a recipient's domain sent is cut.

    An attached mail that cannot be read is left out: the note above it counts.
    """
    parts = _below_note(root)
    texts: list[OwnText] = []
    unread = parts[_MAX_BELOW_NOTE:]
    for part in parts[:_MAX_BELOW_NOTE]:
        try:
            mail = reader.attached_message(part)
            text = _text(mail, reader)
        except Quarantined:
            unread.append(part)
            continue
        if domain_in(mail.headers.text("from", reader.limits.field_bytes)) in recipients:
            texts.append(OwnText("", (Cut("quote", _with_subject(mail, text, reader), marked=True),)))
        else:
            subject = mail.headers.text("subject", reader.limits.subject_chars)
            own = strip_quotes(text, subject, recipients)
            texts.append(OwnText(_with_subject(mail, own.text, reader), own.cuts))
    return AttachedMails(texts, tuple(_listed(part, reader) for part in unread))


def _listed(part: Part, reader: PartReader) -> Attachment:
    return Attachment(clean(part.name)[: reader.limits.name_chars], part.content_type, part.size)


def _below_note(part: Part) -> list[Part]:
    """The attached mails outside reports, which return the mail that they are about."""
    if part.content_type == "multipart/report":
        return []
    inner = [mail for child in part.parts for mail in _below_note(child)]
    return [part] if part.content_type == _TYPE else inner


def _text(mail: Part, reader: PartReader) -> str:
    return own_text(mail, reader) or first_attached_text(mail, reader)


def _with_subject(mail: Part, text: str, reader: PartReader) -> str:
    subject = mail.headers.text("subject", reader.limits.subject_chars)
    return f"{subject}\n\n{text}".strip("\n")[: reader.limits.scanned_chars]
