"""Separates the parts of a mail into its text and its attachments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import unescape

from tagging.item import Attachment
from tagging.mail.charsets import clean, decode_and_judge
from tagging.mail.embedded import take_out_files
from tagging.mail.limits import MailLimits
from tagging.mail.mime import Part, PartReader
from tagging.mail.plain_text import calendar_text, has_content, has_words, readable, unflow
from tagging.mail.text_formats import DATA_URL, is_markup, without_enriched_tags, without_invisible_elements

_HTML = frozenset({"text/html", "application/xhtml+xml"})
_STUB_WORDS = 40
"""A plain version with more words is compared with the HTML version only if it speaks of HTML."""
_STUB_CHARS = 1500
_FEW_WORDS = 3
_ABOUT_HTML = re.compile(r"\bhtml\b|\bweb ?browser|\bview (?:it |this )?(?:online|in your browser)", re.I)
_DATA_FORMATS = frozenset({
    "text/css", "text/csv", "text/directory", "text/javascript", "text/rtf", "text/vcard", "text/x-vcard", "text/xml",
    "text/json", "text/vnd.google.email-reaction+json",
})  # fmt: skip
_ENRICHED = frozenset({"text/enriched", "text/richtext"})
_TEXT_NAMES = (".txt", ".text", ".md", ".htm", ".html")
_IsText = Callable[[Part, bool], bool]
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
_IMAGE = re.compile(rb"<img\b[^>]{0,2000}?\bsrc\s*=\s*[\"']?\s*(?:https?:|data:|//)", re.I)


def own_text(root: Part, reader: PartReader) -> str:
    """The text of a mail with its quotes, without attached mails; "" if it has no words."""
    text = ""
    files: list[Attachment] = []
    images: list[Attachment] = []
    for is_text in (is_own_text, _is_named_text, _is_other_text):
        collector = _TextCollector(reader, is_text)
        text, files = take_out_files(collector.text_of(root, at_root=True))
        text = readable(text)
        images = images or collector.images
        if has_content(text):
            break
    collector.spend()
    reader.progress.embedded += files if has_content(text) else [*files, *images]
    return text if has_content(text) else ""


def attachments(root: Part, limits: MailLimits) -> tuple[Attachment, ...]:
    """All parts that are not text of the mail itself, in order, up to the limit."""
    listed = [part for part in leaves(root) if part is not root and not is_own_text(part)]
    if not root.parts and not is_own_text(root, True):
        listed = [root]
    return tuple(attachment(part, limits) for part in listed[: limits.attachments])


def attachment(part: Part, limits: MailLimits) -> Attachment:
    """A part as it is listed."""
    return Attachment(clean(part.name)[: limits.name_chars], part.content_type, part.size)


def leaves(part: Part) -> list[Part]:
    """The parts without parts of their own, in order."""
    return [leaf for child in part.parts for leaf in leaves(child)] if part.parts else [part]


def is_own_text(part: Part, at_root: bool = False) -> bool:
    """Whether a part is text of the mail, not an attached text file. A mail's only part always is."""
    return _is_named_text(part) and (at_root or (part.disposition != "attachment" and not part.name))


def _is_named_text(part: Part, _at_root: bool = False) -> bool:
    """Whether a part is text, also in a file: read where a mail has no other text."""
    return part.content_type in _HTML or part.content_type == "text/plain"


def _is_other_text(part: Part, _at_root: bool = False) -> bool:
    """Whether a part is text of another kind, such as Markdown or an invitation: read where there is nothing else."""
    if part.content_type.startswith("text/"):
        return part.content_type not in _DATA_FORMATS
    return part.is_calendar or (part.is_unspecific and part.name.lower().endswith(_TEXT_NAMES))


def _says_else(html: str, plain: str) -> bool:
    """Whether the HTML version has words of which the plain one lacks more than half."""
    words = set(html.lower().split())
    in_both = words.intersection(plain.lower().split())
    return len(words) >= _FEW_WORDS and 2 * len(in_both) < len(words)


class _TextCollector:
    """Converts parts to text until the limits are reached."""

    def __init__(self, reader: PartReader, is_text: _IsText) -> None:
        self._is_text = is_text
        self.limits = reader.limits
        self.progress = reader.progress
        self.chars_left = reader.limits.scanned_chars
        self.images: list[Attachment] = []
        """An image for each HTML part that shows images from the web or from within itself and has no text."""
        self._content_bytes_left = reader.progress.content_bytes_left
        self._html_bytes_left = reader.progress.html_bytes_left
        self._chars_beyond = 0

    def spend(self) -> None:
        """Take what was read from what may still be read of this mail and the mails in it."""
        self.progress.chars_beyond_limit += self._chars_beyond
        self.progress.content_bytes_left = self._content_bytes_left
        self.progress.html_bytes_left = self._html_bytes_left

    def text_of(self, part: Part, *, at_root: bool = False) -> str:
        """The text of a part and of all its inner parts."""
        if part.content_type == "multipart/alternative":
            return self._best(part)
        if part.content_type == "multipart/report":
            return next(filter(has_words, map(self.text_of, part.parts[:1])), "")  # the other parts are for machines
        if part.parts:
            return self._joined(part.parts)
        if self.chars_left <= 0 or not self._is_text(part, at_root):
            return ""
        self.progress.read.add(id(part))
        text = self._html(part) if part.content_type in _HTML else self._plain(part)
        self.chars_left -= len(text)
        return text

    def _joined(self, parts: Iterable[Part]) -> str:
        return "\n\n".join(text for part in parts if (text := self.text_of(part)))

    def _best(self, part: Part) -> str:
        """The plain version, or the HTML version if the plain one is empty or a stub ("cannot show HTML")."""
        plain = self._joined([child for child in part.parts if child.content_type == "text/plain"])
        words = len(plain[: 20 * _STUB_WORDS].split())
        if words > _STUB_WORDS:
            return self._better_than_stub(plain, part) if _ABOUT_HTML.search(plain[:_STUB_CHARS]) else plain
        html = self._joined([child for child in part.parts if child.content_type != "text/plain"])
        if len(html.split()) > 3 * words or not has_words(plain):
            return html
        return html if _says_else(html, plain) else plain

    def _better_than_stub(self, plain: str, part: Part) -> str:
        """The HTML version where the plain one speaks of HTML or browsers and shares few words with it."""
        html = self._joined([child for child in part.parts if child.content_type != "text/plain"])
        return html if _says_else(html, plain) else plain

    def _plain(self, part: Part) -> str:
        parameters = part.headers.parameters("content-type")
        data, complete = self._content(part, 4 * self.chars_left)
        if is_markup(data):
            return self._markup(data, complete, parameters.get("charset"))
        text = self._limited(self._decoded(data, parameters.get("charset"), complete))
        if part.is_calendar:
            return calendar_text(text)
        if part.content_type in _ENRICHED:
            return without_enriched_tags(text)
        if parameters.get("format", "").lower() == "flowed":
            text = unflow(text, delete_space=parameters.get("delsp", "").lower() == "yes")
        return text

    def _html(self, part: Part) -> str:
        data, complete = self._content(part, self.limits.content_bytes)
        return self._markup(data, complete, part.headers.parameters("content-type").get("charset"))

    def _markup(self, data: bytes, complete: bool, charset: str | None) -> str:
        from tagging.mail.html import html_to_text  # lxml is loaded on first use: it slows a cold start

        markup = DATA_URL.sub(b"", data)
        if len(markup) > self._html_bytes_left:
            markup = without_invisible_elements(markup)
        complete = complete and len(markup) <= self._html_bytes_left
        self._chars_beyond += max(0, len(markup) - self._html_bytes_left)
        markup = markup[: self._html_bytes_left]
        self._html_bytes_left -= len(markup)
        if charset is None and (meta := _META_CHARSET.search(markup, 0, 4096)):
            charset = meta[1].decode("ascii", "replace")
        text = self._decoded(markup, charset, complete)
        if "<" not in text:
            return self._limited(clean(unescape(text)))
        page = html_to_text(text, self.chars_left)
        if not has_content(page.text) and _IMAGE.search(data):
            self.images.append(Attachment("", "image/*", 0))
        self._chars_beyond += page.chars_beyond
        return page.text

    def _limited(self, text: str) -> str:
        self._chars_beyond += max(0, len(text) - self.chars_left)
        return text[: self.chars_left]

    def _decoded(self, data: bytes, charset: str | None, complete: bool) -> str:
        text, guessed = decode_and_judge(data, charset, complete=complete)
        self.progress.charset_guessed |= guessed
        return text

    def _content(self, part: Part, limit: int) -> tuple[bytes, bool]:
        data, complete = part.content(min(limit, self._content_bytes_left))
        self._content_bytes_left -= len(data)
        if not complete:
            self._chars_beyond += max(1, part.size - len(data))
        return data, complete
