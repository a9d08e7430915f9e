"""What answers of people cost: reviews that are drawn, corrections through their queue, and the table of both."""

from __future__ import annotations

from collections.abc import Iterator

from infra.cost.billed_stack import BilledFunction, BilledStack
from infra.cost.load import MONTH_DAYS, MONTH_S, Assumptions

ANSWER_DAYS, ENTRY_DAYS = 400, 60
"""Days that an answer and an entry of the review queue are kept."""
_WRITES = 3 + 2 + 3
"""Write units of a reviewed item, each record with its copies in the indexes: drawn, answered, closed."""
_READS = 4
"""Read units of an answer: the item's row twice, its entry in the review queue, what was answered before."""
_RUN_S = 0.3
"""Billed seconds of one answer, with its share of the starts; an estimate."""
_GB = 0.5
_ANSWER_BYTES, _ENTRY_BYTES = 600, 600
"""Size of a record with DynamoDB's overhead, measured: `len(Correction.to_body())` for eight labels is 360."""

ReviewLine = tuple[str, float, str, str]
"""Part, quantity, the price's name and the formula of a line."""


def answers_of(stack: BilledStack, function: BilledFunction, items: int, assumed: Assumptions) -> Iterator[ReviewLine]:
    """The lines of one kind's reviewed items; each is answered once, and its answer arrives alone."""
    if not stack.reviews:
        return
    kind, answers = function.kind, items * assumed.reviewed_share
    count = f"{answers:,.0f}"
    yield f"review writes {kind}", answers * _WRITES, "dynamodb_write", f"{count} x (3 drawn + 2 answered + 3 closed)"
    yield f"review reads {kind}", answers * _READS, "dynamodb_read", f"{count} x {_READS}"
    yield f"corrections {kind}", answers * 3, "sqs_request", f"{count} x (sent, received, deleted)"
    rate = f"lambda_gb_second_{function.architecture}"
    yield f"correct compute {kind}", answers * _RUN_S * _GB, rate, f"{count} x {_RUN_S} s x {_GB} GB"
    yield f"correct requests {kind}", answers, "lambda_request", count
    log_gb = answers * assumed.batch_log_bytes / 1e9
    yield f"correct logs {kind}", log_gb, "log_gb", f"{count} x {assumed.batch_log_bytes:,} bytes"
    kept = answers * (_ANSWER_BYTES * ANSWER_DAYS + _ENTRY_BYTES * ENTRY_DAYS) / MONTH_DAYS / 1e9
    yield f"reviews {kind}", 2 * kept, "dynamodb_gb_month", f"{kept:.2f} GB, and as much in the index by day"
    yield f"reviews, recovery {kind}", kept, "dynamodb_recovery_gb_month", f"{kept:.2f} GB"


def review_lines(stack: BilledStack, assumed: Assumptions) -> Iterator[ReviewLine]:
    """The lines that no load changes."""
    if not stack.reviews:
        return
    polls = assumed.pollers * MONTH_S / 20
    yield "correction polls", polls, "sqs_request", f"1 queue x {assumed.pollers} pollers, every 20 s"
    count = stack.alarms.get("of_reviews", 0)
    yield "alarms on reviews", count, "alarm_month", f"{count} metrics"
