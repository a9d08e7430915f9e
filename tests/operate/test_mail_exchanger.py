"""`tagging doctor` reads a domain's MX record from a resolver; here the resolver is a thread of the test."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator

import pytest

from tagging.operations.account_checks import check_exchanger
from tagging.operations.mail_exchanger import DnsNotReadable, mail_exchangers

REGION, DOMAIN = "eu-west-1", "support.example.org"
SES = f"inbound-smtp.{REGION}.amazonaws.com"
Answer = Callable[[bytes], bytes]
Resolver = Callable[[Answer], tuple[str, int]]


@pytest.fixture
def resolver() -> Iterator[Resolver]:
    """Start a resolver that answers one question."""
    opened: list[tuple[socket.socket, threading.Thread]] = []

    def start(answer: Answer) -> tuple[str, int]:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))

        def serve() -> None:
            query, sender = udp.recvfrom(4096)
            udp.sendto(answer(query), sender)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        opened.append((udp, thread))
        return udp.getsockname()

    yield start
    for udp, thread in opened:
        thread.join(5)
        udp.close()


def labels(name: str) -> bytes:
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"


def answered(*hosts: tuple[int, bytes], code: int = 0, truncated: bool = False) -> Answer:
    """A response with these MX records, whose names point back to the question's."""

    def answer(query: bytes) -> bytes:
        flags = 0x8180 | code | (0x0200 if truncated else 0)
        records = b"".join(
            b"\xc0\x0c" + struct.pack(">HHIHH", 15, 1, 300, 2 + len(host), preference) + host
            for preference, host in hosts
        )
        return query[:2] + struct.pack(">HHHHH", flags, 1, len(hosts), 0, 0) + query[12:] + records

    return answer


def test_the_preferred_exchanger_comes_first_and_compressed_names_are_read(resolver: Resolver) -> None:
    at = resolver(answered((20, labels("mx.Example.org")), (10, b"\x02mx\xc0\x0c")))
    assert mail_exchangers(DOMAIN, at) == [(10, f"mx.{DOMAIN}"), (20, "mx.example.org")]


def test_a_record_that_names_ses_in_this_region_is_right(resolver: Resolver) -> None:
    check = check_exchanger(DOMAIN, REGION, resolver(answered((10, labels(SES)))))
    assert (check.state, check.found, check.todo) == ("ok", f"{DOMAIN} → {SES}", "")


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (answered((10, labels(SES.replace("west", "north")))), f"{DOMAIN} → inbound-smtp.eu-north-1.amazonaws.com"),
        (answered(), f"{DOMAIN} has none"),
        (answered(code=3), f"{DOMAIN} has none"),
    ],
    ids=["another region", "no record", "no such name"],
)
def test_any_other_record_is_to_be_changed(resolver: Resolver, answer: Answer, found: str) -> None:
    check = check_exchanger(DOMAIN, REGION, resolver(answer))
    assert (check.state, check.found) == ("missing", f"{found}: no mail arrives by SES")
    assert check.todo == f"{DOMAIN}. MX 10 {SES}."


@pytest.mark.parametrize(
    "answer",
    [
        answered(code=2), answered((10, labels(SES)), truncated=True), lambda query: query[:5],
        lambda query: b"xx" + query[2:], answered((10, b"\xc0\x0c"[:1])), answered((10, b"\xc0\x33")),
    ],
    ids=["server failure", "truncated", "cut off", "another question", "half a name", "a name that points to itself"],
)  # fmt: skip
def test_what_is_no_answer_is_skipped(resolver: Resolver, answer: Answer) -> None:
    check = check_exchanger(DOMAIN, REGION, resolver(answer))
    assert (check.state, check.found.split(":")[0]) == ("skipped", "DNS cannot be asked")


def test_a_resolver_that_nobody_serves_is_not_readable() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(DnsNotReadable, match=r"^DNS cannot be asked: "):
        mail_exchangers(DOMAIN, ("127.0.0.1", port))
