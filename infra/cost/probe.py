"""What the probe costs in a month: its own runs, and the items that it puts, tagged by functions that start cold."""

from __future__ import annotations

from collections.abc import Iterator

from infra.cost.billed_stack import BilledFunction, BilledStack
from infra.cost.load import MONTH_S, Assumptions

INTERVAL_S = 15 * 60
_RUN_S = 1.5
"""Billed seconds of a run, its cold start included; an estimate."""
_GB = 0.25
_WRITES = 3
"""Write units of an item: row and mark, and its share of the kept runs. A probe is in no index and has no pointer."""

ProbeLine = tuple[str, float, str, str]
"""Part, quantity, the price's name and the formula of a line."""


def probe_lines(stack: BilledStack, assumed: Assumptions) -> Iterator[ProbeLine]:
    """The lines of a stack with a probe."""
    if not stack.probe:
        return
    runs, functions = MONTH_S / INTERVAL_S, stack.functions
    items = runs * len(functions)
    by_ses = runs if stack.probe_by_ses else 0.0
    architecture = functions[0].architecture
    yield "probe compute", runs * _RUN_S * _GB, f"lambda_gb_second_{architecture}", f"{runs:,.0f} runs x {_RUN_S} s"
    tagged = sum(runs * _tag_s(function, assumed) * function.memory_gb for function in functions)
    yield "probe items, tagged", tagged, f"lambda_gb_second_{architecture}", f"{items:,.0f} cold starts at most"
    yield "probe requests", runs + items, "lambda_request", f"{runs + items:,.0f}"
    yield "probe puts", items - by_ses, "s3_put", f"{items - by_ses:,.0f}"
    yield "probe mails", 2 * by_ses, "ses_mail", f"{by_ses:,.0f} sent and received"
    yield "probe queues", items * 3, "sqs_request", f"{items:,.0f} x (sent, received, deleted)"
    yield "probe tickets", items + 3 * runs, "sqs_fifo_request", f"{items:,.0f} sent, {runs:,.0f} x 3 received"
    yield "probe rows", items * _WRITES, "dynamodb_write", f"{items:,.0f} x {_WRITES}"
    log_gb = (items + runs) * (assumed.item_log_bytes + assumed.batch_log_bytes) / 1e9
    yield "probe logs", log_gb, "log_gb", f"{log_gb:.3f} GB"


def _tag_s(function: BilledFunction, assumed: Assumptions) -> float:
    """Billed seconds of one item in a function that starts for it."""
    start = 0.0 if function.warm_pool else assumed.cold_ms
    return (start + assumed.item_ms(function.kind, function.memory_mb) + assumed.aws_ms) / 1000
