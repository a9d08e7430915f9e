"""One item's row: what was found, what was found before, and the record of its ticket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct
from msgspec.structs import asdict, replace

from tagging.intake import Inline, Source, StoredObject
from tagging.quarantine import Quarantine
from tagging.store.revision import Revision
from tagging.store.row_codec import pack, unpack

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    Attributes = dict[str, AttributeValueTypeDef]

TicketState = Literal["none", "pending", "sent"]
FORGOTTEN = "forgotten"
"""Reason of the row that stands where an item was erased: whatever comes of the item later changes nothing."""
_BY_ITSELF = ("tagged_at", "labels", "review", "quarantine")
"""What of a row's revision is an attribute: the indexes show it."""


class Row(Struct, frozen=True):
    """What is kept of one item under its id; the idempotency record and the ticket's content in one."""

    id: str
    kind: str
    source: Mapping[str, str]
    attempt: str
    """Token of the attempt that wrote the row last: what every update is conditional on."""
    revision: Revision
    input_hash: str | None = None
    ticket: TicketState = "none"
    ticket_body: str | None = None
    earlier: tuple[Revision, ...] = ()
    """Revisions before this one, oldest first, without their scores."""
    spam: bool = False
    """SES holds the item for spam; it is tagged all the same."""
    expires_at: int | None = None
    """From when DynamoDB may delete the row, in seconds since 1970; None keeps it."""

    @property
    def forgotten(self) -> bool:
        """Whether the item was erased: nothing is kept of it but that."""
        return self.revision.quarantine is not None and self.revision.quarantine.reason == FORGOTTEN

    def erased(self, at: str, attempt: str) -> Row:
        """What stays of the row once its item is forgotten: its id, its kind, and whether a ticket was sent."""
        revision = Revision(at, self.revision.bundle, quarantine=Quarantine(FORGOTTEN))
        return Row(self.id, self.kind, {}, attempt, revision, ticket="sent" if self.ticket == "sent" else "none")

    def revised(self, by: Row) -> Row:
        """This row with `by`'s outcome as its revision; a ticket once due or sent stays as it is."""
        keep = self.ticket != "none"
        return replace(
            self,
            attempt=by.attempt,
            revision=by.revision,
            input_hash=self.input_hash or by.input_hash,
            earlier=(*self.earlier, replace(self.revision, scores=None)),  # a row may hold 400 KB
            ticket=self.ticket if keep else by.ticket,
            ticket_body=self.ticket_body if keep else by.ticket_body,
            spam=self.spam or by.spam,
            expires_at=by.expires_at,
        )

    def to_attributes(self) -> Attributes:
        """The row as DynamoDB takes it: what is asked for by itself as attributes, all else packed in one, `record`."""
        found: Attributes = {
            "id": {"S": self.id},
            "kind": {"S": self.kind},
            "attempt": {"S": self.attempt},
            "ticket": {"S": self.ticket},
            "tagged_at": {"S": self.revision.tagged_at},
            "labels": {"L": [{"S": label} for label in self.revision.labels]},
            "review": {"BOOL": self.revision.review},
            "record": {"B": pack(self._record())},
        }
        shard = sum(self.id.encode()) % SHARDS
        if not self.forgotten:
            found["day_shard"] = {"S": f"{self.revision.tagged_at[:10]}#{shard}"}
        if (why := self.revision.quarantine) is not None:
            found["quarantine"] = {"M": {name: {"S": value} for name, value in asdict(why).items()}}
            if not self.forgotten:
                found["indexed_label"] = {"S": quarantine_shards()[shard]}
        if self.spam:
            found["spam"] = {"BOOL": True}
        if self.expires_at is not None:
            found["expires_at"] = {"N": str(self.expires_at)}
        return found

    @classmethod
    def from_attributes(cls, given: Mapping[str, Any]) -> Row:
        """The row that `to_attributes` wrote; a KeyError names what is missing."""
        record, why = unpack(given["record"]["B"]), given.get("quarantine")
        revision = record["revision"] | {
            "tagged_at": given["tagged_at"]["S"],
            "labels": [each["S"] for each in given["labels"]["L"]],
            "review": given["review"]["BOOL"],
            "quarantine": why and {name: value["S"] for name, value in why["M"].items()},
        }
        return cls(
            id=given["id"]["S"],
            kind=given["kind"]["S"],
            source=record["source"],
            attempt=given["attempt"]["S"],
            revision=Revision.from_fields(revision),
            input_hash=record.get("input_hash"),
            ticket=given["ticket"]["S"],
            ticket_body=record.get("ticket_body"),
            earlier=tuple(Revision.from_fields(each) for each in record.get("earlier", ())),
            spam="spam" in given,
            expires_at=int(given["expires_at"]["N"]) if "expires_at" in given else None,
        )

    def _record(self) -> dict[str, Any]:
        """What no condition and no index reads, as JSON takes it; what is not there is left out."""
        rest = {name: value for name, value in self.revision.to_fields().items() if name not in _BY_ITSELF}
        found: dict[str, Any] = {"source": dict(self.source), "revision": rest}
        if self.earlier:
            found["earlier"] = [each.to_fields() for each in self.earlier]
        if self.input_hash is not None:
            found["input_hash"] = self.input_hash
        if self.ticket_body is not None:
            found["ticket_body"] = self.ticket_body
        return found


SHARDS = 8
"""Partitions of one day in the index by day: spreads the writes, and is how many queries list a day."""


def day_shards(day: str) -> tuple[str, ...]:
    """The index keys that together hold one day (`2026-01-31`)."""
    return tuple(f"{day}#{shard}" for shard in range(SHARDS))


def quarantine_shards() -> tuple[str, ...]:
    """The keys under which the index by label lists what is quarantined; `#` stands in no label's id."""
    return tuple(f"quarantine#{shard}" for shard in range(SHARDS))


def source_fields(source: Source) -> dict[str, str]:
    """What the row says of where its item came from."""
    if isinstance(source, Inline):
        return {"message": source.id}
    fields = {"bucket": source.bucket, "key": source.key}
    optional = {"version": source.version, "etag": source.etag, "sequencer": source.sequencer}
    return fields | {name: value for name, value in optional.items() if value}


def stored_object(fields: Mapping[str, str]) -> StoredObject | None:
    """The object that a row came from; None for inline text."""
    if "bucket" not in fields:
        return None
    return StoredObject(
        fields["bucket"],
        fields["key"],
        version=fields.get("version"),
        etag=fields.get("etag"),
        sequencer=fields.get("sequencer"),
    )
