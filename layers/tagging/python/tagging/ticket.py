"""The ticket: what the ticketing system is told of one item."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class TicketLabel(BaseModel):
    """A label given, with its calibrated probability."""

    model_config = ConfigDict(frozen=True)

    id: str
    head: str
    score: float


class TicketThread(BaseModel):
    """Hashes that tie the mails of one conversation together without naming anybody."""

    model_config = ConfigDict(frozen=True)

    message_id: str | None = None
    in_reply_to: str | None = None


class TicketBundle(BaseModel):
    """The versions of what decided."""

    model_config = ConfigDict(frozen=True)

    encoder: str
    heads: str
    thresholds: str


class Ticket(BaseModel):
    """One message to the ticketing queue. Its consumer upserts by `id`: a copy may arrive more than once."""

    model_config = ConfigDict(frozen=True)

    # The field keeps the name that stands in the message; pydantic's own `schema` is long deprecated.
    schema_: Literal["tagging.ticket/1"] = Field(default="tagging.ticket/1", alias="schema")
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
        return self.model_dump_json(by_alias=True, ensure_ascii=True)
