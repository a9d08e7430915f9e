"""Notices of SES: mails that it received, with the mail or a pointer to it, and reports about mails that were sent."""

from __future__ import annotations

import base64
import re
from typing import Any

from tagging.intake.source import RawMail, StoredObject, content_hash
from tagging.quarantine import Quarantined

_RECEIVED = "Received"
_SUBSCRIBED = "AmazonSnsSubscriptionSucceeded"
"""SES writes it once, when a topic is set."""
_MESSAGE_ID = re.compile(r"[A-Za-z0-9._-]{1,96}")
_SETUP_TEXT = "Successfully validated SNS topic for Amazon"


def is_ses_notice(body: dict[str, Any]) -> bool:
    """Whether a message is a notice of SES, whatever it reports."""
    return isinstance(body.get("notificationType", body.get("eventType")), str) and ("mail" in body or is_setup(body))


def is_setup(body: object) -> bool:
    """Whether SES only reports that a topic was set up."""
    if isinstance(body, str):
        return body.startswith(_SETUP_TEXT)
    return isinstance(body, dict) and body.get("notificationType") == _SUBSCRIBED


def read_ses_notice(notice: dict[str, Any]) -> RawMail | StoredObject:
    """The mail that a notice of a received mail contains or points to.

    Raises Quarantined: `sending_notice` for reports about sent mails, `no_content` for a mail that is not there,
    `virus` for a mail in which SES found one. Raises KeyError, TypeError, AttributeError or ValueError for a notice
    that SES does not send.
    """
    if notice.get("notificationType") != _RECEIVED:
        raise Quarantined("sending_notice")
    receipt = notice.get("receipt") or {}
    action = receipt.get("action") or {}
    if (receipt.get("virusVerdict") or {}).get("status") == "FAIL":
        raise Quarantined("virus")
    content = notice.get("content")
    if isinstance(content, str) and content:
        data = _mail(content, action.get("encoding"))
        id = notice["mail"].get("messageId")
        known = isinstance(id, str) and _MESSAGE_ID.fullmatch(id)
        return RawMail(f"ses-{id if known else content_hash(data)}", data)
    if action.get("type") == "S3":
        return StoredObject.checked(
            bucket=action["bucketName"], key=action["objectKey"], version=None, etag=None, sequencer=None, size=None
        )
    raise Quarantined("no_content")


def _mail(content: str, encoding: object) -> bytes:
    """The bytes of the mail; a text with a colon, as each header has, is not base64 whatever the notice declares."""
    if encoding != "UTF8" and ":" not in content:
        return base64.b64decode("".join(content.split()), validate=True)
    return content.encode("utf-8", "surrogatepass")
