"""The synthetic items of a probe: a mail with a request, and a small image that is drawn here."""

from __future__ import annotations

import hashlib
import struct
import zlib

SIDE = 64
"""Pixels of the image's side."""
_TEXT = "I lost my credit card yesterday. Please block it and send me a new one."


def message_id(run: str) -> str:
    """The Message-ID that a run's mail answers: SES keeps `In-Reply-To`, and replaces `Message-ID`."""
    return f"{run}@probe.invalid"


def thread_hash(run: str) -> str:
    """The hash of it, as tickets name the mail that a mail answers."""
    return hashlib.sha256(message_id(run).encode()).hexdigest()[:32]


def probe_mail(run: str, sender: str = "", recipient: str = "") -> bytes:
    """A mail of a run; the addresses only where SES sends it."""
    addresses = f"From: {sender}\r\nTo: {recipient}\r\n" if recipient else "From: probe@probe.invalid\r\n"
    headers = f"Subject: Lost card\r\nIn-Reply-To: <{message_id(run)}>\r\nMIME-Version: 1.0\r\n"
    return f"{addresses}{headers}Content-Type: text/plain; charset=utf-8\r\n\r\n{_TEXT}\r\n".encode()


def probe_image() -> bytes:
    """A PNG with a bright square on a gradient."""
    rows = (b"\0" + b"".join(bytes(_pixel(x, y)) for x in range(SIDE)) for y in range(SIDE))
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    chunks = (("IHDR", header), ("IDAT", zlib.compress(b"".join(rows))), ("IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name.encode(), data) for name, data in chunks)


def _pixel(x: int, y: int) -> tuple[int, int, int]:
    inside = SIDE // 4 < x < 3 * SIDE // 4 and SIDE // 4 < y < 3 * SIDE // 4
    return (240, 200, 40) if inside else (x * 2, y * 2, 90)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
