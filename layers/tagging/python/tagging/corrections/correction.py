"""A correction: what one person answers about labels of one item, as messages and the review table hold it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import force_setattr

from tagging.corrections.refusals import Refused
from tagging.taxonomy import Name
from tagging.validation import END, InvalidDocument, from_data, from_json

CORRECTION_SCHEMA: Final = "tagging.correction/1"
LARGEST_MESSAGE: Final = 64 * 1024
"""Bytes of a message."""
CLOCK_TOLERANCE: Final = timedelta(minutes=5)
"""How far the clock of whoever answered may be ahead."""
LONGEST_AUTHOR: Final = 128
_AUTHOR = r"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]{1,128}" + END


class Correction(Struct, frozen=True, kw_only=True):
    """The answer of one person about labels of one item. Labels that no list names were not looked at."""

    schema: Literal["tagging.correction/1"] = CORRECTION_SCHEMA
    item: Annotated[str, Meta(pattern=f"^[A-Za-z0-9._:~-]{{1,128}}{END}")]
    author: Annotated[str, Meta(pattern=_AUTHOR)]
    answered_at: Annotated[str, Meta(max_length=40)]
    """When the person answered: ISO 8601 with an offset; kept in UTC with milliseconds. Orders the answers."""
    source: Annotated[str, Meta(pattern=f"^(console|cli|csv|webhook:[a-z0-9_-]{{1,64}}){END}")]
    version: Annotated[str, Meta(pattern=f"^(?:[0-9a-f]{{12}}|layer){END}")] | None = None
    """The version whose labels were shown; None: unknown."""
    yes: tuple[Name, ...] = ()
    no: tuple[Name, ...] = ()
    unseen: tuple[Name, ...] = ()
    """Labels about which this author's earlier answer no longer counts."""
    asked: tuple[Name, ...] = ()
    """All labels that were asked about; required with `complete`."""
    complete: bool = False
    """Every label of `asked` was looked at: those in none of the three lists are `no`."""
    cannot_tell: bool = False
    """The person looked and could not decide: an answer about no label."""
    blind: bool = False
    """The labels that the version gives were not shown: only such answers measure."""
    note: Annotated[str, Meta(max_length=1000)] = ""
    """For people; never in logs."""

    def __post_init__(self) -> None:
        if not (self.yes or self.no or self.unseen or self.complete or self.cannot_tell):
            raise ValueError("it answers nothing")
        if self.complete and not self.asked and not self.cannot_tell:
            raise ValueError("a complete answer lists in `asked` what was asked about")
        force_setattr(self, "answered_at", _in_utc(self.answered_at))
        for name in ("yes", "no", "unseen", "asked"):  # their order has no meaning
            force_setattr(self, name, tuple(sorted(set(getattr(self, name)))))

    @property
    def id(self) -> str:
        """Hash of the whole content: the same message twice is one record. 32 hexadecimal digits."""
        return hashlib.sha256(self.to_body().encode()).hexdigest()[:32]

    @property
    def finished(self) -> bool:
        """Whether the person is done with the item."""
        return self.complete or self.cannot_tell

    @property
    def withdraws(self) -> bool:
        """Whether it only takes earlier answers back."""
        return bool(self.unseen) and not (self.yes or self.no or self.finished)

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels that it names, each once."""
        return tuple(dict.fromkeys((*self.yes, *self.no, *self.unseen, *self.asked)))

    @property
    def answers(self) -> Mapping[str, bool | None]:
        """Label → yes, no, or None where an earlier answer is withdrawn; with `complete`, of all labels asked about."""
        rest = dict.fromkeys(self.asked, False) if self.complete and not self.cannot_tell else {}
        return {**rest, **dict.fromkeys(self.yes, True), **dict.fromkeys(self.no, False), **dict.fromkeys(self.unseen)}

    def to_body(self) -> str:
        """The message body: ASCII, without fields that have their default; the same bytes for the same content."""
        content: dict[str, Any] = msgspec.to_builtins(self)
        return json.dumps({name: value for name, value in content.items() if value}, separators=(",", ":"))


def parse_correction(body: str | bytes) -> Correction:
    """Read a message. Raises Refused: not_json, wrong_schema, no_author, contradiction or too_large."""
    content = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    if len(content) > LARGEST_MESSAGE:
        raise Refused("too_large", f"{len(content)} bytes")
    try:
        fields = from_json(content, dict[str, Any])
    except InvalidDocument:
        raise Refused("not_json") from None
    author = fields.get("author")
    if author is None or (isinstance(author, str) and not author.strip()):
        raise Refused("no_author")
    try:
        correction = from_data(fields, Correction)
    except InvalidDocument as error:
        raise Refused("wrong_schema", _readable(str(error))) from None
    if fields.get("schema") != CORRECTION_SCHEMA:
        raise Refused("wrong_schema", f"schema: expected {CORRECTION_SCHEMA}")
    check_correction(correction)
    return correction


def _readable(mistake: str) -> str:
    """What is wrong with a field, in words instead of a pattern."""
    field, _, rest = mistake.partition(": ")
    words = {
        "author": f"write 1 to {LONGEST_AUTHOR} characters, in one line",
        "source": "console, cli, csv or webhook:NAME",
    }
    return f"{field}: {words[field]}" if field in words and "regex" in rest else mistake


def check_correction(correction: Correction, now: datetime | None = None) -> None:
    """Raise Refused for a contradiction, and for an answer that is ahead of `now`."""
    yes, no, unseen = set(correction.yes), set(correction.no), set(correction.unseen)
    if twice := sorted((yes & no) | (yes & unseen) | (no & unseen)):
        raise Refused("contradiction", f"two answers about {', '.join(twice[:5])}")
    if correction.cannot_tell and (yes or no):
        raise Refused("contradiction", "cannot_tell stands beside answers")
    if now is not None and datetime.fromisoformat(correction.answered_at) > now + CLOCK_TOLERANCE:
        raise Refused("from_the_future", f"answered at {correction.answered_at}, arrived at {answer_time(now)}")


def author_of(identity: str) -> str:
    """The author that an AWS identity stands for: its ARN without the account, at most 128 characters of its end.

    The end names the person: `arn:aws:sts::123456789012:assumed-role/Reviewer/anna` is assumed-role/Reviewer/anna.
    """
    name = identity.split(":", 5)[-1] if identity.startswith("arn:") else identity
    return name[-LONGEST_AUTHOR:]


def answer_time(at: datetime) -> str:
    """The time as corrections hold it (ISO 8601, UTC, milliseconds): text order is time order."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def _in_utc(text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise ValueError
        return answer_time(at)
    except (ValueError, OverflowError):
        raise ValueError("answered_at is no time with an offset, as 2026-01-31T12:00:00.000+00:00") from None
