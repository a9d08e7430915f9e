"""Our own messages, and what every message becomes: deliveries."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from tagging.intake.source import Inline, RowId, Source, StoredObject
from tagging.kinds import Kind, find_kind
from tagging.quarantine import Quarantine
from tagging.taxonomy import Name
from tagging.validation import END

ITEM_SCHEMA = "tagging.item/1"
DECIDE_SCHEMA = "tagging.decide/1"


class Delivery(Struct, frozen=True):
    """One item that a message delivers."""

    source: Source
    kind: Kind | None = None
    """None if the event does not name it: the function's own kind."""
    heads: tuple[str, ...] | None = None
    """The heads to run; None for all."""
    quarantine: Quarantine | None = None
    """Why it is never tagged, if that is known before it is read; always set for a RawMessage."""


class Pointer(Struct, frozen=True):
    """The stored object of a message."""

    bucket: str
    key: str
    version: str | None = None

    def __post_init__(self) -> None:
        self.stored()

    def stored(self) -> StoredObject:
        return StoredObject.checked(
            bucket=self.bucket, key=self.key, version=self.version, etag=None, sequencer=None, size=None
        )


class IntakeMessage(Struct, frozen=True, kw_only=True):
    """Our own message: inline text under the sender's id, or a pointer to an object. Unknown fields are ignored."""

    schema: Literal["tagging.item/1"]
    id: Annotated[str, Meta(pattern=f"^[A-Za-z0-9._:-]{{1,100}}{END}")] | None = None
    kind: Kind
    text: str | None = None
    subject: str = ""
    object: Pointer | None = None
    heads: Annotated[list[Name], Meta(min_length=1, max_length=100)] | None = None

    def __post_init__(self) -> None:
        if (self.text is None) == (self.object is None):
            raise ValueError("give either text or object")
        if self.text is not None and self.id is None:
            raise ValueError("inline text needs an id")
        if self.text is not None and not find_kind(self.kind).inline:
            raise ValueError("an image is given as an object")

    def delivery(self) -> Delivery:
        """The delivery of this message."""
        heads = None if self.heads is None else tuple(sorted(set(self.heads)))  # the order has no meaning
        if self.object is not None:
            return Delivery(self.object.stored(), self.kind, heads)
        return Delivery(Inline(str(self.id), str(self.text), self.subject), self.kind, heads)


class DecideMessage(Struct, frozen=True, kw_only=True):
    """Our own message: decide an item again, by its row and what the feature log keeps of it."""

    schema: Literal["tagging.decide/1"]
    id: Annotated[str, Meta(pattern=f"^[A-Za-z0-9._:-]{{1,100}}{END}")]
    kind: Kind
    generation: Annotated[int, Meta(ge=0)] = 0
    """The pointer's generation by which it is to be decided, or a later one."""

    def delivery(self) -> Delivery:
        """The delivery of this message."""
        return Delivery(RowId(self.id, self.generation), self.kind)
