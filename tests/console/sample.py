"""A console on sample mails in memory: tagged by the shipped bundle, with a queue, versions and answers."""
# ruff: noqa: ARG002 (arguments of `Source` that samples do not need)

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from tagging.console.console import Console
from tagging.console.shown import beginning
from tagging.console.source import Asked, Purpose, ServedLabels
from tagging.corrections import Correction, ReviewEntry
from tagging.item import Mail, facts_of
from tagging.kinds import Kind
from tagging.mail import text_mail
from tagging.model import LabelSet, Tagger
from tagging.operations import (
    ItemPage,
    ItemQuery,
    ListedVersion,
    NoContent,
    PointerPlan,
    PointerRecord,
    PointerState,
    QuarantineCounts,
    QueueState,
    VersionDifference,
    VersionVerdict,
    WhatIf,
    matches,
)
from tagging.operations.what_if import Change as ChangeCount
from tagging.quality import Acknowledgement, DaySummary, DriftReport, QualityReport, Raised, ReviewPlan
from tagging.quarantine import Quarantine
from tagging.serving import Challenger, Change, Pointer, promoted, rolled_back
from tagging.store import Outcome, Row, Tagged
from tagging.telemetry import ProbeRun
from tests.console import sample_quality
from tests.console.browser import Browser

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
TEXTS = (
    ("Refund for the blue jacket", "Hello,\n\nI sent the blue jacket back two weeks ago and the money is still not on "
     "my account. When do I get my refund?\n\nKind regards\nAnna"),
    ("Charged twice", "You charged me twice for order 5518. Please pay one of the two back, and tell me how this "
     "could happen.\n\nThis is the third time I write. I am really angry now."),
    ("", "Please cancel my subscription at the end of the month. Thank you!"),
    ("New address", "We have moved. Please use the new address from now on: Lindenstrasse 12, 10969 Berlin."),
    ("App crashes", "Since the update the app closes whenever I open the basket. I tried it on two phones.\n\nCan "
     "somebody call me, please? I would rather talk to a person than to a form."),
    ("Thanks", "Thank you so much, everything arrived in time and my daughter loves it."),
    ("Opening hours", "Are you open on the Saturday before Christmas?"),
    ("Card lost", "I lost my bank card on the train. Block it at once, and send me a new one to the address on file."),
    ("Where is my parcel", "The parcel should have come on Monday. The tracking page has said the same for five days."),
    ("Appointment", "Can we move the appointment from Thursday to Friday morning?"),
    ("Invoice", "Why is my invoice twelve euros higher than in May? I did not change anything."),
    ("Complaint", "The mixer stopped working on the second day. I want my money back, not another mixer."),
)  # fmt: skip
RECENT = "9f2c41d07ab3"
OLDER = "51ee0b7c22d9"
NEWER = "c07d19e4b8a6"


_TAGGED: dict[tuple[int, str], LabelSet] = {}


def tagged(tagger: Tagger, mail: Mail) -> LabelSet:
    """What the bundle says of a mail, once a run."""
    key = (id(tagger), mail.full_text)
    if key not in _TAGGED:
        _TAGGED[key] = tagger.tag(mail)
    return _TAGGED[key]


@dataclass
class SampleSource:
    """See `Source`."""

    tagger: Tagger
    author: str = "arn:aws:sts::123456789012:assumed-role/Support/anna"
    kinds: Sequence[Kind] = ("mail", "image")
    texts: Sequence[tuple[str, str]] = TEXTS
    rows: dict[str, Row] = field(default_factory=dict)
    mails: dict[str, Mail] = field(default_factory=dict)
    images: dict[str, bytes] = field(default_factory=dict)
    entries: dict[str, ReviewEntry] = field(default_factory=dict)
    sent: list[Correction] = field(default_factory=list)
    stage: str = "prod"
    measured: bool = True
    """There are reports and summaries."""
    raised: tuple[Raised, ...] = ()
    acknowledged: dict[str, Acknowledgement] = field(default_factory=dict)
    state: PointerState = field(init=False)

    def __post_init__(self) -> None:
        for number, (subject, text) in enumerate(self.texts):
            self.add(f"mail-{number:03}", text_mail(text, subject), key=f"2026/11/25/{number:03}.eml", ago=number)
        first = Pointer(kind="mail", generation=1, champion=OLDER, by="arn:x/ben", at=_at(40), why="labels of our shop")
        second = promoted(first, "mail", RECENT, Change("arn:x/anna", _at(9), "better on refunds"))
        now = replace(second, generation=3, shadows=(NEWER,), at=_at(2), why="trained on corrections of November")
        pointers = (now, second, first)
        self.state = PointerState(
            "mail",
            tuple(PointerRecord(datetime.fromisoformat(each.at), f'"{each.generation}"', each) for each in pointers),
        )

    def add(self, id: str, mail: Mail, *, key: str, ago: int = 0) -> Row:
        """A mail that was tagged so many half hours ago."""
        label_set = tagged(self.tagger, mail)
        at = (NOW - timedelta(minutes=30 * ago)).isoformat(timespec="milliseconds")
        outcome = Outcome(
            item_id=id,
            kind="mail",
            source={"bucket": "tagging-prod-mails", "key": key, "version": "v1"},
            at=at,
            bundle=self.tagger.bundle.version,
            taxonomy=self.tagger.bundle.taxonomy,
            result=Tagged(facts_of(mail), label_set),
            generation=3,
        )
        ticket = outcome.ticket()
        body = {} if ticket is None else {"ticket": json.dumps({"schema": "tagging.ticket/1", "id": id})}
        self.rows[id] = outcome.to_row("a1", body)
        self.mails[id] = mail
        return self.rows[id]

    def quarantine(self, id: str, reason: str) -> None:
        """A quarantined item."""
        row = next(iter(self.rows.values()))
        revision = replace(row.revision, labels=(), scores=None, quarantine=Quarantine(reason), review_reasons=())
        self.rows[id] = replace(row, id=id, revision=revision, outputs={}, source={**row.source, "key": f"{id}.eml"})

    def draw(self, *ids: str, purpose: Purpose = "measure", labels: tuple[str, ...] = ()) -> None:
        """Put items into the review queue."""
        for number, id in enumerate(ids):
            drawn = (NOW - timedelta(hours=5, minutes=-number)).isoformat(timespec="milliseconds")
            self.entries[id] = ReviewEntry(
                item=id,
                kind="mail",
                encoder="e" * 12,
                generation=3,
                version=RECENT,
                decided_at=drawn,
                drawn_at=drawn,
                purpose=purpose,
                reason="sample" if purpose == "measure" else "suspected",
                labels=labels,
                chance=0.02 if purpose == "measure" else 1.0,
            )

    def row(self, item: str) -> Row | None:
        return self.rows.get(item)

    def find(self, text: str) -> Row | None:
        return next(
            (row for row in self.rows.values() if text in (row.id, f"s3://tagging-prod-mails/{row.source.get('key')}")),
            None,
        )

    def search(self, query: ItemQuery) -> ItemPage:
        found = sorted(
            (row for row in self.rows.values() if matches(row, query)),
            key=lambda row: row.revision.tagged_at,
            reverse=True,
        )
        return ItemPage(tuple(found[:50]), "", query.since.isoformat())

    def mail(self, row: Row) -> Mail:
        if row.id not in self.mails:
            raise NoContent("The object version was deleted before it was read.")
        return self.mails[row.id]

    def beginnings(self, items: Sequence[str]) -> dict[str, str]:
        return {id: beginning(self.mails[id]) if id in self.mails else "" for id in items}

    def image(self, row: Row) -> bytes:
        if row.id not in self.images:
            raise NoContent("The object version was deleted before it was read.")
        return self.images[row.id]

    def verdicts(self, row: Row) -> list[VersionVerdict]:
        if row.id not in self.mails:
            return []
        label_set = tagged(self.tagger, self.mails[row.id])
        other = replace(
            label_set,
            labels=label_set.labels[:1],
            scores={label: round(score**1.3, 4) for label, score in label_set.scores.items()},
        )
        return [
            VersionVerdict(RECENT, "champion", label_set),
            VersionVerdict(NEWER, "shadow", other),
            VersionVerdict(OLDER, "previous", None, f"{OLDER} was removed"),
        ]

    def served(self, kind: Kind) -> ServedLabels:
        bundle = self.tagger.bundle
        thresholds = {label: decision.threshold for label, decision in bundle.decisions.items()}
        return ServedLabels(RECENT, RECENT, bundle.taxonomy.in_use(), thresholds, bundle.version)

    def decided_by(self, kind: Kind, version: str):
        return self.tagger.bundle.version

    def pointer(self, kind: Kind) -> PointerState:
        return self.state

    def versions(self, kind: Kind) -> list[ListedVersion]:
        pushed = {
            NEWER: ("shadow", 3),
            RECENT: ("champion", 9),
            OLDER: ("previous", 40),
            "00d1f3a94c5e": ("retired", 80),
        }
        fault = {"00d1f3a94c5e": "heads.onnx does not match its checksum"}
        return [
            ListedVersion(id, "mail", role, _ago(days), "e" * 12, 31, fault.get(id, ""), "shop.csv (96 rows)")
            for id, (role, days) in pushed.items()
        ]

    def plan(self, kind: Kind, asked: Asked) -> PointerPlan:
        now = self.state.last_good
        assert now is not None
        change = Change("", "planned", "")
        if asked.role == "rollback":
            after = rolled_back(now, change)
        elif asked.role == "canary":
            after = replace(now, generation=4, challenger=Challenger(asked.version, asked.share or 0.05, "0" * 16))
        else:
            after = promoted(now, "mail", asked.version, change)
        labels = tuple(self.tagger.bundle.taxonomy.labels)
        difference = VersionDifference(
            labels[:-1], added=("gift_card",), gone=labels[-1:], thresholds={"refund": (0.52, 0.61)}
        )
        stored = type("Stored", (), {"pointer": now})()
        return PointerPlan(None, stored, after, asked.version or after.champion, difference, ("gift_card",))

    def write(self, plan: PointerPlan, why: str) -> Pointer:
        after = replace(plan.after, by=self.author, at=NOW.isoformat(), why=why)
        self.state = PointerState("mail", (PointerRecord(NOW, '"4"', after), *self.state.records))
        return after

    def flips(self, kind: Kind, shadow: str, since: datetime) -> WhatIf:
        return self.what_if(kind, {}, since)

    def what_if(self, kind: Kind, moves: Mapping[str, float], since: datetime) -> WhatIf:
        return WhatIf(
            labels={
                "refund": ChangeCount(212, 0, 31, [], ["mail-000", "mail-011"]),
                "cancel": ChangeCount(90, 4, 1, ["mail-002"], []),
            },
            routes={"billing": ChangeCount(402, 0, 24, [], ["mail-000"])},
            tickets=ChangeCount(3100, 0, 12, [], ["mail-000"]),
            items=13_940,
            changed=35,
        )

    def open_entries(self, kind: Kind, purpose: Purpose) -> list[ReviewEntry]:
        answered = {each.item for each in self.sent if each.finished and each.author == self.author}
        return [
            each
            for each in self.entries.values()
            if (each.kind, each.purpose, each.state) == (kind, purpose, "open") and each.item not in answered
        ]

    def entry(self, item: str) -> ReviewEntry | None:
        return self.entries.get(item)

    def corrections(self, item: str) -> list[Correction]:
        return [each for each in self.sent if each.item == item]

    def answered(self, kind: Kind, first_day: str, last_day: str) -> Iterable[Correction]:
        return [each for each in self.sent if first_day <= each.answered_at[:10] <= last_day]

    def send(self, correction: Correction) -> None:
        self.sent.append(correction)

    def review_plan(self, kind: Kind) -> ReviewPlan | None:
        return ReviewPlan(
            kind=kind, version=RECENT, salt="s", scale=0.2, floor=0.003, weights={}, capacity=30, volume=7_000,
            since=_at(28),
            scaled_at=_at(2), hours=168, set_at=_at(0), suspicion_cut=0.4,
            raised=self.raised,
        )  # fmt: skip

    def quality(self, kind: Kind) -> QualityReport | None:
        return sample_quality.report(NOW) if self.measured else None

    def quality_of_days(self, kind: Kind, days: Sequence[str]) -> dict[str, QualityReport]:
        return {day: sample_quality.report(NOW, number) for number, day in enumerate(days)} if self.measured else {}

    def summaries(self, kind: Kind, days: Sequence[str]) -> dict[str, DaySummary]:
        labels = list(self.tagger.bundle.taxonomy.labels)
        return sample_quality.summaries(days, labels) if self.measured else {}

    def drift(self, kind: Kind) -> DriftReport | None:
        if not self.measured:
            return None
        report = sample_quality.drift(NOW)
        labels = {
            name: replace(each, acknowledged=self.acknowledged.get(name)) if name in self.acknowledged else each
            for name, each in report.labels.items()
        }
        return replace(report, labels=labels)

    def acknowledge(self, kind: Kind, name: str, why: str) -> None:
        self.acknowledged[name] = Acknowledgement(self.author, NOW.isoformat(), why)

    def queues(self) -> list[QueueState]:
        return [
            QueueState("mails to tag", "work", "", 12, oldest_s=65.0),
            QueueState("mails to tag again", "work", "", 0),
            QueueState("mails that failed", "dead letter", "", 2),
            QueueState("images to tag", "work", "", 0),
            QueueState("tickets", "work", "", 1_204),
            QueueState("tickets that failed", "dead letter", "", 0),
            QueueState("answers of people", "work", "", None, "AccessDenied"),
        ]

    def quarantined(self, now: datetime) -> QuarantineCounts:
        return QuarantineCounts((("empty", 41), ("too_large", 3), ("virus", 1)), 45, False)

    def probe_runs(self) -> tuple[ProbeRun, ...] | None:
        return tuple(ProbeRun(f"{each}", _at(each / 96), ("image",) if each == 2 else ()) for each in range(4))


def _ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def _at(days: float) -> str:
    return (NOW - timedelta(days=days)).isoformat(timespec="milliseconds")


def open_console(source: SampleSource) -> Browser:
    """A browser in a session of a console on these data, at a fixed time that advances with each call."""
    seconds = iter(range(1_000_000))
    return Browser(Console.of(source, lambda: NOW + timedelta(seconds=next(seconds)))).enter()
