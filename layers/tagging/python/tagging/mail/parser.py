"""Reads a mail from raw bytes or plain text with bounded work: returns a Mail or raises Quarantined."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from tagging.item import Attachment, Mail
from tagging.mail.attached import first_attached_text, texts_below_note
from tagging.mail.auto_reply import detect_automation
from tagging.mail.body import attachments, own_text
from tagging.mail.charsets import clean
from tagging.mail.limits import MailLimits
from tagging.mail.mime import Part, read_parts
from tagging.mail.plain_text import has_words, readable
from tagging.mail.quotes import strip_quotes
from tagging.mail.ses_verdicts import ses_verdicts
from tagging.mail.subjects import without_prefixes
from tagging.quarantine import Quarantined

__all__ = ["Attachment", "Mail", "MailLimits", "parse_mail", "text_mail"]

_LIMITS = MailLimits()
_RECIPIENT_DOMAIN = re.compile(rb"@([\w-][\w.-]{0,100})")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,998})>")


def parse_mail(raw: bytes, limits: MailLimits = _LIMITS) -> Mail:
    """Read one RFC 5322 mail in time linear in its size. The only exception, whatever the bytes, is Quarantined."""
    if len(raw) > limits.size:
        raise Quarantined("too_large", f"{len(raw)} bytes, at most {limits.size}")
    if not raw.strip():
        raise Quarantined("empty", "no bytes")
    root, reader = read_parts(raw, limits)
    verdicts = ses_verdicts(root)
    if verdicts.virus:
        raise Quarantined("virus", "SES found one")
    subject = root.headers.text("subject", limits.subject_chars)
    recipients = _recipient_domains(root)
    note = own_text(root, reader)
    below = texts_below_note(root, reader, recipients) if note else []
    body = note or first_attached_text(root, reader)
    automation = detect_automation(root, subject, body)
    return Mail(
        subject=subject,
        text=_reply_text(subject, body, limits, recipients, below),
        attachments=attachments(root, limits),
        auto=automation.auto,
        auto_reply=automation.auto_reply,
        message_id=_hashed_id(root, "message-id"),
        in_reply_to=_hashed_id(root, "in-reply-to") or _hashed_id(root, "references"),
        spam=verdicts.spam,
    )


def text_mail(text: str, subject: str = "", limits: MailLimits = _LIMITS) -> Mail:
    """A mail made of plain text, such as an inline message or a .txt file; same cuts, limits and errors."""
    size = len(text) + len(subject)
    if size > limits.size:
        raise Quarantined("too_large", f"{size} characters, at most {limits.size}")
    line = " ".join(clean(subject[: limits.field_bytes]).split())[: limits.subject_chars].rstrip()
    body = readable(clean(text[: limits.scanned_chars]))
    return Mail(subject=line, text=_reply_text(line, body, limits))


def _reply_text(
    subject: str,
    body: str,
    limits: MailLimits,
    recipients: frozenset[str] = frozenset(),
    attached_texts: Sequence[str] = (),
) -> str:
    """The text that the sender wrote and attached, truncated between two words.

    Raises Quarantined if text and subject are empty.
    """
    text = "\n\n".join(filter(has_words, (strip_quotes(body, subject, recipients), *attached_texts)))
    if len(text) > limits.text_chars:
        text = re.sub(r"\s\S{0,200}\Z", "", text[: limits.text_chars])
    if not has_words(text):
        text = ""
        if not has_words(without_prefixes(subject)):
            raise Quarantined("empty", "no words in subject and body")
    return text


def _recipient_domains(mail: Part) -> frozenset[str]:
    """The domains of the addresses that a mail was sent to, in lower case."""
    fields = b" ".join(mail.headers.fields.get(name, b"") for name in ("to", "cc", "delivered-to"))
    return frozenset(match[1].decode("ascii", "replace").lower() for match in _RECIPIENT_DOMAIN.finditer(fields))


def _hashed_id(mail: Part, name: str) -> str | None:
    """A hash of the first Message-ID in a header; of the last one in References, which is the mail answered."""
    ids = _MESSAGE_ID.findall(mail.headers.fields.get(name, b"").decode("ascii", "replace"))
    if not ids:
        return None
    message_id = ids[-1] if name == "references" else ids[0]
    return hashlib.sha256(message_id.encode()).hexdigest()[:32]
