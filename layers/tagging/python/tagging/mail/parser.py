"""Reads a mail from raw bytes or plain text with bounded work: returns a Mail or raises Quarantined."""

from __future__ import annotations

import hashlib
import re

from tagging.item import Attachment, Cut, LeftOut, Mail
from tagging.mail.attached import NONE_ATTACHED, first_attached_text, read_below_note
from tagging.mail.auto_reply import detect_automation
from tagging.mail.body import attachments, own_text
from tagging.mail.charsets import clean
from tagging.mail.limits import MailLimits
from tagging.mail.lines import OwnText
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
    attached = read_below_note(root, reader, recipients) if note else NONE_ATTACHED
    body = note or first_attached_text(root, reader)
    automation = detect_automation(root, subject, body)
    text, beyond, cuts = _joined([strip_quotes(body, subject, recipients), *attached.texts], subject, limits)
    return Mail(
        subject=subject,
        text=text,
        attachments=attachments(root, limits),
        auto=automation.auto,
        auto_reply=automation.auto_reply,
        message_id=_hashed_id(root, "message-id"),
        in_reply_to=_hashed_id(root, "in-reply-to") or _hashed_id(root, "references"),
        spam=verdicts.spam,
        left_out=LeftOut(cuts, attached.unread, beyond),
    )


def text_mail(text: str, subject: str = "", limits: MailLimits = _LIMITS) -> Mail:
    """A mail made of plain text, such as an inline message or a .txt file; same cuts, limits and errors."""
    size = len(text) + len(subject)
    if size > limits.size:
        raise Quarantined("too_large", f"{size} characters, at most {limits.size}")
    line = " ".join(clean(subject[: limits.field_bytes]).split())[: limits.subject_chars].rstrip()
    body = readable(clean(text[: limits.scanned_chars]))
    own, beyond, cuts = _joined([strip_quotes(body, line)], line, limits)
    beyond += max(0, len(text) - limits.scanned_chars)
    return Mail(subject=line, text=own, left_out=LeftOut(cuts, chars_beyond_limit=beyond))


def _joined(texts: list[OwnText], subject: str, limits: MailLimits) -> tuple[str, int, tuple[Cut, ...]]:
    """The text that the sender wrote and attached, truncated between two words; characters beyond the limit; cuts.

    Raises Quarantined if text, cuts and subject are without words.
    """
    cuts = tuple(cut for each in texts for cut in each.cuts)
    text = "\n\n".join(each.text for each in texts if has_words(each.text))
    kept = text if len(text) <= limits.text_chars else re.sub(r"\s\S{0,200}\Z", "", text[: limits.text_chars])
    if not kept and not cuts and not has_words(without_prefixes(subject)):
        raise Quarantined("empty", "no words in subject and body")
    return kept, len(text) - len(kept), cuts


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
