"""The parts of a mail as regions of its bytes: nothing is copied or split into lines, 40 MB cost a few scans."""

from __future__ import annotations

import re

from msgspec import Struct

from tagging.item import Attachment
from tagging.mail.headers import Headers, read_headers
from tagging.mail.limits import MailLimits
from tagging.mail.smime import signed_content
from tagging.mail.transfer import FACTORS, decode_transfer, transfer_encoding
from tagging.quarantine import Quarantined

_TYPE = re.compile(r"[\w!#$&^.+-]{1,80}/[\w!#$&^.+-]{1,80}", re.ASCII)
_BOUNDARY_CHARS = 256
_BEFORE_HEADERS = re.compile(rb"[\r\n \t\xef\xbb\xbf]*+")
_SIGNED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_UNSPECIFIC = frozenset({"application/octet-stream", "application/x-octet-stream", "application/binary"})
_LINE_ENDS = re.compile(rb"[\r\n]")


class Part(Struct, frozen=True):
    """One MIME part: its headers, the region of its body in the mail's bytes, and its inner parts."""

    raw: bytes
    headers: Headers
    content_type: str
    start: int
    end: int
    depth: int
    parts: tuple[Part, ...] = ()

    def __repr__(self) -> str:  # without content
        return f"Part({self.content_type}, {self.start}:{self.end}, {self.parts})"

    @property
    def disposition(self) -> str:
        """`inline`, `attachment` … or "" if absent."""
        return self.headers.token("content-disposition")

    @property
    def name(self) -> str:
        """The file name, from either field that may hold it; "" if there is none."""
        disposition = self.headers.parameters("content-disposition")
        return disposition.get("filename") or self.headers.parameters("content-type").get("name", "")

    @property
    def is_unspecific(self) -> bool:
        """Whether the part is declared as bytes, which some programs do for any file."""
        return self.content_type in _UNSPECIFIC

    @property
    def is_calendar(self) -> bool:
        """Whether the part is an invitation or an answer to one."""
        if self.content_type in ("text/calendar", "application/ics"):
            return True
        return self.is_unspecific and self.name.lower().endswith(".ics")

    @property
    def is_mail(self) -> bool:
        """Whether the part is an attached mail."""
        if self.content_type in ("message/rfc822", "message/global"):
            return True
        return self.is_unspecific and self.name.lower().endswith(".eml")

    @property
    def size(self) -> int:
        """Bytes of the decoded content, computed without decoding; exact for base64."""
        start, end = self.start, self.end
        if self.headers.token("content-transfer-encoding") != "base64":
            return end - start
        letters = end - start - self.raw.count(b"\n", start, end) - self.raw.count(b"\r", start, end)
        return max(0, letters * 3 // 4 - self.raw.count(b"=", max(start, end - 4), end))

    def content(self, limit: int) -> tuple[bytes, bool]:
        """At most `limit` bytes of the decoded content, and whether it is complete."""
        declared = self.headers.token("content-transfer-encoding")
        encoding = transfer_encoding(declared, self.raw, self.start, self.end)
        stop = min(self.end, self.start + limit * FACTORS.get(encoding, 1))
        data = decode_transfer(self.raw[self.start : stop], encoding)
        return data[:limit], stop == self.end and len(data) <= limit


class Progress:
    """What has been read of a mail so far, with the mails and signed contents inside it, and what may still be."""

    def __init__(self, limits: MailLimits) -> None:
        self.parts = 0
        self.content_bytes_left = limits.content_bytes
        self.html_bytes_left = limits.html_bytes
        self.signed_bytes_left = limits.content_bytes
        self.read: set[int] = set()
        """`id` of each part whose text was read, or need not be read."""
        self.mails: dict[int, Part] = {}
        """The attached mails that were opened, by the `id` of the part that holds them."""
        self.embedded: list[Attachment] = []
        """Files and encrypted texts that were taken out of text."""
        self.charset_guessed = False
        self.chars_beyond_limit = 0
        """Characters of text beyond `scanned_chars`, and bytes of it beyond the limits of decoding."""


class PartReader:
    """Reads the parts of one mail and counts them over all levels."""

    def __init__(self, raw: bytes, limits: MailLimits, progress: Progress | None = None) -> None:
        self.raw = raw
        self.limits = limits
        self.progress = progress or Progress(limits)

    def read(self, start: int, end: int, depth: int = 0, default_type: str = "text/plain") -> Part:
        """The part at `start` with all its inner parts. Raises Quarantined if there are too many or too deep."""
        self.progress.parts += 1
        if self.progress.parts > self.limits.parts:
            raise Quarantined("too_many_parts", f"more than {self.limits.parts} parts")
        if depth > self.limits.depth:
            raise Quarantined("too_deep", f"nested parts, more than {self.limits.depth} levels")
        headers, body = read_headers(self.raw, start, end, self.limits)
        content_type = headers.token("content-type") or default_type
        if not _TYPE.fullmatch(content_type):
            content_type = "text/plain"  # RFC 2045, 5.2: an invalid type means plain text
        parts: tuple[Part, ...] = ()
        if content_type.startswith("multipart/"):
            inner = "message/rfc822" if content_type == "multipart/digest" else "text/plain"
            regions = self._regions(headers.parameters("content-type").get("boundary", ""), body, end)
            parts = tuple(self.read(begin, stop, depth + 1, inner) for begin, stop in regions)
            if not parts:
                content_type = "text/plain"  # no boundary, or no part: the body is read as text
        part = Part(self.raw, headers, content_type, body, end, depth, parts)
        return self._opened(part) if content_type in _SIGNED or content_type in _UNSPECIFIC else part

    def attached_message(self, part: Part) -> Part:
        """The mail in a message/rfc822 part, which some programs encode although RFC 2046 forbids it."""
        encoding = transfer_encoding(part.headers.token("content-transfer-encoding"), part.raw, part.start, part.end)
        if not encoding and part.raw is self.raw:
            message = self.read(start_of_mail(self.raw, part.start, part.end), part.end, part.depth + 1)
        else:
            raw = part.content(self.limits.content_bytes)[0] if encoding else part.raw[part.start : part.end]
            inner = PartReader(raw, self.limits, self.progress)
            message = inner.read(start_of_mail(raw, 0, len(raw)), len(raw), part.depth + 1)
        self.progress.mails[id(part)] = message
        return message

    def _opened(self, part: Part) -> Part:
        """The part with the content of its opaque signature as inner part, if it has one."""
        if part.content_type in _UNSPECIFIC and not part.name.lower().endswith(".p7m"):
            return part
        data, _ = part.content(self.progress.signed_bytes_left)
        self.progress.signed_bytes_left -= len(data)
        content = signed_content(data)
        if content is None:
            return part
        inner = PartReader(content, self.limits, self.progress).read(0, len(content), part.depth + 1)
        return Part(part.raw, part.headers, part.content_type, part.start, part.end, part.depth, (inner,))

    def _regions(self, boundary: str, start: int, end: int) -> list[tuple[int, int]]:
        """The regions between delimiter lines; the last one ends with the body if the final delimiter is missing."""
        if not 0 < len(boundary) <= _BOUNDARY_CHARS:
            return []
        token = re.escape(boundary.encode("utf-8", "replace"))
        delimiter = re.compile(rb"\n--" + token + rb"(--)?[ \t]*+(?=\r?\n|\Z)")
        first = re.compile(rb"--" + token + rb"[ \t]*+\r?\n").match(self.raw, start, end)
        regions: list[tuple[int, int]] = []
        begin = first.end() if first else -1
        for match in delimiter.finditer(self.raw, max(start - 1, 0) if begin < 0 else begin - 1, end):
            if begin >= 0:
                before = match.start()
                regions.append((begin, max(begin, before - (self.raw[before - 1 : before] == b"\r"))))
                if len(regions) > self.limits.parts:
                    raise Quarantined("too_many_parts", f"more than {self.limits.parts} parts")
            if match[1]:
                return regions
            begin = min(self.raw.find(b"\n", match.end(), end) + 1 or end, end)
        return regions if begin < 0 else [*regions, (begin, end)]


def start_of_mail(raw: bytes, start: int, end: int) -> int:
    """The offset of the first header: after blank lines, a byte order mark, and the envelope line of an mbox file."""
    blank = _BEFORE_HEADERS.match(raw, start, end)
    start = blank.end() if blank else start
    if raw.startswith((b"From ", b">From "), start):
        start = raw.find(b"\n", start, end) + 1 or end
    return start


def read_parts(raw: bytes, limits: MailLimits) -> tuple[Part, PartReader]:
    """The mail as one part, and the reader for attached messages. Raises Quarantined for bytes that are no mail."""
    if not _LINE_ENDS.search(raw):
        raise Quarantined("not_a_mail", "no header lines")
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")  # classic Mac line ends, which some programs still write
    reader = PartReader(raw, limits)
    root = reader.read(start_of_mail(raw, 0, len(raw)), len(raw))
    if not root.headers.fields:
        raise Quarantined("not_a_mail", "no header lines of a mail")
    return root, reader
