"""Items sent through a deployed stage: put into its buckets, and their rows awaited."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from tagging.intake import StoredObject
from tagging.operations.deployment import Deployment
from tagging.operations.errors import InvalidArgument
from tagging.store import LabelTable, Row

POLL_S = 0.2


def send_item(deployment: Deployment, kind: str, key: str, content: bytes) -> str:
    """Put an item into the bucket of its kind; its id. Raises InvalidArgument where the stage takes no such items."""
    route = deployment.route_of(kind)
    if route is None:
        raise InvalidArgument(f"stage {deployment.stage} takes no items of kind {kind}")
    stored = deployment.clients.s3.put_object(Bucket=route.bucket, Key=key, Body=content)
    return StoredObject(route.bucket, key, stored.get("VersionId")).item_id


def await_rows(deployment: Deployment, ids: Sequence[str], patience_s: float) -> Iterator[tuple[str, Row]]:
    """Each item's row as it is written, with its ticket's final state; ends when all are, or patience does."""
    table = LabelTable(deployment.clients.dynamodb, deployment.table)
    waiting, deadline = list(ids), time.monotonic() + patience_s
    while waiting and time.monotonic() < deadline:
        for item_id in list(waiting):
            row = table.get(item_id)
            if row is not None and row.ticket != "pending":
                waiting.remove(item_id)
                yield item_id, row
        time.sleep(POLL_S)
