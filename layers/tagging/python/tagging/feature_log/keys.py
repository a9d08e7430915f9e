"""Keys of the feature log: each holds the encoder's version, so that features of two encoders are never mixed."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct

from tagging.feature_log.errors import LogError
from tagging.kinds import Kind

_REFERENCE: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)-([0-9a-f]{16})")
_HOUR: Final = "%Y-%m-%d/%H"


class HourKey(Struct, frozen=True, order=True):
    """One hour of one kind and encoder."""

    kind: Kind
    encoder: str
    """Version of the encoder."""
    hour: str
    """`2026-01-31/23`, UTC."""

    @property
    def start(self) -> datetime:
        """When the hour begins."""
        return datetime.strptime(self.hour, _HOUR).replace(tzinfo=UTC)

    @property
    def batches(self) -> str:
        """The keys of the hour's batches begin with this."""
        return f"{batches_prefix(self.kind, self.encoder)}{self.hour}/"

    @property
    def decisions(self) -> str:
        """Key of the hour's decisions."""
        return f"{hours_prefix(self.kind, self.encoder)}{self.hour}.decisions"

    def items(self, inputs: str) -> str:
        """Key of the hour's items, as made of these inputs: see `Hour.inputs`."""
        return f"{hours_prefix(self.kind, self.encoder)}{self.hour}.{inputs}.items"


class Attempt(Struct, frozen=True):
    """One attempt at a batch: the hour of its start and a random token, which name its object."""

    hour: str
    token: str
    """16 hexadecimal digits."""

    @classmethod
    def begun(cls, at: datetime) -> Attempt:
        """An attempt that begins at this time (UTC)."""
        return cls(at.strftime(_HOUR), secrets.token_hex(8))

    @property
    def reference(self) -> str:
        """How a row names it: `2026013123-0123456789abcdef`."""
        return f"{self.hour.replace('-', '').replace('/', '')}-{self.token}"

    def hour_key(self, kind: Kind, encoder: str) -> HourKey:
        """The hour that it belongs to."""
        return HourKey(kind, encoder, self.hour)

    def key(self, kind: Kind, encoder: str) -> str:
        """Key of its object."""
        return self.hour_key(kind, encoder).batches + self.token


def parse_reference(reference: str) -> Attempt:
    """The inverse of `Attempt.reference`. Raises LogError."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise LogError(f"{reference!r} names no batch of the feature log")
    year, month, day, hour, token = match.groups()
    return Attempt(f"{year}-{month}-{day}/{hour}", token)


def batches_prefix(kind: Kind, encoder: str) -> str:
    """The keys of all batches of a kind and encoder begin with this."""
    return f"features/{kind}/{encoder}/"


def hours_prefix(kind: Kind, encoder: str) -> str:
    """The keys of all hours of a kind and encoder begin with this."""
    return f"hours/{kind}/{encoder}/"


def hours_between(kind: Kind, encoder: str, since: datetime, until: datetime) -> list[HourKey]:
    """The hours that have a part in the time from `since` to before `until`, in order."""
    start = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    count = max(0, -((start - until) // timedelta(hours=1)))
    return [HourKey(kind, encoder, (start + timedelta(hours=each)).strftime(_HOUR)) for each in range(count)]
