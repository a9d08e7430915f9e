"""Quality reports in the bucket of the log: the latest of each kind, and the last one of each day."""

from __future__ import annotations

import msgspec

from tagging.feature_log import LogStore
from tagging.quality.quality_report import QualityReport


def write_quality(store: LogStore, report: QualityReport) -> None:
    """Write a report as the latest one and as that of its day. Raises botocore's errors."""
    content = msgspec.json.encode(report)
    for key in (_latest(report.kind), _of_day(report.kind, report.made_at[:10])):
        store.put_batch(key, content)


def read_quality(store: LogStore, kind: str) -> QualityReport | None:
    """The latest report; None before the first one.

    Raises msgspec.MsgspecError for a damaged one, and botocore's errors.
    """
    return _read(store, _latest(kind))


def read_quality_day(store: LogStore, kind: str, day: str) -> QualityReport | None:
    """The last report of a day (`2026-01-31`, UTC). Raises as `read_quality` does."""
    return _read(store, _of_day(kind, day))


def _latest(kind: str) -> str:
    return f"quality/{kind}.json"


def _of_day(kind: str, day: str) -> str:
    return f"quality/{kind}/{day}.json"


def _read(store: LogStore, key: str) -> QualityReport | None:
    found = store.read_object(key)
    return None if found is None else msgspec.json.decode(found.content, type=QualityReport)
