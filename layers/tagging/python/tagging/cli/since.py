"""Reads a time as people give it: a date, a date and time, or how long ago."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import typer

_AGO = re.compile(r"(\d{1,6})([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def since(text: str) -> datetime:
    """`7d`, `12h`, `30m`, `2026-01-31` or `2026-01-31T10:00` (UTC unless it says otherwise); BadParameter if none."""
    ago = _AGO.fullmatch(text)
    try:
        if ago:
            return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise typer.BadParameter(f"{text} is no time: write 7d, 12h, 30m, 2026-01-31 or 2026-01-31T10:00") from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def as_written(at: datetime) -> str:
    """The time as rows hold it, so that text order is time order."""
    return at.isoformat(timespec="milliseconds")
