"""The monthly bill of a stack for a load, line by line: tag path, arrival, storage, fixed costs, warm pool."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from math import ceil

from infra.cost import feature_log, review
from infra.cost.billed_stack import BilledFunction, BilledStack
from infra.cost.fixed_parts import Group, fixed_parts
from infra.cost.load import MONTH_DAYS, MONTH_H, MONTH_S, Assumptions, Load
from infra.cost.prices import Prices
from tagging.kinds import MAIL
from tagging.local import read_metrics
from tagging.taxonomy import Taxonomy
from tagging.telemetry import BatchCounts, Metrics

RECEIVED_BY_SES = frozenset({MAIL.name})
"""Kinds of item that SES receives."""
REPLACED = "compute "
"""Start of the parts that a service which tags would replace, beside the warm pool."""


@dataclass(frozen=True)
class Line:
    """One line of the bill; `formula` explains its quantity."""

    group: Group
    part: str
    quantity: float
    price: str
    """Name in the price file."""
    formula: str
    usd: float


@dataclass(frozen=True)
class Bill:
    """All lines for one batch size."""

    batch_size: float
    """Messages of an invocation, on average; of the first function if they differ."""
    lines: tuple[Line, ...]

    def total(self, *groups: Group) -> float:
        """US dollars of these groups, or of all groups."""
        return sum(line.usd for line in self.lines if not groups or line.group in groups)

    def around(self) -> float:
        """US dollars of what stays if another service does the tagging."""
        replaced = sum(line.usd for line in self.lines if line.part.startswith(REPLACED))
        return self.total() - self.total("warm pool") - replaced


@dataclass(frozen=True)
class Billing:
    """The inputs of a bill."""

    stack: BilledStack
    load: Load
    prices: Prices
    taxonomies: dict[str, Taxonomy]
    """Kind of item → taxonomy, whose labels are metrics."""
    assumed: Assumptions
    per_hour: Mapping[str, float] = field(default_factory=dict)
    """Kind of item → items an hour while they arrive; without it, the month's items arrive evenly."""

    def bill(self, batch_size: float) -> Bill:
        """The bill if every invocation gets `batch_size` messages."""
        return self._bill(dict.fromkeys((function.kind for function in self.stack.functions), batch_size))

    def bill_as_it_arrives(self) -> Bill:
        """The bill with the batches that rate and window make."""
        return self._bill({function.kind: self.batch(function) for function in self.stack.functions})

    def rate(self, kind: str) -> float:
        """Items of a kind an hour, while they arrive."""
        return self.per_hour.get(kind, self.load.of(kind) / MONTH_H)

    def batch(self, function: BilledFunction) -> float:
        """Messages of an invocation on average: the first, and those that its poller gets within the window."""
        more = self.rate(function.kind) / 3600 * function.batch_window_s / self.assumed.pollers
        return min(float(function.batch_size), 1 + more)

    def _bill(self, batch: Mapping[str, float]) -> Bill:
        functions = [function for function in self.stack.functions if self.load.of(function.kind)]
        lines = [
            Line(group, part, quantity, price, formula, self.prices[price].of(quantity))
            for function in functions
            for group, part, quantity, price, formula in self._of_function(function, batch[function.kind])
        ]
        lines += [
            Line(group, part, quantity, price, formula, self.prices[price].of(quantity))
            for group, part, quantity, price, formula in fixed_parts(self.stack, self.assumed)
        ]
        sizes = [batch[function.kind] for function in functions] or list(batch.values())
        return Bill(sizes[0], tuple(line for line in lines if line.quantity))

    def break_even(self, function: BilledFunction) -> float:
        """Utilisation from which a warm environment costs no more than one on demand."""
        idle, run, on_demand = (
            self.prices[f"{name}_{function.architecture}"].usd
            for name in ("warm_gb_second", "warm_run_gb_second", "lambda_gb_second")
        )
        return idle / (on_demand - run)

    def busy(self, function: BilledFunction, batch_size: float) -> float:
        """Mean number of busy environments."""
        return self._seconds(function, batch_size)[0] / MONTH_S

    def series(self, function: BilledFunction) -> int:
        """Metrics that a function publishes if all labels and the assumed reasons occur; counted by publishing them."""
        labels = self.taxonomies[function.kind].in_use().labels
        own = {id for id, label in labels.items() if label.critical} if function.critical_alone else None
        reasons = [f"reason {number}" for number in range(self.assumed.reasons)]
        review_reasons = [f"reason {number}" for number in range(self.assumed.review_reasons(function.kind))]
        stages = dict.fromkeys(("tag", "rows", "tickets", "marks"), 1.0)
        with redirect_stdout(io.StringIO()) as printed:
            Metrics("Tagging", function.name, own).publish(
                BatchCounts(
                    items=1,
                    labels=list(labels),
                    quarantined=reasons,
                    review_reasons=review_reasons,
                    latency=[1.0],
                    stages=stages,
                )
            )
        blobs = [read_metrics(line) or () for line in printed.getvalue().splitlines()]
        return len({(metric.name, metric.dimensions) for blob in blobs for metric in blob})

    def _seconds(self, function: BilledFunction, batch: float) -> tuple[float, float]:
        """Billed seconds of invocations, and of cold starts."""
        assumed, invocations = self.assumed, self.load.of(function.kind) / batch
        run_ms = batch * assumed.item_ms(function.kind, function.memory_mb) + assumed.aws_ms
        starts = 0.0 if function.warm_pool else invocations * assumed.cold_share * assumed.cold_ms
        return invocations * run_ms / 1000, starts / 1000

    def _of_function(self, function: BilledFunction, batch: float) -> Iterator[tuple[Group, str, float, str, str]]:
        """Group, part, quantity, price's name and formula of each line of one function."""
        assumed, items, name = self.assumed, self.load.of(function.kind), function.name
        invocations, chunk = items / batch, min(batch, 10)
        run, start = self._seconds(function, batch)
        rate = f"{'warm_run' if function.warm_pool else 'lambda'}_gb_second_{function.architecture}"
        formula = f"{invocations:,.0f} runs, {run + start:,.0f} s x {function.memory_gb:.3f} GB"
        yield "tag path", f"compute {name}", (run + start) * function.memory_gb, rate, formula
        yield "tag path", f"requests {name}", invocations, "lambda_request", f"{items:,} / {batch:.3g}"
        yield "tag path", f"S3 fetch {name}", items, "s3_get", f"{items:,}"
        if function.models:
            cap = MONTH_S / assumed.pointer_every_s * max(assumed.pollers, self.busy(function, batch))
            reads, files = min(invocations, cap), invocations * assumed.cold_share * assumed.version_files
            formula = f"{reads:,.0f} batches + {files:,.0f} files of versions"
            yield "tag path", f"pointer reads {name}", reads + files, "s3_get", formula
        if objects := feature_log.written(function, invocations, batch, assumed):
            yield "tag path", f"feature log {name}", objects, "s3_put", f"{objects:,.0f} batches"
            for part, quantity, price, formula in feature_log.compaction_of(self.stack, function, objects):
                yield "kept", part, quantity, price, formula
            yield ("kept", *feature_log.storage(self.stack, function, items, assumed))
        formula = f"{items:,} x (1 sent + 1/{chunk:.3g} received + 1/{chunk:.3g} deleted)"
        yield "tag path", f"SQS in {name}", items * (1 + 2 / chunk), "sqs_request", formula
        tickets = items * assumed.ticket_share
        yield "tag path", f"SQS tickets {name}", tickets / chunk, "sqs_fifo_request", f"{tickets:,.0f} / {chunk:.3g}"
        units, formula = self._writes(function)
        yield "tag path", f"DynamoDB {name}", items * units, "dynamodb_write", f"{items:,} x {formula}"
        blobs = assumed.value_blobs(batch, critical_alone=function.critical_alone)
        of_batch = assumed.batch_log_bytes + blobs * assumed.label_log_bytes
        log = items * assumed.item_log_bytes + invocations * of_batch
        yield "tag path", f"logs {name}", log / 1e9, "log_gb", f"{items:,} x {log / items:,.0f} bytes"
        if function.bucket_keyed:
            yield "tag path", f"key requests {name}", items * 2 / 100, "key_request", f"{items:,} x 2 / 100"
        yield from (("reviews", *line) for line in review.answers_of(self.stack, function, items, assumed))
        yield from self._around(function, log / 1e9)

    def _writes(self, function: BilledFunction) -> tuple[float, str]:
        """Write units of one item, and their formula: row, index by day, pointer, and the mark, which is in no index;
        entries of the index by label, each a row of its own, if the taxonomy has labels with `index`."""
        row, share = ceil(self.assumed.row_size / 1024), self.assumed.ticket_share
        indexed = any(label.index for label in self.taxonomies[function.kind].in_use().labels.values())
        entries = self.assumed.indexed_labels if indexed else 0.0
        listed = f" + {entries:g} x 2 listed" if entries else ""
        formula = f"{row}+1 row + 1 pointer + {share:g} x {row} mark{listed}"
        return (row + 1) + 1 + share * row + entries * 2, f"({formula})"

    def _around(self, function: BilledFunction, log_gb: float) -> Iterator[tuple[Group, str, float, str, str]]:
        """Lines around the tag path of one function: arrival, storage, metrics and snapshot."""
        assumed, items, name = self.assumed, self.load.of(function.kind), function.name
        size = assumed.item_bytes(function.kind)
        if function.kind in RECEIVED_BY_SES:
            yield "arrival", "SES", items, "ses_mail", f"{items:,}"
            yield "arrival", "SES, large mails", items * (size // 256_000), "ses_chunk", f"{size / 1000:g} KB each"
        yield "arrival", f"S3 put {function.kind}", items, "s3_put", f"{items:,}"
        if function.scanned:
            gb = items * size / 1e9
            yield "arrival", f"GuardDuty {function.kind}", items, "malware_object", f"{items:,}"
            yield "arrival", f"GuardDuty {function.kind}, size", gb, "malware_gb", f"{gb:,.0f} GB"
        tickets = items * assumed.ticket_share
        formula = f"{tickets:,.0f} x (1 received + 1 deleted)"
        yield "consumer", f"SQS tickets read {name}", 2 * tickets, "sqs_fifo_request", formula
        scanned = log_gb / MONTH_DAYS * assumed.log_views * self.stack.log_widgets
        formula = f"{assumed.log_views} x {self.stack.log_widgets} queries of a day"
        yield "consumer", f"log queries {name}", scanned, "log_scan_gb", formula
        months = function.object_days / MONTH_DAYS if function.object_days else assumed.kept_months
        formula = f"{items * size / 1e9:,.0f} GB x {months:.1f} months"
        yield "kept", f"objects {function.kind}", items * size / 1e9 * months, "s3_gb_month", formula
        rows = items * assumed.row_size / 1e9 * assumed.kept_months
        formula = f"{rows / assumed.kept_months:.1f} GB x {assumed.kept_months} months"
        yield "kept", f"rows {name}", rows, "dynamodb_gb_month", formula
        yield "kept", f"rows, recovery {name}", rows, "dynamodb_recovery_gb_month", formula
        months = (function.log_days or 365) / MONTH_DAYS
        stored = log_gb * assumed.log_compression * months
        formula = f"{log_gb:.2f} GB x {assumed.log_compression:g} x {months:.1f} months"
        yield "kept", f"old logs {name}", stored, "log_gb_month", formula
        series = self.series(function)
        yield "fixed", f"metrics {name}", series, "metric_month", f"{series} at most: its labels and reasons"
        if function.snapshot:
            cached = function.memory_gb * MONTH_S
            yield "warm pool", f"snapshot {name}", cached, "snapshot_gb_second", "one version, all month"
