"""Whether the mappings that tag items again are disabled while they have nothing to do."""

from __future__ import annotations

from collections.abc import Mapping

from tagging.kinds import KINDS
from tagging.operations.account import account_client
from tagging.operations.check import Check
from tagging.operations.redrive import count_messages

NAME = "reprocessing"


def check_reprocessing(outputs: Mapping[str, str]) -> Check:
    """A mapping that stays enabled polls its empty queue, which AWS bills."""
    mappings = {
        outputs[f"{prefix}ReprocessingMapping"]: outputs[f"{prefix}ReprocessingQueueUrl"]
        for prefix in (kind.capitalize() for kind in KINDS)
        if f"{prefix}ReprocessingMapping" in outputs
    }
    if not mappings:
        return Check("account", NAME, "skipped", "the stage is not deployed")
    pages = account_client("lambda").get_paginator("list_event_source_mappings").paginate()
    found = (each for page in pages for each in page["EventSourceMappings"] if each["UUID"] in mappings)
    enabled = [str(each["UUID"]) for each in found if each["State"] not in ("Disabled", "Disabling")]
    waiting = {each: count_messages(account_client("sqs"), mappings[each]) for each in enabled}
    idle = [each for each, count in waiting.items() if not count]
    if idle:
        message = f"{len(idle)} enabled with an empty queue: polled for nothing"
        todo = f"aws lambda update-event-source-mapping --uuid {idle[0]} --no-enabled"
        return Check("account", NAME, "missing", message, todo)
    total = sum(waiting.values())
    return Check("account", NAME, "ok", f"{total} wait to be tagged again" if enabled else "disabled, as between runs")
