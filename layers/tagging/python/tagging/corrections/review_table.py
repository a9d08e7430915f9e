"""The review table: open reviews, what people answered, and refused messages. Every write can be repeated."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec.structs import replace

from tagging.corrections.correction import Correction
from tagging.corrections.records import Attributes, Records, expiry, record_key
from tagging.corrections.refusals import Rejected
from tagging.corrections.review_entry import Purpose, ReviewEntry

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ANSWER_DAYS: Final = 400
ENTRY_DAYS: Final = 60
REJECTED_DAYS: Final = 90
_QUEUE: Final = "queue"
_TRIES: Final = 5


class Contended(Exception):
    """Other answers about the same item kept arriving; the message is delivered again. The text is the item's id."""


class ReviewTable:
    """Reviews, answers and refused messages. Listings by day and of open reviews lag by a second or so."""

    def __init__(self, dynamodb: DynamoDBClient, name: str) -> None:
        self._records = Records(dynamodb, name)
        self.name = name

    def put_entry(self, entry: ReviewEntry) -> bool:
        """Add an item to the queue; False if it has an entry already, open or done."""
        attributes = {
            **record_key(entry.item, _QUEUE),
            "record": {"S": msgspec.json.encode(entry).decode()},
            "state": {"S": entry.state},
            **_listed(f"{entry.kind}#{_QUEUE}", entry.decided_at),
            **expiry(entry.drawn_at, ENTRY_DAYS),
            **(_open(entry) if entry.state == "open" else {}),
        }
        return self._records.put_new(attributes)

    def entry(self, item: str) -> ReviewEntry | None:
        """The entry of an item, read consistently."""
        attributes = self._records.get(item, _QUEUE)
        return None if attributes is None else _entry(attributes)

    def open_entries(
        self, kind: str, purpose: Purpose, limit: int | None = None, not_answered_by: str = ""
    ) -> list[ReviewEntry]:
        """Open reviews, the latest first; those that this author answered already are left out.

        Where people cannot keep up, old ones stay: the last days have answers all the same.
        """
        entries: list[ReviewEntry] = []
        for attributes in self._records.query("open", f"{kind}#{purpose}", index="open", last_first=True):
            if limit is not None and len(entries) == limit:
                break
            if not_answered_by not in _authors(attributes):
                entries.append(_entry(attributes))
        return entries

    def entries(self, kind: str, first_day: str, last_day: str) -> Iterator[ReviewEntry]:
        """All entries, open or done, of items first decided from `first_day` to `last_day` (`2026-01-31`)."""
        for day in _days(first_day, last_day):
            yield from map(_entry, self._records.query("day", f"{kind}#{_QUEUE}#{day}", index="by_day"))

    def record(self, correction: Correction, kind: str, *, recorded_at: str | None = None, sender: str = "") -> bool:
        """Record an answer; False if it was recorded before. Raises Contended.

        The review of its item is done once as many authors as it asks for have finished it; where it measures, only
        those who answered blind. An author who withdraws has not. `recorded_at` (ISO 8601): kept 400 days from then;
        None: from the time of the answer.
        """
        attributes = {
            **record_key(correction.item, f"answer#{correction.answered_at}#{correction.id}"),
            "record": {"S": correction.to_body()},
            **_listed(f"{kind}#answers", correction.answered_at),
            **expiry(recorded_at or correction.answered_at, ANSWER_DAYS),
            **({"sender": {"S": sender}} if sender else {}),
        }
        new = self._records.put_new(attributes)
        if correction.finished or correction.withdraws:
            self._settle_review(correction.item, correction.author)
        return new

    def reopen(self, item: str, authors: Collection[str], at: str = "") -> bool:
        """Ask again about an item whose review these authors finished; False if none of them did.

        `at`: its time among the open reviews (ISO 8601, UTC); empty: when it was drawn.
        """
        attributes = self._records.get(item, _QUEUE)
        if attributes is None or not (gone := _authors(attributes).intersection(authors)):
            return False
        values: dict[str, Any] = {":gone": {"SS": sorted(gone)}, ":authors": {"SS": sorted(_authors(attributes))}}
        change = "SET #state = :state, #open = :open, drawn_at = :drawn_at DELETE authors :gone"
        values |= _reopened(_entry(attributes), at)
        return self._records.update(item, _QUEUE, change, "authors = :authors", values)

    def ask_second(self, item: str, at: str) -> bool:
        """Ask a second person about an item whose review one person finished; False if it is not so, or was asked.

        `at` as in `reopen`.
        """
        attributes = self._records.get(item, _QUEUE)
        if attributes is None or _entry(attributes).people > 1 or not (authors := _authors(attributes)):
            return False
        entry = replace(_entry(attributes), people=2, second_opinion=True, state="open")
        change = "SET #record = :record, #state = :state, #open = :open, drawn_at = :drawn_at"
        values = {":record": {"S": msgspec.json.encode(entry).decode()}, ":authors": {"SS": sorted(authors)}}
        return self._records.update(item, _QUEUE, change, "authors = :authors", values | _reopened(entry, at))

    def of_item(self, item: str) -> list[Correction]:
        """All answers about an item, in the order in which they were given; read consistently."""
        return [_correction(each) for each in self._records.query("item", item, prefix="answer#")]

    def corrections(self, kind: str, first_day: str, last_day: str) -> Iterator[Correction]:
        """All answers given from `first_day` to `last_day`."""
        for day in _days(first_day, last_day):
            yield from map(_correction, self._records.query("day", f"{kind}#answers#{day}", index="by_day"))

    def reject(self, rejected: Rejected, number: str) -> bool:
        """Keep a refused message under its `number`; False if it is kept already."""
        day, at = rejected.received_at[:10], rejected.received_at
        listed = {"day": {"S": f"rejected#{rejected.item}"}, "at": {"S": at}} if rejected.item else {}
        record = {"record": {"S": msgspec.json.encode(rejected).decode()}, **listed, **expiry(at, REJECTED_DAYS)}
        return self._records.put_new({**record_key(f"rejected#{day}", f"{at}#{number}"), **record})

    def rejected(self, first_day: str, last_day: str) -> Iterator[Rejected]:
        """The messages refused from `first_day` to `last_day`, oldest first."""
        for day in _days(first_day, last_day):
            for attributes in self._records.query("item", f"rejected#{day}"):
                yield msgspec.json.decode(attributes["record"]["S"], type=Rejected)

    def erase(self, item: str) -> int:
        """Delete everything about an item: its entry, answers and refused messages; the number of records."""
        rejected = self._records.query("day", f"rejected#{item}", index="by_day")
        records = [*self._records.query("item", item), *rejected]
        for each in records:
            self._records.delete(each)
        return len(records)

    def _settle_review(self, item: str, author: str) -> None:
        """Count the author among those who finished the item's review, or not, by all answers that are recorded.

        Whatever order answers arrive in, and however often, the result is the same.
        """
        for _ in range(_TRIES):
            attributes = self._records.get(item, _QUEUE)
            if attributes is None:
                return
            entry, authors = _entry(attributes), _authors(attributes)
            own = [each for each in self.of_item(item) if each.author == author]
            last = max((each for each in own if each.finished or each.withdraws), key=_order, default=None)
            finished = last is not None and last.finished and (last.blind or entry.purpose != "measure")
            if finished == (author in authors) or (finished and entry.state != "open"):
                return
            if self._add_author(entry, authors, author) if finished else self.reopen(item, {author}):
                return
        raise Contended(item)

    def _add_author(self, entry: ReviewEntry, authors: Collection[str], author: str) -> bool:
        """Note that one more author finished the review; False if others did meanwhile."""
        unchanged = "authors = :authors" if authors else "attribute_not_exists(authors)"
        done = len(authors) + 1 >= entry.people
        values: dict[str, Any] = {":author": {"SS": [author]}, ":was": {"S": "open"}}
        values |= {":authors": {"SS": sorted(authors)}} if authors else {}
        values |= {":done": {"S": "done"}} if done else {}
        change = ("SET #state = :done REMOVE #open, drawn_at " if done else "") + "ADD authors :author"
        return self._records.update(entry.item, _QUEUE, change, f"#state = :was AND {unchanged}", values)


def _listed(partition: str, at: str) -> dict[str, Any]:
    """The attributes of the index by day."""
    return {"day": {"S": f"{partition}#{at[:10]}"}, "at": {"S": at}}


def _open(entry: ReviewEntry) -> dict[str, Any]:
    """The attributes of the index of open reviews."""
    return {"open": {"S": f"{entry.kind}#{entry.purpose}"}, "drawn_at": {"S": entry.drawn_at}}


def _reopened(entry: ReviewEntry, at: str) -> dict[str, Any]:
    """The values of an update that opens a review."""
    listed = _open(replace(entry, drawn_at=at or entry.drawn_at))
    return {":state": {"S": "open"}, **{f":{name}": each for name, each in listed.items()}}


def _entry(attributes: Attributes) -> ReviewEntry:
    entry = msgspec.json.decode(attributes["record"]["S"], type=ReviewEntry)
    return replace(entry, state=attributes["state"]["S"])


def _correction(attributes: Attributes) -> Correction:
    return msgspec.json.decode(attributes["record"]["S"], type=Correction)


def _authors(attributes: Attributes) -> frozenset[str]:
    """Who finished the review."""
    return frozenset(attributes.get("authors", {}).get("SS", ()))


def _order(correction: Correction) -> tuple[str, str]:
    """By the time of the answer; the id orders answers of one millisecond."""
    return correction.answered_at, correction.id


def _days(first: str, last: str) -> Iterator[str]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    yield from (str(start + timedelta(days)) for days in range((end - start).days + 1))
