"""Reads attached mails: in place of a mail's text if it has none, below a cover note, and one by one in a digest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from tagging.item import Cut
from tagging.mail.body import leaves, own_text
from tagging.mail.lines import OwnText
from tagging.mail.mime import Part, PartReader
from tagging.mail.plain_text import has_content
from tagging.mail.quote_headers import address_in
from tagging.mail.quotes import strip_quotes
from tagging.mail.recipients import answers, is_recipient, recipients_of
from tagging.quarantine import Quarantined

_MAX_BELOW_NOTE = 3
"""Attached mails that are read below a note; a digest is read to its end."""


class AttachedMails(NamedTuple):
    """What attached mails say."""

    texts: Sequence[OwnText]
    """Subject and text of each mail, without quotes."""
    several: bool
    """They come from several senders."""


NONE_ATTACHED = AttachedMails((), several=False)


def first_attached_text(root: Part, reader: PartReader) -> str:
    """Subject and text, with quotes, of the first attached mail that has words."""
    attached = (reader.attached_message(part) for part in leaves(root) if part.is_mail)
    return next(filter(has_content, (_with_subject(mail, _text(mail, reader), reader) for mail in attached)), "")


def read_attached(root: Part, reader: PartReader, recipients: Collection[str], *, below_note: bool) -> AttachedMails:
    """Subjects and texts of attached mails, without quotes; a mail of a recipient is cut.

    Without a note above them, a single attached mail is left to `first_attached_text`. Those that are not read count
    as unread parts. Raises Quarantined if there is no note and the first mail cannot be read.
    """
    parts = _attached_mails(root)
    if not below_note and len(parts) < 2:
        return NONE_ATTACHED
    texts: list[OwnText] = []
    senders: set[str] = set()
    chars = 0
    for count, (part, in_digest) in enumerate(parts):
        if chars > reader.limits.scanned_chars or (below_note and not in_digest and count >= _MAX_BELOW_NOTE):
            break
        try:
            mail = reader.attached_message(part)
            text = _text(mail, reader)
        except Quarantined:
            if below_note or texts:
                continue
            raise
        sender = mail.headers.text("from", reader.limits.field_bytes).lower()
        address = address_in(sender)
        if is_recipient(address, recipients) and not in_digest:
            reader.progress.read.update(map(id, leaves(mail)))  # nothing in a mail of ours counts as unread
            texts.append(OwnText("", (Cut("quote", _with_subject(mail, text, reader), marked=True),)))
            continue
        subject = mail.headers.text("subject", reader.limits.subject_chars)
        own = strip_quotes(text, subject, {*recipients, *recipients_of(mail.headers)}, answers=answers(mail.headers))
        own = OwnText(_with_subject(mail, own.text, reader), own.cuts)
        if has_content(own.text):
            texts.append(own)
            chars += len(own.text)
            senders.add(address or sender)
    return AttachedMails(texts, several=len(senders) > 1)


def _attached_mails(part: Part, *, in_digest: bool = False) -> list[tuple[Part, bool]]:
    """The attached mails outside reports, which return the mail that they are about; and whether it is in a digest."""
    if part.content_type == "multipart/report":
        return []
    if not part.parts:
        return [(part, in_digest)] if part.is_mail else []
    in_digest = part.content_type == "multipart/digest"
    return [mail for child in part.parts for mail in _attached_mails(child, in_digest=in_digest)]


def _text(mail: Part, reader: PartReader) -> str:
    return own_text(mail, reader) or first_attached_text(mail, reader)


def _with_subject(mail: Part, text: str, reader: PartReader) -> str:
    subject = mail.headers.text("subject", reader.limits.subject_chars)
    return f"{subject}\n\n{text}".strip("\n")[: reader.limits.scanned_chars]
