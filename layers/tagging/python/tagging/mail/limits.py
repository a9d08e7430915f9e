"""Limits of mail reading."""

from __future__ import annotations

from msgspec import Struct


class MailLimits(Struct, frozen=True):
    """Bounds on time and memory of parsing.

    Exceeding `size` (too_large), `parts` (too_many_parts) or `depth` (too_deep) is an error. Everything else is
    truncated: text beyond the other limits does not change the labels of a support mail.
    """

    size: int = 40 * 1024 * 1024
    """Bytes of the raw mail; SES receives up to 40 MB."""
    parts: int = 500
    """MIME parts, at all levels together."""
    depth: int = 20
    """Levels of multiparts and of nested messages; real mails stay below eight."""
    header_bytes: int = 256 * 1024
    """Bytes of one header block that are searched for fields; a To: with 5,000 addresses has 150 KB."""
    field_bytes: int = 8 * 1024
    """Bytes of one header field that are decoded."""
    subject_chars: int = 500
    text_chars: int = 50_000
    """Characters of `Mail.text`."""
    scanned_chars: int = 200_000
    """Characters of text that are searched for quotes and signatures, before the cut to `text_chars`."""
    content_bytes: int = 8 * 1024 * 1024
    """Bytes of text parts that are decoded, all parts together, including images embedded in HTML."""
    html_bytes: int = 1024 * 1024
    """Bytes of HTML that are parsed, all parts together, without embedded images."""
    attachments: int = 100
    """Attachments listed."""
    name_chars: int = 200
    """Characters of an attachment's name."""
