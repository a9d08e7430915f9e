"""Loads the texts that mails are composed of: requests, what programs write in each language, and noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Request:
    """A customer's request. A line of `text` that begins with "~ " does not count as one of its lines."""

    subject: str
    text: str
    language: str = "en"
    shape: str = "ordinary"
    """What makes it awkward to read."""
    ends: bool = False
    """It has an ending of its own: no closing formula follows."""
    subject_is_request: bool = False
    alone: bool = False
    """It makes sense in a new mail only."""
    unseen: bool = False
    """Only mails of seeds from FIRST_UNSEEN_SEED on have it."""

    def body(self, name: str) -> list[str]:
        """Its lines as they stand in the mail."""
        text = self.text.replace("{name}", name).replace("{first}", name.split()[0])
        return [line.removeprefix("~ ") for line in text.split("\n")] if text else []

    def truth(self) -> tuple[str, ...]:
        """The lines that must be read."""
        lines = [line for line in self.text.split("\n") if line.strip() and not line.startswith("~ ")]
        return tuple([self.subject, *lines] if self.subject_is_request else lines)


@dataclass(frozen=True)
class Language:
    """What mail programs write in one language. Templates have the fields that languages.yaml lists."""

    code: str
    weekdays: list[str]
    short_weekdays: list[str]
    months: list[str]
    short_months: list[str]
    long_date: str
    fields: list[str]
    original: str
    intros: Mapping[str, str | list[str]]
    forwarded: Mapping[str, str]
    reply: list[str]
    forward: list[str]
    devices: list[str]
    outlook_mobile: str
    closings: list[str]
    type_above: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Noise:
    """What stands around a request; each list holds wordings to choose from."""

    disclaimers: Mapping[str, list[str]]
    banners: list[str]
    footers: list[str]
    firms: list[str]
    titles: list[str]
    addresses: list[str]
    social: list[str]
    promotions: list[str]
    pointers: list[str]
    """Lines that announce answers between the lines of the quote."""
    notes: list[str]
    forwarded_notes_of_customers: list[str]
    thanks: list[str]
    answers: list[list[str]]
    agent_signatures: list[list[str]]
    earlier: list[list[str]]
    extras: list[list[str]]
    """Lines that some signatures have."""
    greetings: Mapping[str, list[str]]


FIRST_UNSEEN_SEED = 4
"""Rules are mended by the faults of the seeds before it, and by those only."""


@cache
def requests() -> tuple[Request, ...]:
    """All requests, in the order of the file."""
    return tuple(Request(**row) for row in _load("requests"))


def requests_for(seed: int) -> list[Request]:
    """The requests that the mails of a seed may have."""
    return [request for request in requests() if seed >= FIRST_UNSEEN_SEED or not request.unseen]


@cache
def languages() -> Mapping[str, Language]:
    """Language code -> what programs write in it; English first."""
    return {code: Language(code, **row) for code, row in _load("languages").items()}


@cache
def noise() -> Noise:
    """All wordings of noise."""
    return Noise(**_load("noise"))


def _load(name: str) -> Any:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))
