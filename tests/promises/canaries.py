"""Canaries: names, addresses, words and keys that may occur in the input only, and the search for them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

NAME = "Quirinella Zambrovič"
ADDRESS = "quirinella.zambrovic@canary-post.example"
WORD = "xylofrantic"
FILE_NAME = "glimmerwock-passport.pdf"
CONTENT = (NAME, "quirinella", "zambrovic", ADDRESS, "canary-post", WORD, "glimmerwock", "vexillumine")
"""May be in no log line, metric, trace, row, ticket or dead letter. `vexillumine` is in headers and other metadata."""
KEY = "inbox/snorkelwhacker 4711.eml"
KEYS = ("snorkelwhacker",)
"""May be in rows, which name their object, but not in logs, metrics or traces."""
EVERYTHING = (*CONTENT, *KEYS)

_PLAIN = f"I lost my credit card, {WORD}. Please send a new one to {ADDRESS}.\r\n\r\nRegards,\r\n{NAME}"
_HEAD = (
    f'From: "{NAME}" <{ADDRESS}>\r\nTo: vexillumine@example.com\r\nReply-To: {ADDRESS}\r\n'
    f"Message-ID: <vexillumine-1@canary-post.example>\r\nIn-Reply-To: <vexillumine-0@canary-post.example>\r\n"
    f"References: <vexillumine-0@canary-post.example>\r\nX-Origin: vexillumine\r\nMIME-Version: 1.0\r\n"
)


def leaks(output: str, canaries: Iterable[str]) -> list[str]:
    """The canaries in a text, in any form: plain, escaped, URL-encoded, base64 or hexadecimal."""
    text = output.casefold()
    return [canary for canary in canaries if any(form in text for form in _forms(canary))]


def _forms(canary: str) -> Iterator[str]:
    data = canary.encode()
    plain = [canary, quote(canary), quote_plus(canary), json.dumps(canary)[1:-1], data.hex(), repr(data)[2:-1]]
    # Base64 of a text depends on its offset modulo 3; characters that also depend on its neighbours are cut off.
    plain += [
        base64.b64encode(b" " * before + data).decode()[(before * 8 + 5) // 6 :].rstrip("=")[:-1] for before in range(3)
    ]
    yield from (form.casefold() for form in plain)


def mails() -> dict[str, bytes]:
    """Mails for every outcome, by what is special about each."""
    subject = f"Subject: Lost card of {NAME}\r\n"
    html = f"<html><body><p>{_PLAIN}</p><img alt='vexillumine'></body></html>"
    encoded = base64.encodebytes(_PLAIN.encode()).decode()
    found = {
        "plain": f"{subject}\r\n{_PLAIN}",
        "html": f"{subject}Content-Type: text/html; charset=utf-8\r\n\r\n{html}",
        "base64": f"{subject}Content-Transfer-Encoding: base64\r\n\r\n{encoded}",
        "unknown charset": f"{subject}Content-Type: text/plain; charset=vexillumine\r\n\r\n{_PLAIN}",
        "unknown encoding": f"{subject}Content-Transfer-Encoding: vexillumine\r\n\r\n{_PLAIN}",
        "automatic reply": f"{subject}Auto-Submitted: auto-replied\r\n\r\n{_PLAIN}",
        "quoted": f"{subject}\r\nThank you!\r\n\r\nOn Monday {NAME} <{ADDRESS}> wrote:\r\n> {WORD}",
        "not English": f"{subject}\r\nBitte schicken Sie die Rechnung an {ADDRESS}, {WORD}. Vielen Dank, {NAME}",
        "attachment": f"{subject}{_multipart(_PLAIN, FILE_NAME)}",
        "no words": _multipart("", FILE_NAME),
        "too deep": f"{subject}{_nested(60)}",
        "too many parts": f"{subject}{_crowded(2000)}",
        "empty": "\r\n",
    }
    return {name: (_HEAD + mail).encode() for name, mail in found.items()} | {
        "no mail": f"{WORD} \x00 {ADDRESS}".encode(),
        "no bytes": b"",
    }


def _multipart(text: str, name: str) -> str:
    return (
        'Content-Type: multipart/mixed; boundary="vexillumine"\r\n\r\n--vexillumine\r\n\r\n'
        f"{text}\r\n--vexillumine\r\nContent-Type: application/vexillumine\r\n"
        f'Content-Disposition: attachment; filename="{name}"\r\n\r\n{WORD}\r\n--vexillumine--\r\n'
    )


def _nested(levels: int) -> str:
    parts = (
        f'Content-Type: multipart/mixed; boundary="vexillumine{n}"\r\n\r\n--vexillumine{n}\r\n' for n in range(levels)
    )
    return "".join(parts) + f"\r\n{_PLAIN}"


def _crowded(parts: int) -> str:
    part = f"--vexillumine\r\nContent-Type: text/x-{WORD}\r\n\r\n{ADDRESS}\r\n"
    return f'Content-Type: multipart/mixed; boundary="vexillumine"\r\n\r\n{part * parts}--vexillumine--\r\n'
