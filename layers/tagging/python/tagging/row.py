"""One item's row: what was found, what was found before, and the record of its ticket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from tagging.label_set import BundleVersion
from tagging.source import Inline, Source, StoredObject

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    Attributes = dict[str, AttributeValueTypeDef]

TicketState = Literal["none", "pending", "sent"]
FORGOTTEN = "forgotten"
"""Reason of the row that stands where an item was erased: whatever comes of the item later changes nothing."""


@dataclass(frozen=True)
class Quarantine:
    """Why an input can never be tagged; never a word of its content."""

    reason: str
    detail: str = ""
    handler: str = ""
    """The version of the function that decided (`tag_mail:7`); empty where the table was not told."""


@dataclass(frozen=True)
class Revision:
    """The outcome of tagging an item once: a label set, or its quarantine."""

    tagged_at: str
    """ISO 8601, UTC, milliseconds."""
    bundle: BundleVersion
    labels: tuple[str, ...] = ()
    scores: Mapping[str, float] | None = None
    review: bool = False
    heads: tuple[str, ...] | None = None
    """The heads that were asked for; None for all."""
    quarantine: Quarantine | None = None


@dataclass(frozen=True)
class Row:
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
        """The row as DynamoDB takes it."""
        found: Attributes = {
            "id": {"S": self.id},
            "kind": {"S": self.kind},
            "source": {"M": {name: {"S": value} for name, value in self.source.items()}},
            "attempt": {"S": self.attempt},
            "ticket": {"S": self.ticket},
            **_revision_attributes(self.revision),
            "earlier": {"L": [{"M": _revision_attributes(each)} for each in self.earlier]},
        }
        shard = sum(self.id.encode()) % SHARDS
        if not self.forgotten:
            found["day_shard"] = {"S": f"{self.revision.tagged_at[:10]}#{shard}"}
            if self.revision.quarantine is not None:
                found["indexed_label"] = {"S": quarantine_shards()[shard]}
        if self.spam:
            found["spam"] = {"BOOL": True}
        if self.expires_at is not None:
            found["expires_at"] = {"N": str(self.expires_at)}
        if self.input_hash is not None:
            found["input_hash"] = {"S": self.input_hash}
        if self.ticket_body is not None:
            found["ticket_body"] = {"S": self.ticket_body}
        return found

    @classmethod
    def from_attributes(cls, given: Mapping[str, Any]) -> Row:
        """The row that `to_attributes` wrote; a KeyError names what is missing."""
        return cls(
            id=given["id"]["S"],
            kind=given["kind"]["S"],
            source={name: value["S"] for name, value in given["source"]["M"].items()},
            attempt=given["attempt"]["S"],
            revision=_revision(given),
            input_hash=given["input_hash"]["S"] if "input_hash" in given else None,
            ticket=given["ticket"]["S"],
            ticket_body=given["ticket_body"]["S"] if "ticket_body" in given else None,
            earlier=tuple(_revision(each["M"]) for each in given["earlier"]["L"]),
            spam="spam" in given,
            expires_at=int(given["expires_at"]["N"]) if "expires_at" in given else None,
        )


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


def _revision_attributes(revision: Revision) -> Attributes:
    version = revision.bundle
    found: Attributes = {
        "tagged_at": {"S": revision.tagged_at},
        "bundle": {
            "M": {
                "encoder": {"S": version.encoder},
                "heads": {"S": version.heads},
                "thresholds": {"S": version.thresholds},
            }
        },
        "labels": {"L": [{"S": label} for label in revision.labels]},
        "review": {"BOOL": revision.review},
    }
    if revision.scores is not None:
        found["scores"] = {"M": {label: {"N": repr(score)} for label, score in revision.scores.items()}}
    if revision.heads is not None:
        found["heads"] = {"L": [{"S": head} for head in revision.heads]}
    if revision.quarantine is not None:
        found["quarantine"] = {"M": {name: {"S": value} for name, value in vars(revision.quarantine).items()}}
    return found


def _revision(given: Mapping[str, Any]) -> Revision:
    quarantine = given.get("quarantine")
    return Revision(
        tagged_at=given["tagged_at"]["S"],
        bundle=BundleVersion(**{part: value["S"] for part, value in given["bundle"]["M"].items()}),
        labels=tuple(each["S"] for each in given["labels"]["L"]),
        scores={label: float(value["N"]) for label, value in given["scores"]["M"].items()}
        if "scores" in given
        else None,
        review=given["review"]["BOOL"],
        heads=tuple(each["S"] for each in given["heads"]["L"]) if "heads" in given else None,
        quarantine=Quarantine(**{name: value["S"] for name, value in quarantine["M"].items()}) if quarantine else None,
    )
