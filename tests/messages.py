"""Message bodies as S3 and senders put them on an intake queue."""

from __future__ import annotations

import json
from typing import Any

from tagging.intake.source import StoredObject


def notification(stored: StoredObject, **changes: Any) -> str:
    """S3's notification of one version; `changes` replaces fields of its object."""
    described = {
        "key": stored.key,
        "size": 10,
        "eTag": stored.etag or "e",
        "versionId": stored.version,
        "sequencer": "01",
    }
    s3 = {"bucket": {"name": stored.bucket}, "object": described | changes}
    return json.dumps({"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": s3}]})


def inline(item_id: str, text: str, **more: Any) -> str:
    """Our own message with inline text."""
    return json.dumps({"schema": "tagging.item/1", "id": item_id, "kind": "text", "text": text} | more)


def pointer(stored: StoredObject, kind: str, **more: Any) -> str:
    """Our own message about one version, or about the newest one at the time of reading."""
    located = {"bucket": stored.bucket, "key": stored.key} | ({"version": stored.version} if stored.version else {})
    return json.dumps({"schema": "tagging.item/1", "kind": kind, "object": located} | more)
