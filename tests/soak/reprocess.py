"""`python -m tests.soak.reprocess`: old objects are tagged again while live mail arrives, and the run is interrupted.

On the local cloud: objects without rows are reconciled page by page, interrupted twice, while live mails are put. Then
the listing alone, over many keys, interrupted twice. Exits with 1 where a live message shares a queue with the others,
more invocations run for them than their setting allows, or anything is lost or doubled.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from tagging.aws import Clients
from tagging.intake.source import StoredObject
from tagging.local.clock import Clock
from tagging.local.cloud import LocalCloud
from tagging.local.invocation import Invocation
from tagging.local.stack import QueueMapping
from tagging.operations import object_versions
from tagging.operations.deployment import Deployment, IntakeRoute
from tagging.operations.reconcile import Totals, reconcile_objects, unfinished_run
from tagging.operations.reprocessing import Reprocessing
from tests.soak.listed_account import Interrupted
from tests.soak.reprocess_listing import run_listing

ROOT = Path(__file__).parents[2]
FUNCTION = "tag_mail"
SINCE = datetime.now(UTC) - timedelta(days=1)
TEXTS = ("I lost my card, please help.", "Where is my parcel?", "Thank you very much!")
OLD, LIVE = "old", "live"
CLOCK_SCALE = 20.0
"""Visibility timeout of 12 seconds."""


@dataclass
class Flow:
    """The deliveries of live and old mails by queue, and how many invocations ran at once."""

    cloud: LocalCloud
    deployment: Deployment
    apart: QueueMapping
    put: dict[str, str] = field(default_factory=dict)
    """Item id → `old` or `live`."""
    wrong: Counter[str] = field(default_factory=Counter)
    most: int = 0
    interruptions: int = 0
    _running: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def put_mail(self, group: str, number: int) -> None:
        """Put a mail; an old one was put before, and its message is lost."""
        text = TEXTS[number % len(TEXTS)]
        data = f"Subject: Question {number}\r\n\r\n{text}\r\n".encode()
        stored = self.cloud.put(FUNCTION, f"{group}/{number:05}.eml", data)
        self.put[StoredObject(stored.bucket, stored.key, stored.version).item_id] = group

    def begin(self, event: dict[str, Any]) -> None:
        """Count the invocations that run at once for old mails: those begun and not yet noted."""
        with self._lock:
            self._running += self._is_apart(event)
            self.most = max(self.most, self._running)

    def note(self, event: dict[str, Any], _: Invocation) -> None:
        """Compare the queue of each message with what it names."""
        with self._lock:
            self._running -= self._is_apart(event)
        for record in event["Records"]:
            group = next((each for each in (LIVE, OLD) if f'"{each}/' in record["body"]), None)  # or S3's test event
            apart = record["eventSourceARN"] == self.apart.queue.arn
            self.wrong["live mail among the others"] += group == LIVE and apart
            self.wrong["old mail among live ones"] += group == OLD and not apart

    def _is_apart(self, event: dict[str, Any]) -> bool:
        return bool(event["Records"][0]["eventSourceARN"] == self.apart.queue.arn)

    def pages(self, interrupted_at: tuple[int, int]) -> Iterator[None]:
        """The run as a person does it: interrupted while it sends a page, and resumed, twice."""
        since, start, totals = SINCE, None, Totals()
        reprocessing = self._reprocessing()
        sends = count(1)

        def interrupt(**_: Any) -> None:
            if next(sends) in interrupted_at:
                raise Interrupted

        sqs = self.deployment.clients.sqs
        sqs.meta.events.register("before-call.sqs.SendMessageBatch", interrupt)
        bucket = self.deployment.routes[0].bucket
        while True:
            try:
                for _page in reconcile_objects(
                    self.deployment, bucket, since, totals, reprocessing=reprocessing, start=start
                ):
                    yield
                return
            except Interrupted:
                self.interruptions += 1
                since, start, totals = unfinished_run(self.deployment, bucket)
                reprocessing = self._reprocessing()

    def _reprocessing(self) -> Reprocessing:
        return Reprocessing(self.deployment, self.deployment.routes[0], 10_000, mappings=self.cloud.client("lambda"))

    def check(self) -> None:
        """Count what is lost or doubled."""
        rows = self.cloud.rows()
        self.wrong["lost"] += len(self.put.keys() - {row.id for row in rows})
        self.wrong["doubled"] += len(rows) - len({row.id for row in rows})
        self.wrong["tagged twice"] += sum(bool(row.earlier) for row in rows)
        self.wrong["dead letters"] += len(self.cloud.dead_letters())
        tickets = Counter(ticket.id for ticket in self.cloud.sent_tickets())
        due = {row.id for row in rows if row.ticket != "none"}
        self.wrong["tickets lost"] += len(due - tickets.keys())
        self.wrong["tickets twice"] += sum(number > 1 for number in tickets.values())
        self.wrong["more at once than allowed"] += self.most > self.apart.max_concurrency


def run_flow(objects: int, live: int, environments: int) -> Flow:
    """Put the old mails, lose their messages, then reconcile while live mails arrive."""
    clock = Clock(CLOCK_SCALE)
    with LocalCloud.start(ROOT, clock=clock, functions=[FUNCTION], environments=environments) as cloud:
        cloud.wait_ready()
        (apart,) = [each for each in cloud.stack.mappings if not each.enabled and each.function.name == FUNCTION]
        flow = Flow(cloud, _deployment(cloud, apart), apart)
        s3, bucket = cloud.client("s3"), cloud.stack.bucket_of(FUNCTION)
        s3.put_bucket_notification_configuration(Bucket=bucket.name, NotificationConfiguration={})  # no messages
        for number in range(objects):
            flow.put_mail(OLD, number)
        s3.put_bucket_notification_configuration(Bucket=bucket.name, NotificationConfiguration=bucket.notifications)
        cloud.pools[FUNCTION].before_invocation = flow.begin
        object_versions._PAGE = max(10, objects // 60)
        batches = objects // 10
        pages = flow.pages((batches // 3, 2 * batches // 3))
        cloud.deliver_until_idle(flow.note, feed=_interleaved(flow, pages, live, objects))
        flow.check()
        return flow


def _interleaved(flow: Flow, pages: Iterator[None], live: int, objects: int) -> Iterator[Callable[[], object]]:
    """A page, then a share of the live mails, until there are no more of either."""
    steps = objects // object_versions._PAGE + 1
    share, number = -(-live // steps), 0
    for _ in range(steps + 2):  # two pages are sent again
        yield partial(next, pages, None)
        for _ in range(min(share, live - number)):
            yield partial(flow.put_mail, LIVE, number)
            number += 1
    yield lambda: list(pages)


def _deployment(cloud: LocalCloud, apart: QueueMapping) -> Deployment:
    clients = Clients(**{name: cloud.client(name) for name in ("s3", "sqs", "dynamodb")})
    intake = cloud.stack.intake_of(FUNCTION)
    route = IntakeRoute("mail", cloud.stack.bucket_of(FUNCTION).name, intake.url, "", apart.queue.url, apart.uuid)
    return Deployment("local", clients, cloud.stack.label_table, (route,), cloud.stack.ticket_queues[0].url, "")


def main(words: list[str]) -> int:
    """Run both parts; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=3_000)
    parser.add_argument("--live", type=int, default=300)
    parser.add_argument("--keys", type=int, default=100_000)
    parser.add_argument("--environments", type=int, default=4)
    options = parser.parse_args(words)
    start = time.monotonic()
    account, wrong_listing = run_listing(options.keys)
    print(
        f"listing: {options.keys} keys, {len(account.gaps)} without a row, {account.sent.total()} sent, "
        f"{account.calls['list']} pages read, 2 interruptions, {time.monotonic() - start:.1f} s"
    )
    start = time.monotonic()
    flow = run_flow(options.objects, options.live, options.environments)
    print(
        f"flow: {options.objects} objects again and {options.live} live mails in {time.monotonic() - start:.0f} s, "
        f"{flow.interruptions} interruptions, {flow.most} invocations at once for the objects "
        f"(setting: {flow.apart.max_concurrency})"
    )
    flow.wrong["not interrupted"] += flow.interruptions != 2
    print(f"wrong: {dict(flow.wrong + wrong_listing) or 'nothing'}")
    return 1 if sum(flow.wrong.values()) + sum(wrong_listing.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
