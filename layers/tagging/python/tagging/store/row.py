"""The row of one item: its current and earlier revisions, and the state and content of its outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct, to_builtins
from msgspec.structs import asdict, replace

from tagging.intake import Inline, RawMail, RawMessage, RowId, Source, StoredObject
from tagging.quarantine import Quarantine, Reason
from tagging.store.output import TICKET, Output, OutputState, output_names, state_attribute
from tagging.store.revision import Revision
from tagging.store.row_codec import pack, unpack

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    Attributes = dict[str, AttributeValueTypeDef]

FORGOTTEN: Reason = "forgotten"
"""Quarantine reason of an erased item's row, which no later delivery changes."""
_REVISION_ATTRIBUTES = ("tagged_at", "labels", "review", "quarantine")
"""Fields of the revision that are attributes, because indexes project them."""


class Row(Struct, frozen=True):
    """The record of one item under its id: labels, idempotency record and output contents in one."""

    id: str
    kind: str
    source: Mapping[str, str]
    attempt: str
    """Token of the attempt that last wrote the row; every update is conditional on it."""
    revision: Revision
    input_hash: str | None = None
    outputs: Mapping[str, Output] = {}
    """The outputs that are or were due, by name."""
    earlier: tuple[Revision, ...] = ()
    """Earlier revisions without scores and what was left out, oldest first."""
    spam: bool = False
    """SES classified the item as spam; it is tagged all the same."""
    expires_at: int | None = None
    """Time from which DynamoDB may delete the row, in seconds since 1970; None: never."""
    probe: bool = False
    """The item proves that the flow is alive; its row is in no index and expires after a day."""

    @property
    def ticket(self) -> OutputState:
        """State of the ticket."""
        return self.state(TICKET)

    @property
    def ticket_body(self) -> str | None:
        """Content of the ticket."""
        return self.outputs[TICKET].content if TICKET in self.outputs else None

    def to_document(self) -> dict[str, Any]:
        """The row as commands print it in JSON: the ticket's state and content are fields beside the other outputs."""
        document: dict[str, Any] = to_builtins(self)
        if not self.probe:
            del document["probe"]
        others = {name: output for name, output in document.pop("outputs").items() if name != TICKET}
        document |= {"ticket": self.ticket, "ticket_body": self.ticket_body}
        return document | {"outputs": others} if others else document

    def state(self, output: str) -> OutputState:
        """State of an output by its name."""
        return self.outputs[output].state if output in self.outputs else "none"

    @property
    def state_attributes(self) -> dict[str, OutputState]:
        """The states of all outputs by attribute; the ticket's is always there."""
        return {state_attribute(name): self.state(name) for name in (TICKET, *self.outputs)}

    @property
    def forgotten(self) -> bool:
        """Whether the item was erased."""
        return self.revision.quarantine is not None and self.revision.quarantine.reason == FORGOTTEN

    def erased(self, at: str, attempt: str) -> Row:
        """The row of the item after erasure: only id, kind, and which outputs were sent."""
        revision = Revision(at, self.revision.bundle, quarantine=Quarantine(FORGOTTEN))
        sent = {name: Output("sent") for name, output in self.outputs.items() if output.state == "sent"}
        return Row(self.id, self.kind, {}, attempt, revision, outputs=sent)

    def revised(self, by: Row, changed: Mapping[str, Output] = {}) -> Row:
        """This row with the revision of `by`; pending and sent outputs stay as they are, but for the `changed` ones."""
        return replace(
            self,
            attempt=by.attempt,
            revision=by.revision,
            input_hash=self.input_hash or by.input_hash,
            earlier=(*self.earlier, replace(self.revision, scores=None, left_out={})),  # a row may hold 400 KB
            outputs={**by.outputs, **self.outputs, **changed},
            spam=self.spam or by.spam,
            expires_at=by.expires_at,
        )

    def to_attributes(self) -> Attributes:
        """The row as DynamoDB attributes; fields that no query uses are compressed into `record`."""
        attributes: Attributes = {
            "id": {"S": self.id},
            "kind": {"S": self.kind},
            "attempt": {"S": self.attempt},
            "tagged_at": {"S": self.revision.tagged_at},
            "labels": {"L": [{"S": label} for label in self.revision.labels]},
            "review": {"BOOL": self.revision.review},
            "record": {"B": pack(self._record())},
        }
        for name, state in self.state_attributes.items():
            attributes[name] = {"S": state}
        shard = sum(self.id.encode()) % SHARDS
        listed = not (self.forgotten or self.probe)
        if listed:
            attributes["day_shard"] = {"S": f"{self.revision.tagged_at[:10]}#{shard}"}
        if (quarantine := self.revision.quarantine) is not None:
            attributes["quarantine"] = {"M": {name: {"S": value} for name, value in asdict(quarantine).items()}}
            if listed:
                attributes["indexed_label"] = {"S": quarantine_shards()[shard]}
        if self.spam:
            attributes["spam"] = {"BOOL": True}
        if self.probe:
            attributes["probe"] = {"BOOL": True}
        if self.expires_at is not None:
            attributes["expires_at"] = {"N": str(self.expires_at)}
        return attributes

    @classmethod
    def from_attributes(cls, attributes: Mapping[str, Any]) -> Row:
        """The inverse of `to_attributes`; a KeyError names a missing attribute."""
        record, quarantine = unpack(attributes["record"]["B"]), attributes.get("quarantine")
        revision = record["revision"] | {
            "tagged_at": attributes["tagged_at"]["S"],
            "labels": [each["S"] for each in attributes["labels"]["L"]],
            "review": attributes["review"]["BOOL"],
            "quarantine": quarantine and {name: value["S"] for name, value in quarantine["M"].items()},
        }
        return cls(
            id=attributes["id"]["S"],
            kind=attributes["kind"]["S"],
            source=record["source"],
            attempt=attributes["attempt"]["S"],
            revision=Revision.from_fields(revision),
            input_hash=record.get("input_hash"),
            outputs={
                name: Output(state, record.get(f"{name}_body"))
                for name in output_names(attributes)
                if (state := attributes[state_attribute(name)]["S"]) != "none"
            },
            earlier=tuple(Revision.from_fields(each) for each in record.get("earlier", ())),
            spam="spam" in attributes,
            probe="probe" in attributes,
            expires_at=int(attributes["expires_at"]["N"]) if "expires_at" in attributes else None,
        )

    def _record(self) -> dict[str, Any]:
        """The fields that no condition and no index uses, as JSON data; absent values are omitted."""
        rest = {name: value for name, value in self.revision.to_fields().items() if name not in _REVISION_ATTRIBUTES}
        record: dict[str, Any] = {"source": dict(self.source), "revision": rest}
        if self.earlier:
            record["earlier"] = [each.to_fields() for each in self.earlier]
        if self.input_hash is not None:
            record["input_hash"] = self.input_hash
        for name, output in self.outputs.items():
            if output.content is not None:
                record[f"{name}_body"] = output.content
        return record


SHARDS = 8
"""Partitions of a day in the index by day: they spread the writes, and listing a day takes so many queries."""


def day_shards(day: str) -> tuple[str, ...]:
    """The index keys that together hold one day (`2026-01-31`)."""
    return tuple(f"{day}#{shard}" for shard in range(SHARDS))


def quarantine_shards() -> tuple[str, ...]:
    """The keys of quarantined rows in the index by label; no label id contains `#`."""
    return tuple(f"quarantine#{shard}" for shard in range(SHARDS))


def source_fields(source: Source) -> dict[str, str]:
    """The source of an item as the row stores it."""
    if isinstance(source, RawMessage | RowId):
        return {}
    if isinstance(source, Inline | RawMail):
        return {"message": source.id}
    fields = {"bucket": source.bucket, "key": source.key}
    optional = {"version": source.version, "etag": source.etag, "sequencer": source.sequencer}
    return fields | {name: value for name, value in optional.items() if value}


def stored_object(fields: Mapping[str, str]) -> StoredObject | None:
    """The object from a row's source fields; None for inline text."""
    if "bucket" not in fields:
        return None
    return StoredObject(
        fields["bucket"],
        fields["key"],
        version=fields.get("version"),
        etag=fields.get("etag"),
        sequencer=fields.get("sequencer"),
    )
