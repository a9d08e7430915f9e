"""From text and markup to the raw bytes of a mail: charsets, transfer encodings, format=flowed, alternatives."""

from __future__ import annotations

import base64
import quopri
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from random import Random
from typing import Literal

from benchmarks.quality.reading.earlier_mail import Person

WESTERN = ["iso-8859-1", "windows-1252", "iso-8859-15"]
CENTRAL = ["iso-8859-2", "windows-1250"]
CHARSETS = {
    "en": ["us-ascii", "iso-8859-1", "windows-1252"],
    **dict.fromkeys(("de", "fr", "es", "it", "pt", "nl", "da", "sv", "nb", "fi"), WESTERN),
    **dict.fromkeys(("pl", "cs", "hu", "ro"), CENTRAL),
    "tr": ["iso-8859-9", "windows-1254"],
    "ru": ["koi8-r", "windows-1251"],
    "uk": ["koi8-u", "windows-1251"],
    "el": ["iso-8859-7", "windows-1253"],
    "ja": ["iso-2022-jp", "shift_jis", "euc-jp"],
    "zh": ["gb2312", "gbk", "gb18030"],
    "ko": ["euc-kr"],
    "he": ["windows-1255"],
    "ar": ["windows-1256"],
}
"""Language -> charsets that its mails use beside UTF-8."""

FLOWED_WIDTH = 72


@dataclass(frozen=True)
class Envelope:
    """The header fields of a mail."""

    sender: Person
    recipient: Person
    subject: str
    when: datetime
    answers: bool
    """It has In-Reply-To and References."""


def write_mail(envelope: Envelope, parts: Sequence[bytes], kind: str = "alternative") -> bytes:
    """A mail of one part, or of several in a multipart/`kind`. Each part has its Content fields."""
    token = f"{envelope.when:%Y%m%d%H%M%S}"
    lines = [
        f"From: {_encoded(envelope.sender.name)} <{envelope.sender.address}>",
        f"To: {_encoded(envelope.recipient.name)} <{envelope.recipient.address}>",
        f"Subject: {_encoded(envelope.subject)}",
        f"Date: {format_datetime(envelope.when)}",
        f"Message-ID: <{token}@{envelope.sender.address.partition('@')[2]}>",
        *(
            [f"In-Reply-To: <{token}.1@shop.example>", f"References: <{token}.1@shop.example>"]
            if envelope.answers
            else []
        ),
        "MIME-Version: 1.0",
    ]
    head = "\r\n".join(lines).encode("ascii") + b"\r\n"
    return head + (parts[0] if len(parts) == 1 else multipart(parts, kind, token))


def multipart(parts: Sequence[bytes], kind: str, token: str) -> bytes:
    """A multipart of finished parts."""
    mark = f"----=_{kind}_{token}".encode()
    body = b"".join(b"--" + mark + b"\r\n" + part + b"\r\n" for part in parts)
    return (
        b"Content-Type: multipart/"
        + kind.encode()
        + b'; boundary="'
        + mark
        + b'"\r\n\r\n'
        + body
        + b"--"
        + mark
        + b"--\r\n"
    )


Flaw = Literal["", "undeclared quoted-printable", "no charset", "named"]
"""What is unusual in the fields of a text part."""


def text_part(rng: Random, text: str, subtype: str, language: str, *, flowed: bool = False, flaw: Flaw = "") -> bytes:
    """A text part in a charset that can write it and a transfer encoding that fits."""
    charset = "utf-8" if flaw == "no charset" else _charset(rng, text, language)
    data = text.replace("\n", "\r\n").encode(charset)
    encodings = ["quoted-printable", "base64"]
    if max(map(len, data.split(b"\r\n"))) < 998:
        encodings += ["7bit" if data.isascii() else "8bit"] * 2
    encoding = "quoted-printable" if flaw == "undeclared quoted-printable" else rng.choice(encodings)
    if encoding == "base64":
        data = base64.encodebytes(data).replace(b"\n", b"\r\n")
    elif encoding == "quoted-printable":
        data = quopri.encodestring(data.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    fields = [
        f"Content-Type: text/{subtype}",
        *([] if flaw == "no charset" else [f"; charset={charset}"]),
        *(["; format=flowed"] if flowed else []),
        *([] if flaw == "undeclared quoted-printable" else [f"\r\nContent-Transfer-Encoding: {encoding}"]),
        *([f'\r\nContent-Disposition: inline; filename="message.{subtype}"'] if flaw == "named" else []),
    ]
    return "".join([*fields, "\r\n\r\n"]).encode("ascii") + data + b"\r\n"


def attachment(content_type: str, name: str, inline: bool = False) -> bytes:
    """A part of a few bytes that is not text."""
    place = "inline" if inline else "attachment"
    identity = "\r\nContent-ID: <image001@shop.example>" if inline else ""
    fields = f'Content-Type: {content_type}; name="{name}"\r\nContent-Disposition: {place}; filename="{name}"{identity}'
    return f"{fields}\r\nContent-Transfer-Encoding: base64\r\n\r\nAAECAwQFBgcICQ==\r\n".encode("ascii")


def flow(lines: Sequence[str]) -> list[str]:
    """Lines as format=flowed (RFC 3676): a space before a break that is none, and before what could be a mark."""
    result: list[str] = []
    for line in lines:
        marks = len(line) - len(line.lstrip(">"))
        text = line[marks:].removeprefix(" ") if marks else line
        signature = text == "-- "
        pieces = [text] if signature else textwrap.wrap(text, FLOWED_WIDTH - marks, break_on_hyphens=False) or [""]
        for index, piece in enumerate(pieces):
            stuffed = " " if marks or piece.startswith((" ", ">", "From ")) else ""
            soft = " " if index < len(pieces) - 1 else ""
            result.append(">" * marks + stuffed + piece + soft)
    return result


def _charset(rng: Random, text: str, language: str) -> str:
    if rng.random() < 0.4:
        charset = rng.choice(CHARSETS[language])
        try:
            text.encode(charset)
        except UnicodeEncodeError:
            return "utf-8"
        return charset
    return "utf-8"


def _encoded(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=2000).encode()
