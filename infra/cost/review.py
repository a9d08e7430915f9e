"""What answers of people cost: reviews that are drawn, corrections through their queue, and the table of both."""

from __future__ import annotations

from collections.abc import Iterator

from infra.cost.billed_stack import BilledFunction, BilledStack
from infra.cost.feature_log import LEARN_GB
from infra.cost.load import MONTH_DAYS, MONTH_H, MONTH_S, Assumptions

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

_SCORED_S = 0.002
"""Billed seconds of an item that the hourly run scores and counts, and again after a promotion; an estimate."""
_DAYS_READ = 57 + 8
"""Objects that a run reads of a kind: summaries of up to eight weeks, and what was drawn from a week."""
_WRITTEN = 5
"""Objects that a run writes of a kind: a summary, what was drawn, two reports, drift now and then."""
_QUERIES = 2 * 29
"""Queries of a run for a kind: reviews and answers of each day of four weeks; of half a unit at least."""

ReviewLine = tuple[str, float, str, str]
"""Part, quantity, the price's name and the formula of a line."""


def answers_of(stack: BilledStack, function: BilledFunction, items: int, assumed: Assumptions) -> Iterator[ReviewLine]:
    """The lines of one kind's reviewed items; each is answered once, and its answer arrives alone."""
    yield from counts_of(stack, function, items)
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


def counts_of(stack: BilledStack, function: BilledFunction, items: int) -> Iterator[ReviewLine]:
    """The lines of what the hourly run makes of one kind: scores, summaries, the report."""
    if not (items and stack.reviews and stack.compacts and function.features == "all"):
        return
    kind, rate = function.kind, f"lambda_gb_second_{function.architecture}"
    yield (
        f"scoring {kind}",
        items * _SCORED_S * LEARN_GB,
        rate,
        f"{items:,} x {_SCORED_S * 1e3:g} ms x {LEARN_GB:.2f} GB",
    )
    reads, writes = MONTH_H * _DAYS_READ, MONTH_H * _WRITTEN
    yield f"summary reads {kind}", reads, "s3_get", f"{MONTH_H} runs x {_DAYS_READ}"
    yield f"summary writes {kind}", writes, "s3_put", f"{MONTH_H} runs x {_WRITTEN}"
    yield f"review queries {kind}", MONTH_H * _QUERIES / 2, "dynamodb_read", f"{MONTH_H} runs x {_QUERIES} x 1/2"


def review_lines(stack: BilledStack, assumed: Assumptions) -> Iterator[ReviewLine]:
    """The lines that no load changes."""
    if not stack.reviews:
        return
    polls = assumed.pollers * MONTH_S / 20
    yield "correction polls", polls, "sqs_request", f"1 queue x {assumed.pollers} pollers, every 20 s"
    count = stack.alarms.get("of_reviews", 0)
    yield "alarms on reviews", count, "alarm_month", f"{count} metrics"
