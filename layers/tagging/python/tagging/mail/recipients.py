"""Whom a mail was sent to: tells a quote of our own mail from a mail of somebody else that a sender reports."""

from __future__ import annotations

import re
from collections.abc import Collection

from tagging.mail.headers import Headers
from tagging.mail.patterns import compile_lazily

_FIELDS = ("to", "cc", "delivered-to")
_GAP = re.compile(rb"[\s<>\"'(),:;\[\]]+")
_MAX_LOCAL = 64
_NAME_CHARS = 300
_NAME_WORD = compile_lazily(r"[^\W\d_]{2,}")
_MAILBOX_PROVIDER = compile_lazily(
    r"(?:gmail|googlemail|outlook|hotmail|live|msn|yahoo|ymail|rocketmail|aol|icloud|me|mac|gmx|web|t-online|freenet|mail"
    r"|email|yandex|ya|bk|list|inbox|rambler|ukr|qq|163|126|139|foxmail|sina|sohu|naver|daum|hanmail|docomo|ezweb|softbank"
    r"|proton|protonmail|pm|tutanota|tuta|zoho|fastmail|hey|libero|virgilio|tiscali|alice|tin|uol|bol|terra|ig|orange"
    r"|wanadoo|free|laposte|sfr|neuf|bbox|numericable|btinternet|ntlworld|virginmedia|sky|talktalk|comcast|verizon|att"
    r"|sbcglobal|bellsouth|cox|charter|earthlink|shaw|rogers|sympatico|bigpond|optusnet|xtra|ziggo|kpnmail|planet|hetnet"
    r"|home|xs4all|telenet|skynet|bluewin|wp|o2|onet|op|interia|seznam|centrum|volny|abv|freemail|citromail|rediffmail"
    r"|telia|online|mynet"
    r")\.(?:\w{2,3}\.)?\w{2,6}"
)
"""Domains of providers of mailboxes: two customers of one have no more in common."""


def recipients_of(headers: Headers) -> frozenset[str]:
    """The addresses that a mail was sent to and their domains, in lower case; no domain of a provider of mailboxes."""
    addresses: list[str] = []
    for piece in _GAP.split(b" ".join(headers.fields.get(name, b"") for name in _FIELDS)):
        local, at, domain = piece.rpartition(b"@")
        if at and 0 < len(local) <= _MAX_LOCAL and domain:
            addresses.append(piece.decode("ascii", "replace").lower().rstrip("."))
    return with_domains(addresses)


def with_domains(addresses: Collection[str]) -> frozenset[str]:
    """Addresses in lower case and their domains; no domain of a provider of mailboxes, and nothing for ""."""
    domains = (address.rpartition("@")[2] for address in addresses)
    return frozenset(filter(None, addresses)) | {
        domain for domain in domains if domain and not _MAILBOX_PROVIDER.fullmatch(domain)
    }


def words_of_name(text: str) -> set[str]:
    """The words of a name in lower case, without address: "Alder, Kim <kim@a.example>"."""
    return set(_NAME_WORD.findall(re.sub(r"\S*@\S*", " ", text[:_NAME_CHARS]).lower()))


def answers(headers: Headers) -> bool:
    """Whether a mail names the mail that it answers; programs do so in forwards, too."""
    return any(b"@" in headers.fields.get(name, b"") for name in ("in-reply-to", "references"))


def is_recipient(address: str, recipients: Collection[str]) -> bool:
    """Whether an address in lower case is among the recipients of a mail, or of the organisation of one of them.

    `mail.shop.example` and `shop.example` are one organisation; `a.shop.example` and `b.shop.example` may be two.
    """
    if not address or address in recipients:
        return bool(address)
    domain = address.rpartition("@")[2]
    labels = domain.split(".")
    if any(".".join(labels[n:]) in recipients for n in range(len(labels) - 1)):
        return True
    is_known = len(labels) > 1 and not _MAILBOX_PROVIDER.fullmatch(domain)
    return is_known and any(other.endswith(f".{domain}") for other in recipients)
