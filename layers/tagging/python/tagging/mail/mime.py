"""The parts of a mail as regions of its bytes: nothing is copied or split into lines, 40 MB cost a few scans."""

from __future__ import annotations

import binascii
import re

from msgspec import Struct

from tagging.mail.headers import Headers, decode_base64, read_headers
from tagging.mail.limits import MailLimits
from tagging.quarantine import Quarantined

_TYPE = re.compile(r"[\w!#$&^.+-]{1,80}/[\w!#$&^.+-]{1,80}", re.ASCII)
_BOUNDARY_CHARS = 256
_BASE64_LINES = re.compile(rb"\s*(?:[A-Za-z0-9+/]{40,1000}\r?\n)*+[A-Za-z0-9+/]{8,1000}={0,2}[ \t]*\r?\n(?=\r?\n)")
"""Lines of base64 and a blank line."""
_LINE_ENDS = re.compile(rb"[\r\n]")
_WORDS_OR_MARKS = re.compile(rb"[^A-Za-z0-9+/=\s]|\b[ \t]+\b")


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
    def size(self) -> int:
        """Bytes of the decoded content, computed without decoding; exact for base64."""
        start, end = self.start, self.end
        if self.headers.token("content-transfer-encoding") != "base64":
            return end - start
        letters = end - start - self.raw.count(b"\n", start, end) - self.raw.count(b"\r", start, end)
        return max(0, letters * 3 // 4 - self.raw.count(b"=", max(start, end - 4), end))

    def content(self, limit: int) -> tuple[bytes, bool]:
        """At most `limit` bytes of the decoded content, and whether it is complete."""
        encoding = self.headers.token("content-transfer-encoding")
        factor = {"base64": 2, "quoted-printable": 3}.get(encoding, 1)
        stop = min(self.end, self.start + limit * factor)
        data = self.raw[self.start : stop]
        if encoding == "base64":
            data = _decode_base64_part(data)
        elif encoding == "quoted-printable":
            data = binascii.a2b_qp(data)
        return data[:limit], stop == self.end and len(data) <= limit


def _decode_base64_part(data: bytes) -> bytes:
    """Decode base64 up to its end: list servers append plain text below it, and some programs do not encode at all."""
    encoded = _BASE64_LINES.match(data)
    if encoded and encoded.end() < len(data) and _is_plain_text(data[encoded.end() :]):
        return decode_base64(encoded[0]) + b"\n\n" + data[encoded.end() :]
    return data if _is_plain_text(data) else decode_base64(data)


def _is_plain_text(data: bytes) -> bool:
    """Whether content declared as base64 holds words and spaces instead."""
    sample = data[:2000]
    return len(_WORDS_OR_MARKS.findall(sample)) * 20 > len(sample)


class PartReader:
    """Reads the parts of one mail and counts them over all levels."""

    def __init__(self, raw: bytes, limits: MailLimits) -> None:
        self.raw = raw
        self.limits = limits
        self.count = 0

    def read(self, start: int, end: int, depth: int = 0, default_type: str = "text/plain") -> Part:
        """The part at `start` with all its inner parts. Raises Quarantined if there are too many or too deep."""
        self.count += 1
        if self.count > self.limits.parts:
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
        return Part(self.raw, headers, content_type, body, end, depth, parts)

    def attached_message(self, part: Part) -> Part:
        """The mail in a message/rfc822 part, which some programs encode although RFC 2046 forbids it."""
        encoding = part.headers.token("content-transfer-encoding")
        if encoding not in ("base64", "quoted-printable") and part.raw is self.raw:
            return self.read(part.start, part.end, part.depth + 1)
        region = part.raw[part.start : part.end]
        raw = part.content(self.limits.content_bytes)[0] if encoding in ("base64", "quoted-printable") else region
        inner = PartReader(raw, self.limits)
        inner.count = self.count
        message = inner.read(0, len(raw), part.depth + 1)
        self.count = inner.count
        return message

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


def read_parts(raw: bytes, limits: MailLimits) -> tuple[Part, PartReader]:
    """The mail as one part, and the reader for attached messages. Raises Quarantined for bytes that are no mail."""
    if not _LINE_ENDS.search(raw):
        raise Quarantined("not_a_mail", "no header lines")
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")  # classic Mac line ends, which some programs still write
    start = len(raw) - len(raw.lstrip(b"\r\n \t\xef\xbb\xbf")) if raw[:1] in b"\r\n \t\xef" else 0
    if raw.startswith((b"From ", b">From "), start):
        start = raw.find(b"\n", start) + 1  # the envelope line of an mbox file
    reader = PartReader(raw, limits)
    root = reader.read(start, len(raw))
    if not root.headers.fields:
        raise Quarantined("not_a_mail", "no header lines of a mail")
    return root, reader
