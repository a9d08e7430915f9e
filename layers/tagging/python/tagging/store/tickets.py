"""The ticket: what the ticketing system is told of one item."""

from __future__ import annotations

import json
from typing import Literal

import msgspec
from msgspec import Struct


class TicketLabel(Struct, frozen=True):
    """A label given, with its calibrated probability."""

    id: str
    head: str
    score: float


class TicketThread(Struct, frozen=True):
    """Hashes that tie the mails of one conversation together without naming anybody."""

    message_id: str | None = None
    in_reply_to: str | None = None


class TicketBundle(Struct, frozen=True):
    """The versions of what decided."""

    encoder: str
    heads: str
    thresholds: str


class Ticket(Struct, frozen=True, kw_only=True):
    """One message to the ticketing queue. Its consumer upserts by `id`: a copy may arrive more than once."""

    schema: Literal["tagging.ticket/1"] = "tagging.ticket/1"
    id: str
    kind: str
    source: dict[str, str]
    tagged_at: str
    labels: list[TicketLabel]
    routes: list[str]
    review: bool
    """A person should look: the labels are not to be acted on alone."""
    input_hash: str
    auto: bool
    """Sent by a machine: nobody should answer it."""
    thread: TicketThread
    bundle: TicketBundle
    unproven: list[str] = []
    """Ids of the labels that did not reach what the taxonomy asks of them when they were learned."""

    def to_body(self) -> str:
        """The message's text; the same ticket is always the same bytes, of ASCII: SQS refuses some other characters."""
        return json.dumps(msgspec.to_builtins(self), separators=(",", ":"))
