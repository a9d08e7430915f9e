"""A bucket of any size whose listing costs nothing to make: S3, SQS, DynamoDB and Lambda as `reconcile` calls them."""

from __future__ import annotations

import bisect
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from tagging.aws import Clients
from tagging.intake.source import StoredObject
from tagging.operations.deployment import Deployment, IntakeRoute

BUCKET, TABLE = "listed", "rows"
NOW = datetime(2026, 1, 31, tzinfo=UTC)


class Interrupted(BaseException):
    """In place of Ctrl-C."""


class ListedAccount:
    """`keys` objects of one version each; every tenth has no row. A call may be interrupted, once each."""

    def __init__(self, keys: int) -> None:
        self.keys = [f"{number:07}.eml" for number in range(keys)]
        self.gaps = {self._id(key) for key in self.keys[::10]}
        self.sent = Counter[str]()
        self.calls = Counter[str]()
        self.enabled = False
        self.interruptions: set[tuple[str, int]] = set()
        """Operation and number of the call that is interrupted."""
        self._entries: dict[str, Any] = {}

    @property
    def deployment(self) -> Deployment:
        """The stage as operations see it."""
        any_client: Any = self
        route = IntakeRoute("mail", BUCKET, "intake", "dead", "reprocessing", "mapping")
        return Deployment("test", Clients(any_client, any_client, any_client), TABLE, (route,), "tickets", "dead")

    def _call(self, operation: str) -> None:
        self.calls[operation] += 1
        if (operation, self.calls[operation]) in self.interruptions:
            raise Interrupted

    @staticmethod
    def _id(key: str) -> str:
        return StoredObject(BUCKET, key, "v").item_id

    def list_object_versions(self, *, Bucket: str, MaxKeys: int, KeyMarker: str = "", **_: str) -> dict[str, Any]:
        """One page behind the marker, as S3 lists."""
        assert Bucket == BUCKET
        self._call("list")
        start = bisect.bisect_right(self.keys, KeyMarker) if KeyMarker else 0
        page = self.keys[start : start + MaxKeys]
        more = start + MaxKeys < len(self.keys)
        versions = [{"Key": key, "VersionId": "v", "LastModified": NOW} for key in page]
        return {"Versions": versions, "IsTruncated": more} | (
            {"NextKeyMarker": page[-1], "NextVersionIdMarker": "v"} if more else {}
        )

    def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:
        """The rows of all items but the gaps."""
        self._call("rows")
        ids = [key["id"] for key in RequestItems[TABLE]["Keys"]]
        found = [{"id": each} for each in ids if each["S"] not in self.gaps]
        return {"Responses": {TABLE: found}, "UnprocessedKeys": {}}

    def get_item(self, *, Key: dict[str, Any], **_: Any) -> dict[str, Any]:
        """A kept position."""
        entry = self._entries.get(Key["id"]["S"])
        return {"Item": entry} if entry else {}

    def put_item(self, *, Item: dict[str, Any], **_: Any) -> None:
        """Keep a position."""
        self._call("keep")
        self._entries[Item["id"]["S"]] = Item

    def delete_item(self, *, Key: dict[str, Any], **_: Any) -> None:
        """Forget a position."""
        self._entries.pop(Key["id"]["S"], None)

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:
        """Count each message; only the queue for reprocessing takes any, and only while its mapping is enabled."""
        self._call("send")
        assert QueueUrl == "reprocessing"
        assert self.enabled
        self.sent.update(entry["MessageBody"] for entry in Entries)
        return {}

    def update_event_source_mapping(self, *, UUID: str, Enabled: bool) -> None:
        """Enable or disable the mapping."""
        assert UUID == "mapping"
        self.enabled = Enabled
