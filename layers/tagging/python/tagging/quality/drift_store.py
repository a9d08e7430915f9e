"""The drift report of a kind, and who acknowledged what, in the bucket of the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec
from msgspec.structs import replace

from tagging.feature_log import Busy, LogStore
from tagging.quality.drift_report import DriftReport
from tagging.quality.drift_states import Acknowledgement, DriftState
from tagging.quality.plan_renewal import time_of

Acknowledged = dict[str, Acknowledgement]
"""By label or input."""

_TRIES: Final = 5


class NothingDrifted(ValueError):
    """There is nothing to acknowledge; the message says what there is instead."""


def read_drift(store: LogStore, kind: str) -> DriftReport | None:
    """The last report, with what was acknowledged since. Raises botocore's errors."""
    report, _ = read_report(store, kind)
    return None if report is None else with_acknowledged(report, read_acknowledged(store, kind))


def read_acknowledged(store: LogStore, kind: str) -> Acknowledged:
    """Who acknowledged which drift, by label or input."""
    return _read_acknowledged(store, kind)[0]


def acknowledge(store: LogStore, kind: str, name: str, by: str, why: str, now: datetime) -> DriftState:
    """Acknowledge the drift of a label or an input: its level from then on is the new reference.

    Raises NothingDrifted, Busy, and botocore's errors.
    """
    report = read_drift(store, kind)
    states = {} if report is None else {**report.inputs, **report.labels}
    state = states.get(name)
    if state is None or state.state != "drifted":
        drifted = ", ".join(name for name, each in states.items() if each.is_news)
        raise NothingDrifted(f"{name} has not drifted" + (f"; what has: {drifted}" if drifted else ""))
    if state.acknowledged is not None:
        raise NothingDrifted(f"{state.acknowledged.by} acknowledged {name} at {state.acknowledged.at}")
    done = Acknowledgement(by, time_of(now), why, state.since or "")
    for _ in range(_TRIES):
        acknowledged, etag = _read_acknowledged(store, kind)
        content = msgspec.json.encode({**acknowledged, name: done})
        if store.replace_object(_acknowledged_key(kind), content, etag):
            return replace(state, acknowledged=done)
    raise Busy(f"others kept changing {_acknowledged_key(kind)}")


def with_acknowledged(report: DriftReport, acknowledged: Mapping[str, Acknowledgement]) -> DriftReport:
    """The report with what was acknowledged after it was made."""

    def seen(states: Mapping[str, DriftState]) -> dict[str, DriftState]:
        later = {name: each for name, each in acknowledged.items() if each.at >= report.made_at}
        return {
            name: replace(each, acknowledged=later[name]) if each.is_news and name in later else each
            for name, each in states.items()
        }

    return replace(report, labels=seen(report.labels), inputs=seen(report.inputs))


def forget_drifted(store: LogStore, kind: str, item: str) -> None:
    """Take an item's id out of the report. Raises Busy, and botocore's errors."""
    for _ in range(_TRIES):
        report, etag = read_report(store, kind)
        if report is None or not any(item in each.items for each in (*report.labels.values(), *report.inputs.values())):
            return
        labels, inputs = (_without(states, item) for states in (report.labels, report.inputs))
        content = msgspec.json.encode(replace(report, labels=labels, inputs=inputs))
        if store.replace_object(report_key(kind), content, etag):
            return
    raise Busy(f"others kept changing {report_key(kind)}")


def read_report(store: LogStore, kind: str) -> tuple[DriftReport | None, str | None]:
    """The last report as it was made, and its ETag; a damaged one is made again."""
    found = store.read_object(report_key(kind))
    if found is None:
        return None, None
    try:
        return msgspec.json.decode(found.content, type=DriftReport), found.etag
    except msgspec.MsgspecError:
        return None, found.etag


def report_key(kind: str) -> str:
    """Key of the report."""
    return f"drift/{kind}.json"


def _acknowledged_key(kind: str) -> str:
    return f"drift/{kind}/acknowledged.json"


def _read_acknowledged(store: LogStore, kind: str) -> tuple[Acknowledged, str | None]:
    found = store.read_object(_acknowledged_key(kind))
    return ({}, None) if found is None else (msgspec.json.decode(found.content, type=Acknowledged), found.etag)


def _without(states: Mapping[str, DriftState], item: str) -> dict[str, DriftState]:
    return {
        name: replace(each, items=tuple(other for other in each.items if other != item))
        for name, each in states.items()
    }
