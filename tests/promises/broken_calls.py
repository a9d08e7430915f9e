"""One batch, broken at one call after the other: what is wrong with the result of its redelivery."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from tagging.model.tagger import Tagger
from tests.promises.crash_harness import BEYOND_S, WITHIN_S, CrashHarness, Run
from tests.promises.wire import FAULTS, Call, Fault, Plan


@dataclass(frozen=True)
class Post:
    """A batch, its run without faults, and the result of that run."""

    bench: CrashHarness
    tagger: Tagger
    messages: dict[str, str]
    calls: list[Call]
    outcomes: dict[str, Any]

    @property
    def breaks(self) -> list[tuple[Call, Fault, float]]:
        """Every call of the batch, broken in every way, redelivered within the five minutes and beyond."""
        return [(call, fault, gap) for call in self.calls for fault in FAULTS for gap in (WITHIN_S, BEYOND_S)]


def unbroken(bench: CrashHarness, tagger: Tagger, messages: dict[str, str]) -> Post:
    """Deliver the batch without faults, and keep its calls and its result."""
    run = bench.open()
    assert run.deliver(messages, tagger) == set()
    calls = sorted(bench.workers[0].wire.calls)
    return Post(bench, tagger, messages, calls, outcomes(run))


def outcomes(run: Run) -> dict[str, Any]:
    """The result without times and tokens: rows, pointers, index entries, and the tickets that consumers received."""
    kept: dict[str, Any] = {}
    for id, item in run.kept().items():
        if "#" in id:
            kept[id] = (item["item_id"]["S"], item.get("sequencer"))
    for id, row in run.rows().items():
        revision = row.revision
        source = {name: row.source.get(name) for name in ("key", "version")}  # only some messages know the sequencer
        states = {name: row.state(name) for name in ("ticket", *row.outputs)}
        kept[id] = (states, source, row.input_hash, revision.labels, revision.scores, revision.quarantine)
    return kept | {"tickets": sorted(set(run.seen()))}


def try_break(post: Post, call: Call, fault: Fault, gap: float) -> str:
    """Break the batch at one call and redeliver it; describes what is wrong, or returns an empty text."""
    run = post.bench.open()
    back = run.deliver(post.messages, post.tagger, Plan(fault, call))
    if post.bench.workers[0].wire.broken is None:
        return "the call was not made"
    if not fault.startswith("killed") and not back and call.operation != "GetObject":
        return "nothing came back"
    left = {row.id for row in run.rows().values() if row.ticket == "pending"}
    sent = set(run.seen())
    run.clock.skip(gap)
    if run.deliver({id: post.messages[id] for id in sorted(back)}, post.tagger):
        return "the redelivery did not end it"
    if outcomes(run) != post.outcomes:
        return "other outcomes than of an unbroken run"
    twice = [id for id, count in Counter(run.seen()).items() if count > 1]
    if set(twice) != (left & sent if gap == BEYOND_S else set()):
        return f"seen twice: {len(twice)}"
    return ""


def broken(post: Post, breaks: list[tuple[Call, Fault, float]]) -> list[str]:
    """Try each break; a line for each whose result is wrong."""
    found = []
    for call, fault, gap in breaks:
        try:
            wrong = try_break(post, call, fault, gap)
        except AssertionError as error:
            wrong = str(error).splitlines()[0]
        if wrong:
            found.append(f"{call} {fault}, redelivered after {gap:.0f} s: {wrong}")
    return found
