"""Learns from what was tagged: each hour, it makes an hour of the feature log of its batches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tagging.aws import make_clients
from tagging.feature_log import build_hourly
from tagging.settings import LearnSettings

hourly = build_hourly(LearnSettings.from_env(), make_clients())


def handler(event: Mapping[str, Any], context: Any) -> dict[str, int]:
    """Lambda's entry point, for the event `{"event": "hour"}`; raises HoursFailed, which Lambda counts in `Errors`."""
    if event.get("event") != "hour":
        raise ValueError(f'event must be {{"event": "hour"}}, not {event}')
    return hourly.run(datetime.now(UTC), lambda: context.get_remaining_time_in_millis() / 1000)
