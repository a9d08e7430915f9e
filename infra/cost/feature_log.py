"""What the feature log costs: an object for each batch, its compaction each hour, and the storage of both."""

from __future__ import annotations

from collections.abc import Iterator

from infra.cost.billed_stack import BilledFunction, BilledStack
from infra.cost.load import MONTH_DAYS, MONTH_H, Assumptions

BATCH_DAYS = 14
"""Days that batches stay beside the hours that were made of them, at most."""
LEARN_GB = 1769 / 1024
"""Memory of the hourly function."""
_RUN_S = 3.0
"""Billed seconds of an hourly run, its start included, before the batches of its hour; an estimate."""
_BATCH_S = 0.004
"""Billed seconds of one batch that is compacted; an estimate."""
_LISTS = 11
"""Requests that list, in an hourly run and for one kind: encoders, two days of batches, hours that may have changed."""

LogLine = tuple[str, float, str, str]
"""Part, quantity, the price's name and the formula of a line."""


def written(function: BilledFunction, invocations: float, batch: float, assumed: Assumptions) -> float:
    """Objects that a function writes in a month."""
    share = _share(function, assumed)
    return float(invocations * (1 - (1 - share) ** batch))


def _share(function: BilledFunction, assumed: Assumptions) -> float:
    """Share of the items whose features are kept."""
    return {"all": 1.0, "sampled": assumed.sampled_share, "off": 0.0}[function.features]


def storage(stack: BilledStack, function: BilledFunction, items: int, assumed: Assumptions) -> LogLine:
    """The line of what is kept of a kind: hours, and the batches of the last days."""
    share = _share(function, assumed)
    size = items * share * assumed.feature_bytes(function.kind) / 1e9
    days = stack.feature_days or assumed.kept_months * MONTH_DAYS
    months = (days + min(BATCH_DAYS, days)) / MONTH_DAYS
    return f"features {function.kind}", size * months, "s3_gb_month", f"{size:.1f} GB x {months:.1f} months"


def compaction_lines(stack: BilledStack) -> Iterator[LogLine]:
    """The lines of the hourly runs that no load changes."""
    if not stack.compacts:
        return
    architecture, lists = stack.functions[0].architecture, MONTH_H * _LISTS * len(stack.functions)
    compute = MONTH_H * _RUN_S * LEARN_GB
    yield "compaction compute", compute, f"lambda_gb_second_{architecture}", f"{MONTH_H} runs x {_RUN_S:g} s"
    yield "compaction requests", MONTH_H, "lambda_request", f"{MONTH_H}"
    yield "compaction lists", lists, "s3_put", f"{lists:,} lists, at the price of a put"


def compaction_of(stack: BilledStack, function: BilledFunction, objects: float) -> Iterator[LogLine]:
    """The lines of compacting the batches of one function."""
    if not stack.compacts:
        return
    rate, hours = f"lambda_gb_second_{function.architecture}", min(float(MONTH_H), objects)
    yield f"compaction {function.kind}", objects * _BATCH_S * LEARN_GB, rate, f"{objects:,.0f} batches x {_BATCH_S:g} s"
    yield f"compaction reads {function.kind}", objects, "s3_get", f"{objects:,.0f} batches"
    yield f"compaction writes {function.kind}", 2 * hours, "s3_put", f"{hours:,.0f} hours x 2 objects"
