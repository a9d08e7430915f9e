"""Corrections and queue entries that tests change in one field or two."""

from __future__ import annotations

import json
from typing import Any

from tagging.corrections import Correction, ReviewEntry
from tagging.model import BundleVersion

BUNDLE = BundleVersion("e" * 12, "h" * 12, "t" * 12)
SENT_MS = 1790000000000
"""When a message arrived: 2026-09-21T14:13:20 UTC."""
ANSWERED = "2026-09-21T14:13:00.000+00:00"


def correction(**fields: Any) -> Correction:
    """Anna says that mail-1 asks for a refund."""
    chosen = {"item": "mail-1", "author": "anna", "answered_at": ANSWERED, "source": "cli", "yes": ("refund",)}
    return Correction(**{**chosen, **fields})


def complete(**fields: Any) -> Correction:
    """Anna looked at both labels, which were not shown as ticked."""
    return correction(**{"asked": ("refund", "payment"), "complete": True, "blind": True, **fields})


def entry(**fields: Any) -> ReviewEntry:
    """A review of mail-1 that measures."""
    chosen = {
        "item": "mail-1",
        "kind": "mail",
        "encoder": "e" * 12,
        "generation": 3,
        "version": "a" * 12,
        "decided_at": "2026-09-20T09:00:00.000+00:00",
        "drawn_at": "2026-09-20T10:20:00.000+00:00",
        "purpose": "measure",
        "reason": "sample",
        "chance": 0.02,
    }
    return ReviewEntry(**{**chosen, **fields})


def sqs_event(*bodies: str | Correction, sent_ms: int = SENT_MS) -> dict[str, Any]:
    """The event of a batch; ids of messages count from 0."""
    texts = [each if isinstance(each, str) else each.to_body() for each in bodies]
    attributes = {"SentTimestamp": str(sent_ms), "SenderId": "AROA:anna"}
    return {
        "Records": [
            {"eventSource": "aws:sqs", "messageId": str(number), "body": body, "attributes": attributes}
            for number, body in enumerate(texts)
        ]
    }


def as_json(correction: Correction, **fields: Any) -> str:
    """The message of a correction with other fields, valid or not."""
    return json.dumps({**json.loads(correction.to_body()), **fields})
