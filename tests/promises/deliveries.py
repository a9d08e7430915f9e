"""A hypothesis state machine: delivers messages in any order, with faults, and checks promises A and B all the time.

Where a pointer is read, versions are promoted, rolled back and damaged between and during deliveries.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from tagging.intake.source import StoredObject
from tagging.model.tagger import Tagger
from tagging.serving.pointer import LAYER, Change, Pointer, PointerError, challenged, promoted, rolled_back
from tagging.store.revision import Revision
from tagging.store.row import Row
from tests.messages import inline, notification, pointer
from tests.promises.crash_harness import CrashHarness, Run, rows_of
from tests.promises.wire import FAULTS, UNBROKEN, Plan

OPERATIONS = ("GetObject", "PutItem", "PutItem", "GetItem", "UpdateItem", "SendMessageBatch")
KEYS, IDS = ("a", "b"), ("crm-1", "crm-2")
PLACES = (0, 0, 0, 1, 1, 2)
"""Which call of an operation: an invocation of one message makes few of each."""
GAPS = (1.0, 60.0, 240.0, 7200.0)
BY = Change("anna", "2026-11-28T12:00:00.000+00:00", "a test")


@dataclass
class Table:
    """The harness and taggers that all runs of the state machine share, and counts over these runs."""

    bench: CrashHarness
    taggers: tuple[Tagger, ...]
    versions: tuple[str, ...] = ()
    """What can be promoted; empty where no pointer is read."""
    deliveries: int = 0
    pointers: int = 0
    """Changes of who serves."""
    plays: int = 0
    broken: int = 0
    met: int = 0


@dataclass
class Message:
    """A message that S3 or a sender put on the queue."""

    body: str
    item_id: str
    due: bool
    """Whether its item opens a ticket."""
    sequencer: str | None = None
    key_id: str | None = None
    done: bool = False
    """The function took it off the queue."""


def plans() -> st.SearchStrategy[Plan]:
    """A fault at some call, or none. An invocation may not make that call: then nothing breaks."""
    return st.builds(
        Plan,
        fault=st.sampled_from((None, *FAULTS)),
        operation=st.sampled_from(OPERATIONS),
        place=st.sampled_from(PLACES),
    )


class Deliveries(RuleBasedStateMachine):
    """One table and one ticket queue, from the first message to the last redelivery."""

    table: Table

    @initialize()
    def begin(self) -> None:
        self.run: Run = self.table.bench.open(threads=1)
        self.messages: list[Message] = []
        self.versions: list[tuple[StoredObject, str, bool]] = []
        self.deleted: set[str] = set()
        self.written: dict[str, int] = {}
        self.tagger = self.table.taggers[0]
        self.pointer: Pointer | None = None
        self.history: dict[str, list[Revision]] = {}
        self.bodies: dict[str, str] = {}
        self.latest: dict[str, str] = {}
        self.marked: set[str] = set()
        self.checked = 0
        self.table.plays += 1
        for key in KEYS:
            self.write(key, 0)

    # What arrives.

    @rule(key=st.sampled_from(KEYS), content=st.integers(0, 3))
    def write(self, key: str, content: int) -> None:
        """Write an object, perhaps over another; S3 notifies of it."""
        samples = self.table.bench.samples
        stored = self.table.bench.put(
            f"{key}-{self.run.table}", (*samples.due, samples.silent, samples.hopeless)[content]
        )
        self.written[key] = self.written.get(key, 0) + 7
        self.versions.append((stored, f"{self.written[key]:X}", content < 2))
        self._add(notification(stored, sequencer=self.versions[-1][1]), *self.versions[-1])

    @precondition(lambda self: self.versions)
    @rule(place=st.integers(0, 20), way=st.sampled_from(("pointer", "heads", "eventbridge")))
    def ask_again(self, place: int, way: str) -> None:
        """Send another message about a version that already has one."""
        stored, sequencer, due = self.versions[place % len(self.versions)]
        kind, head = self.table.bench.samples.kind, self.tagger.bundle.taxonomy.heads[0].id
        if way == "eventbridge":
            about = {"key": stored.key, "version-id": stored.version, "etag": stored.etag, "sequencer": sequencer}
            detail = {"bucket": {"name": stored.bucket}, "object": about}
            body = json.dumps({"source": "aws.s3", "detail-type": "Object Created", "detail": detail})
            self._add(body, stored, sequencer, due)
        else:
            more = {"heads": [head]} if way == "heads" else {}
            self._add(pointer(stored, kind, **more), stored, None, due)

    @precondition(lambda self: self.table.bench.samples.kind == "mail")
    @rule(id=st.sampled_from(IDS), text=st.sampled_from(("I lost my card", "I am very angry", "Thank you very much")))
    def send(self, id: str, text: str) -> None:
        """Send text under its sender's id, which may have been used for other text before."""
        self.messages.append(Message(inline(f"{id}-{self.run.table}", text), f"{id}-{self.run.table}", due=False))

    @precondition(lambda self: self.versions)
    @rule(place=st.integers(0, 20))
    def delete(self, place: int) -> None:
        """Delete a version, perhaps before it was tagged."""
        stored, _, _ = self.versions[place % len(self.versions)]
        self.table.bench.clients.s3.delete_object(Bucket=stored.bucket, Key=stored.key, VersionId=str(stored.version))
        self.deleted.add(stored.item_id)

    def _add(self, body: str, stored: StoredObject, sequencer: str | None, due: bool) -> None:
        self.messages.append(Message(body, stored.item_id, due, sequencer, stored.key_id))

    # What the functions do.

    @precondition(lambda self: self.messages)
    @rule(places=st.lists(st.integers(0, 40), min_size=1, max_size=3), plan=plans())
    def deliver(self, places: list[int], plan: Plan) -> None:
        """Deliver a batch; some messages may be redeliveries, and a call may break."""
        self._deliver(places, plan, 0)
        self.table.broken += bool(self.table.bench.workers[0].wire.broken and plan.fault)

    @precondition(lambda self: self.messages)
    @rule(
        straggler=st.integers(0, 40),
        others=st.lists(st.integers(0, 40), min_size=1, max_size=2),
        operation=st.sampled_from(OPERATIONS),
        place=st.sampled_from(PLACES),
        after=st.booleans(),
        upgrade=st.booleans(),
        change=st.sampled_from(("promote", "promote", "canary", "roll back", "")),
        plan=plans(),
    )
    def meet(
        self,
        straggler: int,
        others: list[int],
        operation: str,
        place: int,
        after: bool,
        upgrade: bool,
        change: str,
        plan: Plan,
    ) -> None:
        """One worker waits in the middle of a call until others have finished; at most one of these waits likewise."""

        def meanwhile(left: list[int]) -> None:
            if upgrade:
                self.upgrade()
            if self.table.versions:
                self.point(change, straggler)
            inner = Plan(operation=operation, place=place, after=after, meanwhile=partial(meanwhile, left[1:]))
            same = straggler if left[0] % 2 else left[0]  # the same message, as often as not
            self._deliver([same], plan if len(left) == 1 else inner, len(others) - len(left) + 1)

        outer = Plan(operation=operation, place=place, after=after, meanwhile=partial(meanwhile, others))
        self._deliver([straggler], outer, 0)
        self.table.met += self.table.bench.workers[0].wire.broken is not None

    @rule()
    def upgrade(self) -> None:
        """Deploy another bundle, or the previous one again."""
        taggers = self.table.taggers
        self.tagger = taggers[(taggers.index(self.tagger) + 1) % len(taggers)]

    @precondition(lambda self: self.table.versions)
    @rule(what=st.sampled_from(("promote", "canary", "roll back", "spoil", "older")), place=st.integers(0, 20))
    def point(self, what: str, place: int) -> None:
        """Change who serves, if there is such a change; not every version may be served, nor every pointer be read."""
        version, kind = self.table.versions[place % len(self.table.versions)], self.table.bench.samples.kind
        changes: dict[str, Callable[[], Pointer]] = {
            "promote": lambda: promoted(self.pointer, kind, version, BY),
            "canary": lambda: challenged(self.pointer, kind, version, 0.5, BY),
            "roll back": lambda: rolled_back(self.pointer, BY),
        }
        if what == "spoil":
            self.run.put_pointer((b"", b"no json")[place % 2])
        elif what == "older" and self.pointer is not None:
            self.run.put_pointer(replace(self.pointer, generation=1, champion=LAYER, challenger=None).to_json())
        elif what in changes:
            with suppress(PointerError):  # it is the champion already, or there is nothing to return to
                self.pointer = changes[what]()
                self.run.put_pointer(self.pointer.to_json())
                self.table.pointers += 1

    @rule(seconds=st.sampled_from(GAPS))
    def wait(self, seconds: float) -> None:
        self.run.clock.skip(seconds)

    def _deliver(self, places: list[int], plan: Plan, worker: int) -> None:
        chosen = {str(place % len(self.messages)): self.messages[place % len(self.messages)] for place in places}
        before = self.run.deliveries
        back = self.run.deliver({id: each.body for id, each in chosen.items()}, self.tagger, plan, worker)
        self.table.deliveries += self.run.deliveries - before if worker == 0 else 0
        for id, each in chosen.items():
            each.done = each.done or id not in back

    # What must always hold.

    @invariant()
    def nothing_is_lost_or_rewritten(self) -> None:
        if not hasattr(self, "run") or self.run.deliveries == self.checked:
            return
        self.checked = self.run.deliveries
        kept = self.run.kept()
        rows = rows_of(kept)
        asked = {each.item_id for each in self.messages}
        assert {id.split("~")[0] for id in rows} <= asked
        assert {each.item_id for each in self.messages if each.done} <= set(rows)
        for id, row in rows.items():
            self._check_row(id, row)
        latest = {id: item["sequencer"]["S"] for id, item in kept.items() if id.startswith("latest#")}
        assert all(latest[id] >= sequencer for id, sequencer in self.latest.items()), "latest moved back"
        self.latest = latest

    def _check_row(self, id: str, row: Row) -> None:
        story = [replace(each, scores=None) for each in (*row.earlier, row.revision)]
        told = self.history.get(id, [])
        assert story[: len(told)] == told, "an earlier outcome was overwritten"
        self.history[id] = story
        generations = [each.generation for each in story]
        assert generations == sorted(generations), "a lower generation revised a higher one"
        made = [(each.generation, each.bundle, each.heads) for each in story if each.quarantine is None]
        assert len(set(made)) == len(made), "the same bundle's outcome twice"
        if row.ticket_body is not None:
            assert self.bodies.setdefault(id, row.ticket_body) == row.ticket_body, "a ticket was rewritten"
        assert row.ticket == "sent" or id not in self.marked, "a ticket's mark was taken back"
        if row.ticket == "sent":
            self.marked.add(id)
            assert any(copy.id == id for copy in self.run.copies), "marked as sent, but never sent"

    def teardown(self) -> None:
        """At the end, redeliver every message without faults until it is done."""
        if not hasattr(self, "run"):
            return
        if self.table.versions:  # whoever spoiled the pointer repairs it
            self.run.put_pointer(None if self.pointer is None else self.pointer.to_json())
        for _ in range(2):
            for number in range(0, len(self.messages), 10):
                self._deliver(list(range(number, min(number + 10, len(self.messages)))), UNBROKEN, 0)
            self.nothing_is_lost_or_rewritten()
            assert all(each.done for each in self.messages)
            assert not [id for id, row in self.run.rows().items() if row.ticket == "pending"]
            self.run.clock.skip(7200)
        self._check_end()

    def _check_end(self) -> None:
        rows, seen = self.run.rows(), self.run.seen()
        assert {id for id, row in rows.items() if row.ticket == "sent"} == set(seen)
        for each in self.messages:
            row = rows[each.item_id]
            if each.due and row.revision.quarantine is None:
                assert row.ticket == "sent"
            if row.revision.quarantine is not None and row.revision.quarantine.reason == "object_gone":
                assert each.item_id in self.deleted
            if each.sequencer:
                assert self.latest[f"latest#{each.key_id}"] >= each.sequencer.rjust(64, "0").lower()
