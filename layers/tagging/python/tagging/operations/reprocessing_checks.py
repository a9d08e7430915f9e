"""Whether the mappings that tag items again are enabled exactly while something waits."""

from __future__ import annotations

from collections.abc import Mapping

from tagging.kinds import KINDS
from tagging.operations.account import account_client
from tagging.operations.check import Check
from tagging.operations.redrive import count_messages

NAME = "reprocessing"


def check_reprocessing(outputs: Mapping[str, str]) -> Check:
    """A mapping that stays enabled polls its empty queue, which AWS bills; behind a disabled one nothing is tagged."""
    mappings = {
        outputs[f"{prefix}ReprocessingMapping"]: outputs[f"{prefix}ReprocessingQueueUrl"]
        for prefix in (kind.capitalize() for kind in KINDS)
        if f"{prefix}ReprocessingMapping" in outputs
    }
    if not mappings:
        return Check("account", NAME, "skipped", "the stage is not deployed")
    pages = account_client("lambda").get_paginator("list_event_source_mappings").paginate()
    found = (each for page in pages for each in page["EventSourceMappings"] if each["UUID"] in mappings)
    enabled = {str(each["UUID"]): each["State"] not in ("Disabled", "Disabling") for each in found}
    waiting = {each: count_messages(account_client("sqs"), mappings[each]) for each in enabled}
    for mapping, count in waiting.items():
        if enabled[mapping] == bool(count):
            continue
        found_text = (
            f"{count} wait behind a disabled mapping" if count else "enabled with an empty queue: polled for nothing"
        )
        todo = f"aws lambda update-event-source-mapping --uuid {mapping} --{'enabled' if count else 'no-enabled'}"
        return Check("account", NAME, "missing", found_text, todo)
    total = sum(waiting.values())
    return Check("account", NAME, "ok", f"{total} wait to be tagged again" if total else "disabled, as between runs")
