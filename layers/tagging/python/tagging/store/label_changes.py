"""The second output: a message for each revision that changes the labels of an item, off by default."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Final, Literal

import msgspec
from msgspec import Struct

from tagging.store.output import Output
from tagging.store.ticket_queue import send_to_fifo
from tagging.store.tickets import TicketBundle

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from tagging.store.outcome import Outcome
    from tagging.store.row import Row

LABEL_CHANGE: Final = "label_change"


class LabelChange(Struct, frozen=True, kw_only=True):
    """The labels of an item are other ones since its last revision. (generation, revision) orders an item's changes."""

    schema: Literal["tagging.label_change/1"] = "tagging.label_change/1"
    id: str
    kind: str
    source: dict[str, str]
    tagged_at: str
    generation: int
    """The pointer's generation that decided; 0 without a pointer."""
    revision: int
    """Number of the item's revision among those of its generation, from 0."""
    labels: list[str]
    """Ids of the labels that hold now; they replace all earlier ones."""
    before: list[str]
    """Ids of the labels before: of the last change that was certainly sent, or of the revision before."""
    added: list[str]
    removed: list[str]
    routes: list[str]
    """Where the taxonomy sends an item with the labels that hold now."""
    input_hash: str | None
    bundle: TicketBundle

    def to_body(self) -> str:
        """The message body: ASCII; the same bytes for the same change."""
        return json.dumps(msgspec.to_builtins(self), separators=(",", ":"))


class LabelChangeQueue:
    """The FIFO queue of label changes. An output whose content depends on the row that is revised."""

    name: Final = LABEL_CHANGE

    def __init__(self, sqs: SQSClient, url: str) -> None:
        self._sqs = sqs
        self.url = url

    def revised(self, current: Row, outcome: Outcome) -> dict[str, Output]:
        """This output of the row `current` once an outcome revises it, by name; empty where it stays as it is.

        A change that was sent is replaced. One that is pending is merged: it keeps its `before`, since nobody may
        have been told of it. It stays even if the labels are those of `before` again, since somebody may have been.
        """
        if outcome.probe or current.revision.quarantine is not None:
            return {}
        change = outcome.label_change(current, self._last_sent(current))
        return {} if change is None else {self.name: Output("pending", change.to_body())}

    def send(self, contents: Mapping[str, str], threads: Executor) -> dict[str, str]:
        """Send each item's change (item id → body); returns the refused ones (item id → error code)."""
        return send_to_fifo(self._sqs, self.url, contents, threads, _deduplication_id)

    def _last_sent(self, current: Row) -> list[str]:
        last = current.outputs.get(self.name)
        if last is None or last.state != "pending" or last.content is None:
            return list(current.revision.labels)
        return msgspec.json.decode(last.content, type=LabelChange).before


def _deduplication_id(item_id: str, body: str) -> str:
    """`<item id>#<generation>`; further changes within one generation add their number, or SQS would drop them."""
    change = msgspec.json.decode(body, type=LabelChange)
    number = f".{change.revision}" if change.revision else ""
    return f"{item_id}#{change.generation}{number}"
