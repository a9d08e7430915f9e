"""S3 notifications as AWS sends them, installed into moto, whose own lack versions, sequencers and more."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

REGION = "us-east-1"
ACCOUNT = "123456789012"
"""The account of every client of moto."""
_OWNER = "A3NL1KOZZKExample"
_sequence = itertools.count(time.time_ns())


def install() -> None:
    """Patch moto in this process: complete events, and one event per multipart upload instead of two."""
    from moto.s3 import notifications as module

    notifications: Any = module  # Any: its functions are replaced
    send = notifications.send_event

    def send_once(account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
        if not (event_name == "s3:ObjectCreated:Put" and key.multipart is not None):
            send(account_id, event_name, bucket, key)

    notifications.send_event = send_once
    notifications._get_s3_event = _completed(notifications._get_s3_event)
    notifications._get_test_event = _completed_test(notifications._get_test_event)


def _completed(make: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def make_event(event_name: str, bucket: Any, key: Any, notification_id: str) -> dict[str, Any]:
        event = make(event_name, bucket, key, notification_id)
        (record,) = event["Records"]
        record["userIdentity"] = {"principalId": f"AWS:{_OWNER}"}
        record["requestParameters"] = {"sourceIPAddress": "127.0.0.1"}
        record["responseElements"] = {"x-amz-request-id": _request_id(), "x-amz-id-2": _host_id()}
        record["s3"]["bucket"]["ownerIdentity"] = {"principalId": _OWNER}
        stored = record["s3"]["object"]
        stored["key"] = quote_plus(key.name, safe="/*")  # moto encodes slashes, S3 does not
        if key.version_id and key.version_id != "null":
            stored["versionId"] = key.version_id
        stored["sequencer"] = f"{next(_sequence):018X}"
        return event

    return make_event


def _completed_test(make: Callable[[str], dict[str, Any]]) -> Callable[[str], dict[str, Any]]:
    def make_event(bucket_name: str) -> dict[str, Any]:
        return {**make(bucket_name), "RequestId": _request_id(), "HostId": _host_id()}

    return make_event


def _request_id() -> str:
    return secrets.token_hex(8).upper()


def _host_id() -> str:
    return secrets.token_urlsafe(57)
