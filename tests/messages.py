"""Message bodies as S3 and senders put them on an intake queue."""

from __future__ import annotations

import json
from typing import Any

from tagging.intake.source import StoredObject


def notification(stored: StoredObject, **about: Any) -> str:
    """What S3 tells of one version; `about` changes fields of its object."""
    told = {"key": stored.key, "size": 10, "eTag": stored.etag or "e", "versionId": stored.version, "sequencer": "01"}
    s3 = {"bucket": {"name": stored.bucket}, "object": told | about}
    return json.dumps({"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": s3}]})


def inline(item_id: str, text: str, **more: Any) -> str:
    """Text in the message itself."""
    return json.dumps({"schema": "tagging.item/1", "id": item_id, "kind": "text", "text": text} | more)


def pointer(stored: StoredObject, kind: str, **more: Any) -> str:
    """Our own message about one version, or about what is there when it is read."""
    named = {"bucket": stored.bucket, "key": stored.key} | ({"version": stored.version} if stored.version else {})
    return json.dumps({"schema": "tagging.item/1", "kind": kind, "object": named} | more)
