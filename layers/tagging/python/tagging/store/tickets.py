"""The ticket: the message about one item to the ticketing system."""

from __future__ import annotations

import json
from typing import Literal

import msgspec
from msgspec import Struct


class TicketLabel(Struct, frozen=True):
    """An assigned label with its calibrated probability."""

    id: str
    head: str
    score: float


class TicketThread(Struct, frozen=True):
    """Hashes that link the mails of one conversation without naming anybody."""

    message_id: str | None = None
    in_reply_to: str | None = None


class TicketBundle(Struct, frozen=True):
    """The version of the bundle that assigned the labels."""

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
    """A person should look at it: do not act on the labels alone."""
    input_hash: str
    auto: bool
    """Sent by a machine: nobody should answer it."""
    thread: TicketThread
    bundle: TicketBundle
    unproven: list[str] = []
    """Ids of the assigned labels that missed their objective in training."""
    review_reasons: list[str] = []
    """Why a person should look; empty if `review` is false."""

    def to_body(self) -> str:
        """The message body: ASCII, because SQS refuses some characters; the same bytes for the same ticket."""
        return json.dumps(msgspec.to_builtins(self), separators=(",", ":"))
