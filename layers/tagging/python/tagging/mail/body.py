"""Which parts of a mail are its text, and which are attachments."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tagging.item import Attachment
from tagging.mail.charsets import clean, decode
from tagging.mail.limits import MailLimits
from tagging.mail.mime import Part, PartReader
from tagging.mail.plain_text import has_words, readable, unflow

_HTML = frozenset({"text/html", "application/xhtml+xml"})
_STUB_WORDS = 40
"""A plain version with more words than this is taken without comparing it to the HTML one."""
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)

_IMAGE = re.compile(rb"data:[\w/+.-]{1,60};base64,[A-Za-z0-9+/=%\s]*+", re.I)
"""An image written into HTML: megabytes without a word."""


def body_text(root: Part, reader: PartReader) -> str:
    """The text of a mail, quotes and all; if it has no words, subject and text of the first mail within it."""
    text = readable(_Texts(reader.limits).of(root, at_root=True))
    if has_words(text):
        return text[: reader.limits.scanned_chars]
    for part in leaves(root):
        if part.content_type == "message/rfc822":
            inner = reader.message_within(part)
            subject = inner.headers.text("subject", reader.limits.subject_chars)
            text = f"{subject}\n\n{body_text(inner, reader)}".strip("\n")
            if has_words(text):
                return text[: reader.limits.scanned_chars]
    return ""


def attachments(root: Part, limits: MailLimits) -> tuple[Attachment, ...]:
    """Everything that is no text of the mail itself, in the order of the mail, up to the limit."""
    listed = [part for part in leaves(root) if part is not root and not _is_text(part)]
    if not root.parts and not _is_text(root, at_root=True):
        listed = [root]
    return tuple(
        Attachment(clean(part.name)[: limits.name_chars], part.content_type, part.size)
        for part in listed[: limits.attachments]
    )


def leaves(part: Part) -> list[Part]:
    """The parts that hold something, in the order of the mail."""
    return [leaf for child in part.parts for leaf in leaves(child)] if part.parts else [part]


def _is_text(part: Part, *, at_root: bool = False) -> bool:
    """Is it read, and not a file that happens to hold text? What stands alone is the mail in any case."""
    if part.content_type not in _HTML and part.content_type != "text/plain":
        return False
    return at_root or (part.disposition != "attachment" and not part.name)


class _Texts:
    """Turns parts into text until the limit of characters is reached."""

    def __init__(self, limits: MailLimits) -> None:
        self.limits = limits
        self.left = limits.scanned_chars
        self._content_left = limits.content_bytes
        self._html_left = limits.html_bytes

    def of(self, part: Part, *, at_root: bool = False) -> str:
        """The text of a part and of all parts within it."""
        if part.content_type == "multipart/alternative":
            return self._best(part)
        if part.content_type == "multipart/report":
            return next(filter(has_words, map(self.of, part.parts[:1])), "")  # the rest is for machines
        if part.parts:
            return self._joined(part.parts)
        if self.left <= 0 or not _is_text(part, at_root=at_root):
            return ""
        text = self._html(part) if part.content_type in _HTML else self._plain(part)
        self.left -= len(text)
        return text

    def _joined(self, parts: Iterable[Part]) -> str:
        return "\n\n".join(text for part in parts if (text := self.of(part)))

    def _best(self, part: Part) -> str:
        """The plain version, unless it is empty or a stub ("cannot show HTML") beside real HTML."""
        plain = self._joined([child for child in part.parts if child.content_type == "text/plain"])
        words = len(plain[: 20 * _STUB_WORDS].split())
        if words > _STUB_WORDS:
            return plain
        rich = self._joined([child for child in part.parts if child.content_type != "text/plain"])
        return rich if len(rich.split()) > 3 * words or not has_words(plain) else plain

    def _plain(self, part: Part) -> str:
        parameters = part.headers.parameters("content-type")
        data, whole = self._content(part, 4 * self.left)
        text = decode(data, parameters.get("charset"), whole=whole)[: self.left]
        if parameters.get("format", "").lower() == "flowed":
            text = unflow(text, delete_space=parameters.get("delsp", "").lower() == "yes")
        return text

    def _html(self, part: Part) -> str:
        from tagging.mail.html import html_to_text  # lxml: a start need not wait for it

        data, whole = self._content(part, self.limits.content_bytes)
        markup = _IMAGE.sub(b"", data)
        whole = whole and len(markup) <= self._html_left
        markup = markup[: self._html_left]
        self._html_left -= len(markup)
        charset = part.headers.parameters("content-type").get("charset")
        if charset is None and (meta := _META_CHARSET.search(markup, 0, 4096)):
            charset = meta[1].decode("ascii", "replace")
        return html_to_text(decode(markup, charset, whole=whole), self.left)

    def _content(self, part: Part, limit: int) -> tuple[bytes, bool]:
        data, whole = part.content(min(limit, self._content_left))
        self._content_left -= len(data)
        return data, whole
