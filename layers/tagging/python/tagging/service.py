"""The path of one batch, top to bottom: fetch and tag, then all rows, all tickets, all marks, metrics."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from msgspec import Struct

from tagging.budget import Budget, reading_budget, within
from tagging.intake import (
    Delivery,
    Fetched,
    Inline,
    Kind,
    Message,
    ObjectStore,
    Rejected,
    StoredObject,
    answer,
    content_hash,
    read_batch,
    read_body,
)
from tagging.item import Item
from tagging.model import Tagger, UnknownHead
from tagging.quarantine import Quarantine, Untaggable
from tagging.store import LabelTable, Outcome, Resolution, Row, Tagged, TicketQueue, resolve_conflict, source_fields
from tagging.telemetry import BatchCounts, Logger, Metrics, Run

RESERVE_S = 10.0
"""Time that must remain to begin another item: tagging it, and writing what the whole batch found."""

Given = TypeVar("Given")
Result = TypeVar("Result")


class Job(Struct, frozen=True):
    """One delivery of one message of the batch."""

    message: Message
    asked: Delivery | Rejected

    @property
    def item_id(self) -> str:
        """As far as it is known before the object is read."""
        return self.asked.item_id if isinstance(self.asked, Rejected) else self.asked.source.item_id

    @property
    def stored(self) -> StoredObject | None:
        """The object to fetch, if there is one."""
        if isinstance(self.asked, Rejected) or self.asked.refusal is not None:
            return None
        return self.asked.source if isinstance(self.asked.source, StoredObject) else None


class TicketRefused(Exception):
    """SQS did not take a ticket; it stays pending and its message goes back. The text is SQS's code."""


class TagService(Struct, frozen=True):
    """One function's work, wired once at its start."""

    kind: Kind
    """What an object is when its event does not say."""
    tagger: Tagger
    read: Callable[[Kind, bytes | Inline], Item]
    objects: ObjectStore
    table: LabelTable
    tickets: TicketQueue
    metrics: Metrics
    logger: Logger
    threads: ThreadPoolExecutor
    budget: Callable[[int], Budget] = reading_budget
    """What reading an input of so many bytes may cost."""

    def handle(self, event: object, remaining_s: Callable[[], float]) -> dict[str, list[dict[str, str]]]:
        """Do an event's work and answer what goes back to its queue; never raises for an SQS event."""
        batch = read_batch(event)
        run = Run(remaining_s, self.logger)
        try:
            self._tag_batch(run, batch.messages)
        except Exception as error:  # promise D: a fault of ours sends messages back and does not end the function
            for message in batch.messages:
                run.fail(message, "", error)
        return answer(batch, run.failed)

    def _tag_batch(self, run: Run, messages: Iterable[Message]) -> None:
        jobs = [Job(message, asked) for message in messages for asked in read_body(message.body)]
        with run.stage("tag"):
            outcomes = list(self._outcomes(run, jobs))
        with run.stage("rows"):
            settled = self._in_threads(run, outcomes, lambda outcome: self._settle(run, outcome))
        with run.stage("tickets"):
            sent = self._send_tickets(run, settled)
        with run.stage("marks"):
            self._in_threads(run, sent, self.table.mark_sent)
        self._tell(run, settled, sent={row.id for _, row in sent})

    def _outcomes(self, run: Run, jobs: list[Job]) -> Iterator[tuple[Job, Outcome]]:
        """Each job with its outcome, in order; the next objects are fetched while one is tagged."""
        fetches = self.objects.fetch_ahead([job.stored for job in jobs], self.threads)
        for job, fetch in zip(jobs, fetches, strict=True):
            try:
                if run.remaining_s() < RESERVE_S:
                    raise TimeoutError  # not begun: it goes back
                yield job, self._outcome(run, job, fetch)
            except Exception as error:  # whatever it is, it is this message's alone
                run.fail(job.message, job.item_id, error)

    def _outcome(self, run: Run, job: Job, fetch: Future[Fetched] | None) -> Outcome:
        """Tagged or quarantined; any other exception is a fault that a retry can mend."""
        version = self.tagger.bundle.version
        asked = job.asked
        if isinstance(asked, Rejected):
            return Outcome(asked.item_id, "message", {}, run.now(), version, Quarantine(asked.reason, asked.detail))
        source, kind, input_hash = asked.source, asked.kind or self.kind, None
        found: Tagged | Quarantine
        try:
            if asked.refusal is not None:
                raise Untaggable(asked.refusal.reason, asked.refusal.detail)
            if isinstance(source, Inline):
                input_hash = content_hash(json.dumps([source.subject, source.text]))
                content: bytes | Inline = source
                size = len(source.text) + len(source.subject)
            else:
                fetched = self.objects.fetch(source) if fetch is None else fetch.result()
                source, input_hash = fetched.source, content_hash(fetched.data)
                content, size = fetched.data, len(fetched.data)
            item = within(self.budget(size), partial(self.read, kind, content))
            found = Tagged(item, self.tagger.tag(item, asked.heads))
        except UnknownHead:
            found = Quarantine("unknown_head")
        except Untaggable as error:
            found = Quarantine(error.reason, error.detail)
        return Outcome(
            item_id=source.item_id,
            kind=kind,
            source=source_fields(source),
            at=run.now(),
            bundle=version,
            found=found,
            heads=asked.heads,
            input_hash=input_hash,
            stored=source if isinstance(source, StoredObject) else None,
        )

    def _settle(self, run: Run, outcome: Outcome) -> Resolution:
        """Write one outcome; the row that stands then, with its key's pointer and index entries."""
        taxonomy = self.tagger.bundle.taxonomy
        standing = resolve_conflict(self.table, outcome.to_row(uuid.uuid4().hex, taxonomy), run.began)
        if outcome.stored is not None:
            self.table.advance_latest(outcome.stored, outcome.item_id)
        for label in standing.row.revision.labels:
            if label in taxonomy.labels and taxonomy.labels[label].index:
                self.table.add_to_index(label, standing.row)
        return standing

    def _send_tickets(self, run: Run, settled: list[tuple[Job, Resolution]]) -> list[tuple[Job, Row]]:
        """Send every pending ticket's stored content; the rows whose ticket SQS took."""
        pending = [(job, each.row) for job, each in settled if each.row.ticket == "pending"]
        refused = self.tickets.send({row.id: str(row.ticket_body) for _, row in pending}, self.threads)
        for job, row in pending:
            if row.id in refused:
                run.fail(job.message, row.id, TicketRefused(refused[row.id]))
        return [(job, row) for job, row in pending if row.id not in refused]

    def _in_threads(
        self, run: Run, jobs: list[tuple[Job, Given]], work: Callable[[Given], Result]
    ) -> list[tuple[Job, Result]]:
        """Do one stage's calls at once; a job whose call fails goes back, the others go on."""
        if len(jobs) > 1:
            calls = [(job, self.threads.submit(work, given).result) for job, given in jobs]
        else:  # one call needs no thread beside this one
            calls = [(job, partial(work, given)) for job, given in jobs]
        done: list[tuple[Job, Result]] = []
        for job, call in calls:
            try:
                done.append((job, call()))
            except Exception as error:  # whatever it is, it is this message's alone
                run.fail(job.message, job.item_id, error)
        return done

    def _tell(self, run: Run, settled: list[tuple[Job, Resolution]], sent: set[str]) -> None:
        """One log line per item and one set of metrics per batch; only what this attempt wrote is counted.

        `sent`: ids of the items whose ticket this attempt sent; their rows were read before they were marked.
        """
        fresh = [each.row for _, each in settled if each.fresh]
        for _, each in settled:
            why = each.row.revision.quarantine
            about = {
                "item": each.row.id,
                "labels": each.row.revision.labels,
                "ticket": "sent" if each.row.id in sent else each.row.ticket,
                "fresh": each.fresh,
            }
            if why is None:
                self.logger.info("tagged", extra=about)
            else:
                self.logger.warning("quarantined", extra=about | {"reason": why.reason})
        now = time.time()
        self.metrics.publish(
            BatchCounts(
                items=len(fresh),
                failed=len(run.failed),
                tickets=len(sent),
                labels=[label for row in fresh for label in row.revision.labels],
                quarantined=[row.revision.quarantine.reason for row in fresh if row.revision.quarantine],
                latency=[(now - job.message.sent_at) * 1000 for job, _ in settled if job.message.sent_at],
                stages=run.stages,
            )
        )
