"""Learns from what was tagged: hours of the feature log, and from them summaries, reviews, estimates and drift."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from tagging.aws import make_clients
from tagging.quality import build_learning
from tagging.settings import LearnSettings

learning = build_learning(LearnSettings.from_env(), make_clients())


def handler(event: Mapping[str, Any], context: Any) -> dict[str, int]:
    """Lambda's entry point, for the event `{"event": "hour"}`; raises HoursFailed, which Lambda counts in `Errors`."""
    if event.get("event") != "hour":
        raise ValueError(f'event must be {{"event": "hour"}}, not {event}')
    done = learning.run(datetime.now(UTC), lambda: context.get_remaining_time_in_millis() / 1000)
    return msgspec.structs.asdict(done)
