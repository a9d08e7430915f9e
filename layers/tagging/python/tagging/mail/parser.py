"""Reads a mail from raw bytes or plain text with bounded work: returns a Mail or raises Quarantined."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from tagging.item import Attachment, Cut, LeftOut, Mail
from tagging.mail.attached import first_attached_text, read_attached
from tagging.mail.auto_reply import detect_automation
from tagging.mail.body import attachments, own_text
from tagging.mail.charsets import clean, decode_and_judge
from tagging.mail.digests import DigestMail, digest_mails, names_several
from tagging.mail.embedded import take_out_files
from tagging.mail.limits import MailLimits
from tagging.mail.lines import OwnText
from tagging.mail.mime import Part, read_parts
from tagging.mail.plain_text import has_content, readable
from tagging.mail.quote_headers import address_in
from tagging.mail.quotes import strip_quotes
from tagging.mail.recipients import answers, recipients_of
from tagging.mail.ses_verdicts import ses_verdicts
from tagging.mail.subjects import without_prefixes
from tagging.mail.unread import unread_parts
from tagging.quarantine import Quarantined

__all__ = ["Attachment", "Mail", "MailLimits", "parse_mail", "text_mail"]

_LIMITS = MailLimits()
_UNDECODED = "\ufffd"
"""Stands for bytes that are no character of their charset."""
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
    recipients = recipients_of(root.headers)
    note = own_text(root, reader)
    attached = read_attached(root, reader, recipients, below_note=bool(note))
    body = note or ("" if attached.texts else first_attached_text(root, reader))
    automation = detect_automation(root, subject, body)
    author = root.headers.text("from", limits.field_bytes)
    digest = digest_mails(subject, body)
    own = [_of_digest(mail, recipients) for mail in digest] or [
        strip_quotes(body, subject, recipients, sender=address_in(author), name=author, answers=answers(root.headers))
    ]
    text, beyond, cuts = _joined([*own, *attached.texts], limits)
    unread = unread_parts(root, reader, has_text=has_content(text))
    _check_content(subject, text, cuts or unread)
    return Mail(
        subject=subject,
        text=text,
        attachments=attachments(root, limits),
        auto=automation.auto,
        auto_reply=automation.auto_reply,
        message_id=_hashed_id(root, "message-id"),
        in_reply_to=_hashed_id(root, "in-reply-to") or _hashed_id(root, "references"),
        spam=verdicts.spam,
        maybe_auto_reply=automation.maybe_auto_reply,
        undelivered=automation.undelivered,
        several_mails=attached.several or names_several(digest, subject, body, recipients),
        left_out=LeftOut(
            cuts,
            unread,
            beyond + reader.progress.chars_beyond_limit,
            undecoded_chars=subject.count(_UNDECODED) + text.count(_UNDECODED),
            charset_guessed=reader.progress.charset_guessed or _is_guessed(root.headers.fields.get("subject", b"")),
        ),
    )


def text_mail(text: str, subject: str = "", limits: MailLimits = _LIMITS) -> Mail:
    """A mail made of plain text, such as an inline message or a .txt file; same cuts, limits and errors."""
    size = len(text) + len(subject)
    if size > limits.size:
        raise Quarantined("too_large", f"{size} characters, at most {limits.size}")
    line = " ".join(clean(subject[: limits.field_bytes]).split())[: limits.subject_chars].rstrip()
    body, files = take_out_files(clean(text[: limits.scanned_chars]))
    own, beyond, cuts = _joined([strip_quotes(readable(body), line)], limits)
    _check_content(line, own, cuts or files)
    beyond += max(0, len(text) - limits.scanned_chars)
    return Mail(subject=line, text=own, left_out=LeftOut(cuts, tuple(files), chars_beyond_limit=beyond))


def _joined(texts: list[OwnText], limits: MailLimits) -> tuple[str, int, tuple[Cut, ...]]:
    """The text that the sender wrote and attached, truncated between two words; characters beyond the limit; cuts."""
    cuts = tuple(cut for each in texts for cut in each.cuts)
    text = "\n\n".join(each.text for each in texts if has_content(each.text))
    kept = text if len(text) <= limits.text_chars else re.sub(r"\s\S{0,200}\Z", "", text[: limits.text_chars])
    return kept, len(text) - len(kept), cuts


def _of_digest(mail: DigestMail, recipients: frozenset[str]) -> OwnText:
    own = strip_quotes(mail.text, mail.subject, recipients)
    return OwnText(f"{mail.subject}\n\n{own.text}".strip("\n"), own.cuts)


def _check_content(subject: str, text: str, left_out: Sequence[Cut | Attachment]) -> None:
    """Raises Quarantined for a mail that says nothing: neither subject nor text, and nothing was cut or not read."""
    if not text and not left_out and not has_content(without_prefixes(subject)):
        raise Quarantined("empty", "no words in subject and body")


def _is_guessed(field: bytes) -> bool:
    """Whether a header field holds bytes that are neither ASCII nor UTF-8, in a charset that cannot be told."""
    return not field.isascii() and decode_and_judge(field, None)[1]


def _hashed_id(mail: Part, name: str) -> str | None:
    """A hash of the first Message-ID in a header; of the last one in References, which is the mail answered."""
    ids = _MESSAGE_ID.findall(mail.headers.fields.get(name, b"").decode("ascii", "replace"))
    if not ids:
        return None
    message_id = ids[-1] if name == "references" else ids[0]
    return hashlib.sha256(message_id.encode()).hexdigest()[:32]
