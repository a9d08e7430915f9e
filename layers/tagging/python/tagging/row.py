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


@dataclass(frozen=True)
class Quarantine:
    """Why an input can never be tagged; never a word of its content."""

    reason: str
    detail: str = ""


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
        )

    def to_attributes(self) -> Attributes:
        """The row as DynamoDB takes it."""
        day = self.revision.tagged_at[:10]
        found: Attributes = {
            "id": {"S": self.id},
            "kind": {"S": self.kind},
            "source": {"M": {name: {"S": value} for name, value in self.source.items()}},
            "attempt": {"S": self.attempt},
            "ticket": {"S": self.ticket},
            "day_shard": {"S": f"{day}#{_shard(self.id)}"},
            **_revision_attributes(self.revision),
            "earlier": {"L": [{"M": _revision_attributes(each)} for each in self.earlier]},
        }
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
        )


SHARDS = 8
"""Partitions of one day in the index by day: spreads the writes, and is how many queries list a day."""


def day_shards(day: str) -> tuple[str, ...]:
    """The index keys that together hold one day (`2026-01-31`)."""
    return tuple(f"{day}#{shard}" for shard in range(SHARDS))


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


def _shard(item_id: str) -> int:
    return sum(item_id.encode()) % SHARDS


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
        reason, detail = revision.quarantine.reason, revision.quarantine.detail
        found["quarantine"] = {"M": {"reason": {"S": reason}, "detail": {"S": detail}}}
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
        quarantine=Quarantine(quarantine["M"]["reason"]["S"], quarantine["M"]["detail"]["S"]) if quarantine else None,
    )
