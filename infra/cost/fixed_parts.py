"""The groups of the bill, and the parts of it that do not depend on the load: alarms, dashboards, keys, warm pools."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from infra.cost.billed_stack import BilledStack
from infra.cost.feature_log import compaction_lines
from infra.cost.load import MONTH_S, Assumptions
from infra.cost.probe import probe_lines
from infra.cost.review import review_lines

Group = Literal["tag path", "arrival", "consumer", "kept", "reviews", "fixed", "warm pool"]
GROUPS: dict[Group, str] = {
    "tag path": "from S3 event to ticket",
    "arrival": "before the S3 event",
    "consumer": "after the ticket: who reads it, and who looks at logs",
    "kept": "stored, at full retention",
    "reviews": "what people answer about labels, and what that measures",
    "fixed": "independent of the load",
    "warm pool": "environments kept ready",
}


def fixed_parts(stack: BilledStack, assumed: Assumptions) -> Iterator[tuple[Group, str, float, str, str]]:
    """Group, part, quantity, price's name and formula of each line that no load changes."""
    for price, formula in (
        ("alarm_month", "alarms"),
        ("fast_alarm_month", "alarms under a minute"),
        ("composite_alarm_month", "composite alarms"),
    ):
        count = stack.alarms.get(price, 0)
        yield "fixed", formula, count, price, f"{count} metrics" if price == "alarm_month" else f"{count}"
    yield "fixed", "dashboards", stack.dashboards, "dashboard_month", f"{stack.dashboards}"
    yield "fixed", "keys", stack.keys, "key_month", f"{stack.keys}, before rotations"
    pollers = assumed.pollers
    polls = len(stack.functions) * pollers * MONTH_S / 20
    formula = f"{len(stack.functions)} queues x {pollers} pollers, every 20 s"
    yield "fixed", "SQS idle polls", polls, "sqs_request", formula
    uses = stack.keyed_queues * MONTH_S / 300 * 3
    yield "fixed", "key requests of queues", uses, "key_request", f"{stack.keyed_queues} queues, every 300 s"
    for part, quantity, price, formula in probe_lines(stack, assumed):
        yield "fixed", part, quantity, price, formula
    for part, quantity, price, formula in compaction_lines(stack):
        yield "fixed", part, quantity, price, formula
    for part, quantity, price, formula in review_lines(stack, assumed):
        yield "reviews", part, quantity, price, formula
    if any(function.models for function in stack.functions):
        size = assumed.versions * assumed.version_bytes / 1e9
        yield (
            "kept",
            "versions",
            size,
            "s3_gb_month",
            f"{assumed.versions} versions x {assumed.version_bytes / 1e6:g} MB",
        )
    count = stack.alarms.get("of_warm_pools", 0)
    yield "warm pool", "alarms on warm pools", count, "alarm_month", f"{count} metrics"
    for function in stack.functions:
        kept = function.warm_pool * function.memory_gb * MONTH_S * function.warm_share
        formula = f"{function.warm_pool} x {function.memory_gb:.3f} GB, {function.warm_share:.0%} of the month"
        yield "warm pool", f"warm pool {function.name}", kept, f"warm_gb_second_{function.architecture}", formula
