"""The mail exchangers of a domain, asked from the resolver of this machine by one UDP message (RFC 1035)."""

from __future__ import annotations

import re
import secrets
import socket
import struct
from pathlib import Path
from typing import Final

RESOLVERS: Final = Path("/etc/resolv.conf")
_TIMEOUT_S: Final = 3.0
_MX: Final = 15
_INTERNET: Final = 1
_HEADER: Final = struct.Struct(">HHHHHH")
_NO_SUCH_NAME: Final = 3


class DnsNotReadable(Exception):
    """The resolver cannot be asked, or its response is not understood; the text is one line."""


def mail_exchangers(domain: str, resolver: tuple[str, int] | None = None) -> list[tuple[int, str]]:
    """Preference and host of each MX record, the preferred one first; empty where the domain has none.

    Raises DnsNotReadable.
    """
    try:
        response = _ask(_query(domain), resolver or _resolver())
        return sorted(_records(response))
    except (OSError, struct.error, IndexError, UnicodeDecodeError, ValueError) as error:
        raise DnsNotReadable(f"DNS cannot be asked: {error or type(error).__name__}") from None


def _resolver() -> tuple[str, int]:
    servers = re.findall(r"^\s*nameserver\s+(\S+)", RESOLVERS.read_text(encoding="utf-8"), flags=re.M)
    if not servers:
        raise ValueError(f"{RESOLVERS} names no resolver")
    return servers[0], 53


def _query(domain: str) -> bytes:
    name = b"".join(bytes([len(part)]) + part.encode("ascii") for part in domain.rstrip(".").split("."))
    recursive = 0x0100
    header = _HEADER.pack(secrets.randbelow(1 << 16), recursive, 1, 0, 0, 0)
    return header + name + b"\0" + struct.pack(">HH", _MX, _INTERNET)


def _ask(query: bytes, resolver: tuple[str, int]) -> bytes:
    family = socket.AF_INET6 if ":" in resolver[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as udp:
        udp.settimeout(_TIMEOUT_S)
        udp.connect(resolver)  # only this resolver's response is received
        udp.send(query)
        response = udp.recv(4096)
    if response[:2] != query[:2]:
        raise ValueError("the response is to another question")
    return response


def _records(response: bytes) -> list[tuple[int, str]]:
    _, flags, questions, answers, _, _ = _HEADER.unpack_from(response)
    if flags & 0x0200:
        raise ValueError("the response is truncated")
    if (code := flags & 0xF) not in (0, _NO_SUCH_NAME):
        raise ValueError(f"the resolver refuses with code {code}")
    at, records = _HEADER.size, []
    for _ in range(questions):
        at = _name(response, at)[1] + 4
    for _ in range(answers):
        at = _name(response, at)[1]
        type, _, _, length = struct.unpack_from(">HHIH", response, at)
        at += 10
        if type == _MX:
            (preference,) = struct.unpack_from(">H", response, at)
            records.append((preference, _name(response, at + 2)[0]))
        at += length
    return records


def _name(response: bytes, at: int) -> tuple[str, int]:
    """The name at an offset, in small letters, and the offset behind it; names may continue at an earlier offset."""
    parts, end = [], 0
    for _ in range(128):  # a loop of pointers ends here
        length = response[at]
        if length & 0xC0 == 0xC0:
            end = end or at + 2
            at = struct.unpack_from(">H", response, at)[0] & 0x3FFF
        elif length:
            parts.append(response[at + 1 : at + 1 + length].decode("ascii").lower())
            at += 1 + length
        else:
            return ".".join(parts), end or at + 1
    raise ValueError("a name does not end")
