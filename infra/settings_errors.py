"""Pydantic's errors about settings as one line that says what to change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import ValidationError

_FORMS: Final[Mapping[str, str]] = {
    "account": "an account has twelve digits: 123456789012",
    "mail_domain": "give a domain in small letters: support.example.com",
    "page_mail": "give an address: on-call@example.com",
    "region": "give a region by AWS's name: eu-central-1",
    "stage": "a stage begins with a letter and contains only small letters, digits and hyphens",
    "ticket_mail": "give an address: desk@example.com",
    "warm_hours": "give two hours of one day: 7-19",
    "warm_zone": "give a time zone by its name: Europe/Berlin",
}
"""The form of each setting that a pattern checks."""


def one_line(error: ValidationError) -> str:
    """Each wrong setting with its reason."""
    messages = []
    for detail in error.errors(include_url=False, include_context=False):
        name = ".".join(map(str, detail["loc"]))
        reason = detail["msg"]
        if detail["type"] == "string_pattern_mismatch" and name in _FORMS:
            reason = f"{detail['input']!r} is not valid, {_FORMS[name]}"
        messages.append(f"{name}: {reason}" if name else reason)
    return "; ".join(messages)
