"""`python -m tests.soak.run [--mails N]`: many mails through the local cloud while calls break and processes end.

Mails are fed gradually and tickets collected as they arrive. Exits with 1 where anything is lost, left over, sent twice
within SQS's five minutes, or different from a run without faults.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tagging.intake.source import StoredObject
from tagging.item import facts_of
from tagging.local.cloud import LocalCloud
from tagging.local.invocation import Invocation
from tagging.local.template import synthesise
from tagging.mail.parser import parse_mail
from tagging.model.tagger import Tagger
from tagging.operations.redrive import move_messages
from tagging.start import load_bundle
from tagging.store.outcome import Outcome, Tagged
from tagging.store.row import Row
from tests.soak.faulty_proxy import FaultyProxy
from tests.soak.machine import faulty_cloud

ROOT = Path(__file__).parents[2]
FUNCTION = "tag_mail"
CLOCK_SCALE = 20.0
"""Visibility timeout of 12 seconds, deduplication window of 15."""
KILLED = 0.005
"""Share of invocations after which a process is killed."""


@dataclass
class Soak:
    """The mails put, and counts of their delivery."""

    cloud: LocalCloud
    chance: random.Random
    put: dict[str, int] = field(default_factory=dict)
    """Item id → index of its text."""
    counts: Counter[str] = field(default_factory=Counter)

    def feed(self, mails: int, texts: list[str]) -> Iterator[Any]:
        """A step per mail."""
        for number in range(mails):
            yield partial(self._put, number, texts)

    def _put(self, number: int, texts: list[str]) -> None:
        data = mail(texts[number % len(texts)], number)
        stored = self.cloud.put(FUNCTION, f"soak/{number}.eml", data)
        self.put[StoredObject(stored.bucket, stored.key, stored.version).item_id] = number % len(texts)

    def note(self, event: dict[str, Any], invocation: Invocation) -> None:
        """Count an invocation, and sometimes kill a process."""
        self.counts["invocations"] += 1
        self.counts["deliveries"] += len(event["Records"])
        self.counts["faults"] += invocation.fault is not None
        if self.chance.random() < KILLED:
            self.counts["killed"] += 1
            self.chance.choice(self.cloud.pools[FUNCTION].processes).kill()


def mail(text: str, number: int) -> bytes:
    """A mail with this text and its own Message-ID."""
    return f"Subject: Question\r\nMessage-ID: <{number}@example.com>\r\n\r\n{text}\r\n".encode()


def expected_result(tagger: Tagger, text: str) -> tuple[tuple[str, ...], bool]:
    """The labels of a mail with this text, and whether it needs a ticket, by the tagger alone."""
    item = parse_mail(mail(text, 0))
    tagged = Tagged(facts_of(item), tagger.tag(item))
    outcome = Outcome("id", "mail", {}, "", tagger.bundle.version, tagger.bundle.taxonomy, tagged)
    return tuple(label.id for label in tagged.label_set.labels), outcome.ticket() is not None


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=20_000)
    parser.add_argument("--faults", type=float, default=0.05, help="share of calls that break")
    parser.add_argument("--environments", type=int, default=4)
    options = parser.parse_args(words)
    lines = (ROOT / "tests/model/support_mails.jsonl").read_text().splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    tagger = load_bundle(ROOT / "layers/mail_model/bundle", packs=["all"])
    expected = [expected_result(tagger, text) for text in texts]
    faulty = faulty_cloud(
        synthesise(ROOT), FUNCTION, environments=options.environments, share=options.faults, scale=CLOCK_SCALE
    )
    with faulty as (cloud, proxy, _):
        soak, start = Soak(cloud, random.Random(1)), time.monotonic()
        cloud.deliver_until_idle(soak.note, feed=soak.feed(options.mails, texts))
        seconds = time.monotonic() - start
        redriven = redrive(cloud, proxy, soak)
        wrong = broken_promises(soak, cloud.rows(), expected)
    copies = Counter(ticket.id for ticket in cloud.sent_tickets() if not ticket.duplicate)
    print(f"{options.mails} mails in {seconds:.0f} s: {options.mails / seconds:.1f} a second")
    print(f"invocations: {dict(soak.counts)}; calls: {dict(proxy.calls)}; dead letters redriven: {redriven}")
    print(
        f"rows: {len(soak.put) - wrong['lost']}; tickets: {len(copies)} due and sent, "
        f"{sum(ticket.duplicate for ticket in cloud.sent_tickets())} copies dropped within the five minutes, "
        f"{sum(count > 1 for count in copies.values())} received again later"
    )
    print(f"wrong: {dict(wrong)}")
    return 1 if sum(wrong.values()) else 0


def redrive(cloud: LocalCloud, proxy: FaultyProxy, soak: Soak) -> int:
    """Stop all faults and move the dead letters back to their queue; returns their number."""
    proxy.share = 0.0
    intake = cloud.stack.intake_of(FUNCTION)
    (dead,) = [queue for queue in cloud.stack.queues if queue.arn == intake.dead_letter_arn]
    moved = sum(1 for _ in move_messages(cloud.client("sqs"), dead.url, intake.url))
    cloud.deliver_until_idle(lambda event, _: soak.counts.update(redelivered=len(event["Records"])))
    return moved


def broken_promises(soak: Soak, rows: list[Row], expected: list[tuple[tuple[str, ...], bool]]) -> Counter[str]:
    """Counts of broken promises by name; all 0 if none is broken."""
    row_of = {row.id: row for row in rows}
    wrong = Counter(
        lost=len(soak.put.keys() - row_of.keys()),
        foreign=len(row_of.keys() - soak.put.keys()),
        doubled=len(rows) - len(row_of),
        dead=len(soak.cloud.dead_letters()),
    )
    bodies: dict[str, set[str]] = {}
    accepted: dict[str, list[float]] = {}
    for ticket in soak.cloud.sent_tickets():
        bodies.setdefault(ticket.id, set()).add(ticket.body)
        if not ticket.duplicate:
            accepted.setdefault(ticket.id, []).append(ticket.at)
    for id in row_of.keys() & soak.put.keys():
        row, (labels, ticket) = row_of[id], expected[soak.put[id]]
        wrong["other labels"] += row.revision.labels != labels or row.revision.quarantine is not None
        wrong["pending"] += row.ticket == "pending"
        wrong["not sent"] += ticket and row.ticket != "sent"
        wrong["sent though not due"] += not ticket and (row.ticket != "none" or id in bodies)
        wrong["ticket lost"] += row.ticket == "sent" and id not in accepted
        wrong["other bytes"] += bodies.get(id, {row.ticket_body}) != {row.ticket_body}
    for times in accepted.values():
        wrong["twice in the window"] += any(later - earlier < 300 for earlier, later in itertools.pairwise(times))
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
