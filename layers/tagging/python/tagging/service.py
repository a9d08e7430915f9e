"""The path of one batch, top to bottom: fetch and tag, then all rows, all tickets, all marks, metrics."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from tagging.budget import Budget, reading_budget, within
from tagging.deciding import decide_again, decide_new, find_recorded
from tagging.feature_log import AttemptLog, FeatureLog
from tagging.intake import (
    Fetched,
    Inline,
    Job,
    Message,
    ObjectStore,
    RowId,
    StoredObject,
    batch_response,
    jobs_of,
    read_batch,
)
from tagging.item import Item
from tagging.kinds import Kind
from tagging.sending import Channel, send_outputs
from tagging.serving import Generation, Serving
from tagging.store import (
    LabelChangeQueue,
    LabelTable,
    Outcome,
    Output,
    OutputChannel,
    Resolution,
    Row,
    resolve_conflict,
    revise,
)
from tagging.telemetry import BatchCounts, Logger, Metrics, Run, describe, log_items

RESERVE_S = 10.0
"""Remaining time required to start another item: enough to tag it and to write the results of the whole batch."""

Input = TypeVar("Input")
Result = TypeVar("Result")


class TagService(Struct, frozen=True):
    """Tags the batches of one function. `kind` is the kind of objects whose event does not name one."""

    kind: Kind
    serving: Serving
    read: Callable[[Kind, bytes | Inline], Item]
    objects: ObjectStore
    table: LabelTable
    outputs: tuple[OutputChannel, ...]
    metrics: Metrics
    logger: Logger
    threads: ThreadPoolExecutor
    budget: Callable[[int], Budget] = reading_budget
    """Budget for reading an input, by its size in bytes."""
    log: FeatureLog | None = None
    """Keeps what items were decided from; None where the stage keeps nothing."""
    label_changes: LabelChangeQueue | None = None
    """Where changes of labels are sent; None where the stage sends none."""
    probes: bool = False
    """Objects under `probe/` prove that the flow is alive; no list and no metric counts them."""

    def handle(self, event: object, remaining_s: Callable[[], float]) -> dict[str, list[dict[str, str]]]:
        """Process an event; returns the partial batch response. Never raises for an SQS event."""
        batch = read_batch(event)
        run = Run(remaining_s, self.logger)
        try:
            self._tag_batch(run, batch.messages)
        except Exception as error:  # promise D: a fault of ours returns the messages and does not end the function
            for message in batch.messages:
                run.fail(message, "", error)
        return batch_response(batch, run.failed)

    def _tag_batch(self, run: Run, messages: Iterable[Message]) -> None:
        jobs = jobs_of(messages)
        generation, log = self.serving.begin(self.threads), AttemptLog(self.log)
        with run.stage("tag"):
            outcomes = list(self._outcomes(run, jobs, generation, log))
        with run.stage("rows"):
            resolved = self._in_threads(run, outcomes, lambda outcome: self._write(run, outcome))
        with run.stage("tickets"):
            sent = send_outputs(self._channels, run, resolved, self.threads)
        with run.stage("marks"), log.writing([each for _, each in resolved], self.threads):
            self._in_threads(run, sent, lambda output: self.table.mark_sent(*output))
        tickets = {row.id for _, (row, output) in sent if output == "ticket"}
        log_items(self.logger, [each for _, each in resolved], tickets, self.serving.decided_by)
        if log.error is not None:
            self.logger.error("features are not kept", extra=describe(log.error))
        self._publish(run, resolved, log, tickets=len(tickets))

    def _outcomes(
        self, run: Run, jobs: list[Job], generation: Callable[[], Generation], log: AttemptLog
    ) -> Iterator[tuple[Job, Outcome]]:
        """Yield each job with its outcome, in order; while one is tagged, the next objects are fetched.

        A job without an outcome is done: its item cannot be decided again, or need not be.
        """
        fetches = self.objects.fetch_ahead([job.stored for job in jobs], self.threads)
        for job, fetch in zip(jobs, fetches, strict=True):
            try:
                if run.remaining_s() < RESERVE_S:
                    raise TimeoutError  # not started: it goes back
                if isinstance(job.delivery.source, RowId):
                    outcome = self._outcome_again(run, job.delivery.source, generation(), log)
                else:
                    outcome = self._outcome(run, job, fetch, generation(), log)
                if outcome is not None:
                    yield job, outcome
            except Exception as error:  # any fault affects this message only
                run.fail(job.message, job.item_id, error)

    def _outcome(
        self, run: Run, job: Job, fetch: Future[Fetched] | None, generation: Generation, log: AttemptLog
    ) -> Outcome:
        """The tagged or quarantined item; any other exception is a fault that a retry can fix."""
        outcome, scored = decide_new(job.delivery, fetch, generation, run.now(), self.kind, self._read)
        source = job.delivery.source
        if self.probes and isinstance(source, StoredObject) and source.is_probe:
            outcome = replace(outcome, probe=True)
        return outcome if scored is None else log.note(outcome, scored)

    def _outcome_again(self, run: Run, item: RowId, generation: Generation, log: AttemptLog) -> Outcome | None:
        """The outcome of an item that has a row; None where it cannot or need not be decided again."""
        recorded = find_recorded(self.table, self.log, self.kind, item, generation)
        if recorded is None:
            return None
        decided = decide_again(recorded, generation, run.now(), self.objects.fetch, self._read)
        if decided is None:
            self.logger.warning("cannot be decided again", extra={"item": item.id})
            return None
        return log.note(*decided)

    def _read(self, kind: Kind, content: bytes | Inline, size: int) -> Item:
        """Read an item within the time that its size allows. Raises Quarantined."""
        return within(self.budget(size), partial(self.read, kind, content))

    def _write(self, run: Run, outcome: Outcome) -> Resolution:
        """Write the row of an outcome, its key's pointer and its index entries; returns the current row."""
        contents = {output.name: output.content(outcome) for output in self.outputs}
        due = {name: content for name, content in contents.items() if content is not None}
        row = outcome.to_row(uuid.uuid4().hex, due)

        def changed(current: Row) -> dict[str, Output]:
            return {} if self.label_changes is None else self.label_changes.revised(current, outcome)

        if outcome.row is not None:
            resolution = revise(self.table, outcome.row, row, run.started_at, changed)
        else:
            resolution = resolve_conflict(self.table, row, run.started_at, changed)
        if outcome.probe:
            return resolution  # no pointer and no index: it expires, and no list shows it
        if outcome.stored is not None:
            self.table.advance_latest(outcome.stored, outcome.item_id)
        labels = outcome.taxonomy.labels
        for label in resolution.row.revision.labels:
            if label in labels and labels[label].index:
                self.table.add_to_index(label, resolution.row)
        return resolution

    @property
    def _channels(self) -> tuple[Channel, ...]:
        return self.outputs if self.label_changes is None else (*self.outputs, self.label_changes)

    def _in_threads(
        self, run: Run, jobs: list[tuple[Job, Input]], work: Callable[[Input], Result]
    ) -> list[tuple[Job, Result]]:
        """Run the calls of one stage in parallel; a job whose call fails goes back, the others continue."""
        if len(jobs) > 1:
            calls = [(job, self.threads.submit(work, value).result) for job, value in jobs]
        else:  # a single call needs no second thread
            calls = [(job, partial(work, value)) for job, value in jobs]
        results: list[tuple[Job, Result]] = []
        for job, call in calls:
            try:
                results.append((job, call()))
            except Exception as error:  # any fault affects this message only
                run.fail(job.message, job.item_id, error)
        return results

    def _publish(self, run: Run, resolved: list[tuple[Job, Resolution]], log: AttemptLog, *, tickets: int) -> None:
        """Publish what this attempt wrote of new items; nothing for a batch without one of which none goes back."""
        new = (pair for pair in resolved if not isinstance(pair[0].delivery.source, RowId))
        items = [(job, each) for job, each in new if not each.row.probe]
        if resolved and not items and not run.failed:
            return
        rows = [each.row for _, each in items if each.written]
        flips = log.flips(rows, self.serving.shadow, self.serving.refuse_shadow)
        self.metrics.publish(
            BatchCounts(
                items=len(rows),
                failed=len(run.failed),
                tickets=tickets,
                challenger=self.serving.challenged(row.id for row in rows if row.revision.quarantine is None),
                labels=[label for row in rows for label in row.revision.labels],
                quarantined=[row.revision.quarantine.reason for row in rows if row.revision.quarantine],
                review_reasons=[reason for row in rows for reason in row.revision.review_reasons],
                latency=[(time.time() - job.message.sent_at) * 1000 for job, _ in items if job.message.sent_at],
                stages=run.stages,
                served=self.serving.labels,
                flips=flips,
                faults=(*self.serving.faults, *(["FeatureLogFailed"] if log.error is not None else [])),
            )
        )
