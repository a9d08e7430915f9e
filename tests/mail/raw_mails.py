"""Raw mails as tests of parts write them."""

from __future__ import annotations

import base64
import binascii

from tagging.item import Mail
from tagging.mail.parser import parse_mail

HEAD = "From: Kim <kim@customer.example>\nTo: help@shop.example\n"
NOTE = "Content-Type: text/plain\n\nThe kettle leaks, see the attachment."
BLANK = "Content-Type: text/plain\n\n \n"


def read(text: str) -> Mail:
    return parse_mail(text.encode())


def multipart(*parts: str, kind: str = "mixed", boundary: str = "B") -> str:
    body = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f"Content-Type: multipart/{kind}; boundary={boundary}\n\n{body}--{boundary}--\n"


def file(content_type: str, name: str = "", disposition: str = "attachment") -> str:
    named = f"; filename={name}" if name else ""
    encoded = base64.b64encode(b"\1\2\3" * 300).decode()
    return (
        f"Content-Type: {content_type}\nContent-Disposition: {disposition}{named}\n"
        f"Content-Transfer-Encoding: base64\n\n{encoded}"
    )


def uu(data: bytes) -> str:
    rows = [binascii.b2a_uu(data[at : at + 45]).decode() for at in range(0, len(data), 45)]
    return "begin 644 photo.jpg\n" + "".join(rows) + "`\nend"
