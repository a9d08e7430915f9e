"""The review queue of a kind as the hourly run keeps it: its plan, and what was drawn of each hour."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec
import numpy as np

from tagging.corrections import answer_time
from tagging.feature_log import Busy
from tagging.quality.draw import IsFirst, draw_hour
from tagging.quality.drawn_week import WEEK
from tagging.quality.plan_renewal import ChampionLabels, Scored, first_plan, raise_labels, renew_plan
from tagging.quality.review_plan import DrawnDay, DrawnHour, ReviewPlan
from tagging.store import stored_object

if TYPE_CHECKING:
    from tagging.corrections import ReviewTable
    from tagging.feature_log import Decided, HourKey, LogStore
    from tagging.quality.scoring import ScoredHour
    from tagging.quality.versions import ServedVersion
    from tagging.store import LabelTable

Stored = TypeVar("Stored")

LONGEST_OUTAGE: Final = timedelta(days=3)
"""A plan is made of the seven days before the last hour that was drawn, also where that is so long ago."""
_TRIES: Final = 5
_NO_DAY: Final = DrawnDay({})


class Reviews:
    """Draws hours by the plan of a kind, in any order; each hour once, also where it is made again."""

    def __init__(
        self,
        store: LogStore,
        kind: str,
        champion: ChampionLabels,
        table: ReviewTable,
        rows: LabelTable,
        per_week: float,
        now: datetime,
    ) -> None:
        self._store, self._kind, self._champion = store, kind, champion
        self._table, self._rows = table, rows
        self._per_week, self._now = per_week, now
        self._drawn = drawn_hours(store, kind, now)
        self.plan = read_plan(store, kind)
        if self.plan is not None:
            self.plan = self._changed(self._renewed)

    def draw(self, scored: ScoredHour, key: HourKey, threads: Executor) -> DrawnHour | None:
        """Put the chosen items of an hour into the queue.

        None where nothing was to do: it was drawn before, or ended before there was a plan. Raises Busy, LogError,
        and botocore's errors.
        """
        plan = self.plan or self._first(scored, key)
        if key.start + timedelta(hours=1) <= datetime.fromisoformat(plan.since):
            return None
        before = read_day(self._store, self._kind, key.hour[:10]).hours.get(key.hour[-2:])
        if before is not None and before.inputs == scored.opened.hour.inputs:
            return None
        if before is not None and plan.previous is not None and before.plan == plan.previous.number:
            plan = plan.previous
        drawn = draw_hour(scored, key, plan, self._table, first_decisions(self._rows, key), threads, self._now)
        _change(
            self._store,
            _day_key(self._kind, key.hour[:10]),
            DrawnDay,
            lambda day: DrawnDay({**(day or _NO_DAY).hours, key.hour[-2:]: drawn}),
        )
        self._drawn = [*(each for each in self._drawn if each.hour != key.hour), drawn]
        if self.plan is not None and self._renewed(self.plan) != self.plan:
            self.plan = self._changed(self._renewed)
        return drawn

    def raise_labels(self, labels: Sequence[str]) -> None:
        """Ask more often about labels that have drifted, for a week. Raises Busy."""
        if labels and self.plan is not None:
            self.plan = self._changed(lambda plan: raise_labels(plan, labels, self._now))

    def _renewed(self, plan: ReviewPlan) -> ReviewPlan:
        return renew_plan(plan, self._drawn, self._champion, self._per_week, self._now)

    def _first(self, scored: ScoredHour, key: HourKey) -> ReviewPlan:
        scores = np.asarray(scored.scores, dtype=np.float64)
        of_hour = Scored(scored.labels, scores, scored.assigned, key.start)
        plan = first_plan(self._kind, self._champion, of_hour, secrets.token_hex(8), self._per_week, self._now)
        self.plan = _change(self._store, _plan_key(self._kind), ReviewPlan, lambda stored: stored or plan)
        return self.plan

    def _changed(self, change: Callable[[ReviewPlan], ReviewPlan]) -> ReviewPlan:
        kept = self.plan
        assert kept is not None
        return _change(self._store, _plan_key(self._kind), ReviewPlan, lambda stored: change(stored or kept))


def open_reviews(
    store: LogStore, served: ServedVersion, table: ReviewTable, rows: LabelTable, per_week: float, now: datetime
) -> Reviews | None:
    """The queue of a kind with a plan that holds now; None for a stage without reviews.

    Raises Busy, and botocore's errors.
    """
    if not per_week:
        return None
    taxonomy = served.bundle.taxonomy.in_use()
    champion = ChampionLabels(served.version, tuple(taxonomy.labels), taxonomy.critical_labels)
    return Reviews(store, served.kind, champion, table, rows, per_week, now)


def read_plan(store: LogStore, kind: str) -> ReviewPlan | None:
    """The plan of a kind; None before the first one. Raises msgspec.MsgspecError for a damaged one."""
    return _read(store, _plan_key(kind), ReviewPlan)[0]


def read_day(store: LogStore, kind: str, day: str) -> DrawnDay:
    """What was drawn from the hours of a day (`2026-01-31`)."""
    return _read(store, _day_key(kind, day), DrawnDay)[0] or _NO_DAY


def drawn_hours(store: LogStore, kind: str, now: datetime) -> list[DrawnHour]:
    """What was drawn from the hours of the last week and of the days before it that an outage may need, in order."""
    first = now.astimezone(UTC) - WEEK - LONGEST_OUTAGE
    days = [f"{first + timedelta(days=each):%Y-%m-%d}" for each in range((WEEK + LONGEST_OUTAGE).days + 1)]
    hours = [each for day in days for each in read_day(store, kind, day).hours.values()]
    return sorted(hours, key=lambda each: each.hour)


def first_decisions(rows: LabelTable, key: HourKey) -> IsFirst:
    """Whether a decision is the first on its item, as the row knows, and the item can be looked at."""
    begun = answer_time(key.start)

    def is_first(decided: Decided) -> bool:
        row = rows.get(decided.id)
        if row is None or row.forgotten or row.probe or stored_object(row.source) is None:
            return False  # nobody could look at it: text that came in its message is not kept
        return (*row.earlier, row.revision)[0].tagged_at >= begun

    return is_first


def _plan_key(kind: str) -> str:
    return f"review/{kind}.json"


def _day_key(kind: str, day: str) -> str:
    return f"review/{kind}/{day}.json"


def _read(store: LogStore, key: str, kind: type[Stored]) -> tuple[Stored | None, str | None]:
    found = store.read_object(key)
    return (None, None) if found is None else (msgspec.json.decode(found.content, type=kind), found.etag)


def _change(store: LogStore, key: str, kind: type[Stored], change: Callable[[Stored | None], Stored]) -> Stored:
    """Replace an object by what `change` makes of it, if nobody changes it meanwhile. Raises Busy."""
    for _ in range(_TRIES):
        before, etag = _read(store, key, kind)
        after = change(before)
        if after == before or store.replace_object(key, msgspec.json.encode(after), etag):
            return after
    raise Busy(f"others kept changing {key}")
