"""What is wrong with settings, in one line that says what to change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import ValidationError

_FORMS: Final[Mapping[str, str]] = {
    "account": "an account has twelve digits: 123456789012",
    "mail_domain": "give a domain in small letters: support.example.com",
    "page_mail": "give an address: on-call@example.com",
    "region": "give a region by AWS's name: eu-central-1",
    "stage": "a stage begins with a letter and has small letters, digits and hyphens alone",
    "ticket_mail": "give an address: desk@example.com",
    "warm_hours": "give two hours of one day: 7-19",
    "warm_zone": "give a time zone by its name: Europe/Berlin",
}
"""What a setting looks like, for those that are checked by a pattern."""


def one_line(error: ValidationError) -> str:
    """Each setting that is wrong, and why."""
    found = []
    for each in error.errors(include_url=False, include_context=False):
        name = ".".join(map(str, each["loc"]))
        said = each["msg"].removeprefix("Value error, ")
        if each["type"] == "string_pattern_mismatch" and name in _FORMS:
            said = f"{each['input']!r} is none, {_FORMS[name]}"
        found.append(f"{name}: {said}" if name else said)
    return "; ".join(found)
