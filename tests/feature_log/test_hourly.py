"""The hourly run makes all hours that are due, and says at the end what it could not make."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from tagging.feature_log.batch import pack_batch
from tagging.feature_log.hourly import RESERVE_S, HourlyRun, HoursFailed
from tagging.feature_log.keys import HourKey
from tagging.feature_log.storage import LogStore
from tagging.telemetry.logs import make_logger
from tests.feature_log.test_compaction import ENDED, batch, entry

HOURS = [
    HourKey("mail", "e" * 12, "2026-01-31/22"),
    HourKey("mail", "e" * 12, "2026-01-31/23"),
    HourKey("mail", "f" * 12, "2026-01-31/23"),
    HourKey("image", "9" * 12, "2026-01-31/21"),
]
LATER = ENDED + timedelta(hours=1)


def put(store: LogStore, hour: HourKey, content: bytes = pack_batch(batch(entry("a")))) -> None:
    store.put_batch(f"{hour.batches}{1:016x}", content)


def run(store: LogStore, now: datetime = LATER, remaining_s: Callable[[], float] = lambda: 900.0) -> dict[str, int]:
    return HourlyRun(store, make_logger("learn", "INFO"), ThreadPoolExecutor(2)).run(now, remaining_s)


def made(store: LogStore) -> list[HourKey]:
    return [hour for hour in HOURS if store.read_hour(hour) is not None]


def test_hours_of_all_kinds_and_encoders_are_made_once(store: LogStore) -> None:
    for hour in HOURS:
        put(store, hour)
    assert run(store) == {"hours": 4, "written": 4}
    assert made(store) == HOURS
    assert run(store) == {"hours": 4, "written": 0}


def test_after_an_outage_a_run_makes_all_that_was_missed(store: LogStore) -> None:
    for hour in HOURS:
        put(store, hour)
    assert run(store, ENDED + timedelta(days=13)) == {"hours": 4, "written": 4}


def test_a_stage_without_batches_has_nothing_to_do(store: LogStore) -> None:
    assert run(store) == {"hours": 0, "written": 0}


def test_an_hour_that_cannot_be_made_stops_no_other_and_the_run_fails_at_its_end(
    store: LogStore, caplog: pytest.LogCaptureFixture
) -> None:
    put(store, HOURS[0], b"tagging.batch/9")
    put(store, HOURS[1], b"tagging.batch/1\x92")
    for hour in HOURS[2:]:
        put(store, hour)
    with pytest.raises(HoursFailed, match=r"^2 of 4 hours could not be made, or only of some of their batches$"):
        run(store)
    assert made(store) == HOURS[1:]
    newer, damaged = (vars(record) for record in caplog.records if record.levelname == "ERROR")
    assert (newer["hour"], newer["type"]) == ("2026-01-31/22", "NewerFormat")
    assert damaged["batches"] == (f"{HOURS[1].batches}{1:016x}",)


def test_a_run_that_has_no_time_left_says_how_many_hours_wait(store: LogStore) -> None:
    for hour in HOURS:
        put(store, hour)
    left = iter([900.0, RESERVE_S - 1])
    with pytest.raises(HoursFailed, match=r"^3 hours wait for the next run, since 2026-01-31/23; 0 were not made$"):
        run(store, remaining_s=lambda: next(left))
    assert made(store) == HOURS[:1]
    assert run(store)["written"] == 3
