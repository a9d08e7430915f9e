"""A row with its generation: DynamoDB bills writes by the KB begun."""

from __future__ import annotations

import statistics
from pathlib import Path

from tagging.serving.model_store import ModelStore
from tagging.serving.pointer import LAYER, Pointer
from tagging.serving.serving import Serving
from tests.service_harness import ServiceHarness, stored_bytes


def test_the_median_row_of_the_sample_mails_with_its_generation_is_within_a_kilobyte(
    harness: ServiceHarness, root: Path
) -> None:
    store = ModelStore(harness.clients.s3, harness.bucket, "mail")
    store.write_pointer(Pointer(kind="mail", generation=1000, champion=LAYER, by="a", at="b", why="c"), None)
    serving = harness.having(serving=Serving(harness.tagger, store))
    for path in sorted((root / "events/mails").glob("*.eml")):
        key = f"2026/11/{path.name}"
        serving.handle(serving.event(key, serving.put(key, path.read_bytes())))
    rows = [row for id, row in serving.items().items() if "#" not in id]
    sizes = [sum(len(name) + stored_bytes(value) for name, value in row.items()) for row in rows]
    assert {row.revision.generation for row in serving.rows()} == {1000}
    assert len(sizes) >= 25
    assert statistics.median(sizes) <= 1024, sorted(sizes)
