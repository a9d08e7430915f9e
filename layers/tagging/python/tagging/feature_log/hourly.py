"""The hourly run: makes the hours that are due, of all kinds and encoders."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime
from itertools import chain
from typing import Final

from msgspec import Struct

from tagging.aws import AwsError
from tagging.feature_log.compactor import Busy, due_hours, renew_hour
from tagging.feature_log.errors import LogError
from tagging.feature_log.keys import HourKey
from tagging.feature_log.storage import LogStore
from tagging.kinds import KINDS
from tagging.telemetry import Logger, describe

RESERVE_S: Final = 120.0
"""Seconds that a run keeps for the hour that it has begun."""


class HoursFailed(Exception):
    """Hours could not be made, or only of some of their batches; the text counts them, and the log names them."""


class HourlyRun(Struct, frozen=True):
    """Runs on a schedule. What one run does not finish, the next one does."""

    store: LogStore
    logger: Logger
    executor: Executor

    def run(self, now: datetime, remaining_s: Callable[[], float]) -> dict[str, int]:
        """Make the hours that are due; the number of those looked at and written.

        `remaining_s`: seconds until the function is stopped. Raises HoursFailed, after all that could be done.
        """
        hours = chain.from_iterable(due_hours(self.store, kind.name, now) for kind in KINDS.values())
        looked = written = failed = 0
        for key in hours:
            if remaining_s() < RESERVE_S:
                waiting = 1 + sum(1 for _ in hours)
                raise HoursFailed(f"{waiting} hours wait for the next run, since {key.hour}; {failed} were not made")
            looked += 1
            try:
                renewal = renew_hour(self.store, key, self.executor)
            except (LogError, Busy, *AwsError) as error:
                failed += 1
                self.logger.error("hour not made", extra={**_names(key), **describe(error)})
                continue
            written += renewal.written
            if renewal.written:
                self.logger.info("hour made", extra=_names(key))
            if renewal.unreadable:
                failed += 1
                extra = {**_names(key), "batches": renewal.unreadable}
                self.logger.error("hour made without batches that cannot be read", extra=extra)
        if failed:
            raise HoursFailed(f"{failed} of {looked} hours could not be made, or only of some of their batches")
        return {"hours": looked, "written": written}


def _names(key: HourKey) -> dict[str, str]:
    return {"kind": key.kind, "encoder": key.encoder, "hour": key.hour}
