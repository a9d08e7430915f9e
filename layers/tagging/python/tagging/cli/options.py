"""Options that several commands have, and how a time is read."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer


def reach_stage(stage: str) -> str:
    """Let clients find the local cloud that `tagging local` keeps running; BadParameter where none runs."""
    if stage == LOCAL and "AWS_ENDPOINT_URL" not in os.environ:
        from tagging.local import client_environment, find_clone, running_endpoint

        clone = find_clone()
        endpoint = running_endpoint(clone) if clone is not None else None
        if endpoint is None:
            raise typer.BadParameter("no local cloud runs: start one with `tagging local`, in another terminal")
        os.environ.pop("AWS_PROFILE", None)
        os.environ.update(client_environment(endpoint))
    return stage


LOCAL = "local"
Stage = Annotated[
    str,
    typer.Option(
        help="Which stage: the stack tagging-STAGE, or local, which `tagging local` runs.", callback=reach_stage
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, nothing else.")]

_AGO = re.compile(r"(\d{1,6})([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def parse_time(text: str) -> datetime:
    """`7d`, `12h`, `30m`, `2026-01-31` or `2026-01-31T10:00` (UTC by default); BadParameter for anything else."""
    ago = _AGO.fullmatch(text)
    try:
        if ago:
            return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        time = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise typer.BadParameter(f"{text} is not a time: write 7d, 12h, 30m, 2026-01-31 or 2026-01-31T10:00") from None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
