"""Splits a plain-text digest (RFC 1153, as list servers write it) into its mails."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import islice
from typing import NamedTuple

from tagging.mail.patterns import compile_lazily
from tagging.mail.quote_headers import ADDRESS
from tagging.mail.recipients import is_recipient

_SEPARATOR = "-" * 30
_SPLIT = compile_lazily(r"^-{30}[ ]*\n|^-{70}[ ]*\n", re.M)
_HEADERS = compile_lazily(r"\s*((?:[A-Z][\w-]{1,30}:[^\n]*\n(?:[ \t][^\n]*\n)*)+)\n")
_FIELD = compile_lazily(r"^(From|Subject): *([^\n]*(?:\n[ \t][^\n]*)*)", re.M)
_DIGEST = compile_lazily(r"\bdigest\b", re.I)
_END = compile_lazily(r"^End of [^\n]{1,200}\n\*{5,}", re.M)
_MAX_MAILS = 200
_MAX_ADDRESSES = 200


class DigestMail(NamedTuple):
    """One mail of a digest."""

    sender: str
    subject: str
    text: str


def names_several(mails: list[DigestMail], subject: str, text: str, recipients: Collection[str]) -> bool:
    """Whether a digest comes from several senders; one in an unknown form is known by its subject and addresses."""
    if mails or not _DIGEST.search(subject):
        return len({mail.sender for mail in mails}) > 1
    found = islice(ADDRESS.finditer(text), _MAX_ADDRESSES)
    addresses = {match[0].lower().rstrip(".") for match in found}
    return sum(not is_recipient(address, recipients) for address in addresses) > 1


def digest_mails(subject: str, text: str) -> list[DigestMail]:
    """The mails of a digest, in order; none if the text is not one.

    A row of 30 hyphens above a header block is also how some programs quote: the word "digest" must stand in the
    subject or above the first mail.
    """
    if _SEPARATOR not in text:
        return []
    pieces = _SPLIT.split(text, maxsplit=_MAX_MAILS)
    if not (_DIGEST.search(subject) or _DIGEST.search(pieces[0])):
        return []
    mails: list[DigestMail] = []
    for piece in pieces[1:]:
        headers = _HEADERS.match(piece)
        fields = dict(_FIELD.findall(headers[1])) if headers else {}
        if headers and "From" in fields:
            mails.append(
                DigestMail(fields["From"], " ".join(fields.get("Subject", "").split()), piece[headers.end() :])
            )
        elif mails and fields.get("Subject") != "Digest Footer" and not _END.search(piece):
            last = mails[-1]
            mails[-1] = last._replace(text=f"{last.text}\n{piece}")
    return mails
