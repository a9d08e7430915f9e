"""What a simulated month shows, beside what is wanted of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tagging.simulation.evidence import DRIFTING, LABELS
from tagging.simulation.month import Month, MonthDay
from tagging.simulation.picture import Point

NAN = float("nan")
MALICIOUS = "agent00"
DRIFT_DAYS, PAGE_DAYS, WEEKS = 6, 3, 3
"""After how many days, days of reviews and weeks a drift, a bad promotion and a malicious author are noticed at the
latest."""
FEWEST_WRONG = 2.0
SATURDAY = 5


@dataclass(frozen=True)
class Figure:
    """One measured value."""

    name: str
    value: str
    wanted: str = ""
    """Empty: shown, without a bar."""
    holds: bool = True


@dataclass(frozen=True)
class LabelRow:
    """A label at the month's end."""

    label: str
    precision: Point
    recall: Point
    why_not: str


def label_rows(month: Month) -> list[LabelRow]:
    """Every label at the end of the month: true, and estimated with its interval."""
    day = month.days[-1]
    labels = day.quality.labels if day.quality else {}
    return [
        LabelRow(
            label,
            share(day, label, "precision"),
            share(day, label, "recall"),
            labels[label].why_not if label in labels else "no report",
        )
        for label in LABELS
    ]


def share(day: MonthDay, label: str, name: str) -> Point:
    """Precision or recall of a label on a day; without an estimate where the report is of another version."""
    true = day.truth[label].precision if name == "precision" else day.truth[label].recall
    quality = day.quality if day.quality is not None and day.quality.champion == day.champion else None
    each = quality.labels.get(label) if quality else None
    figure = None if each is None else each.precision if name == "precision" else each.recall
    if figure is None:
        return Point(day.number, NAN, NAN, NAN, true)
    return Point(day.number, figure.value, figure.low, figure.high, true)


def figures(month: Month) -> list[Figure]:
    """What was counted, what was noticed, and when."""
    return [*_of_counts(month), *_of_drift(month), *_of_pages(month), *_of_authors(month)]


def drift_alarm(month: Month) -> int | None:
    """The day of the first alarm of the label that drifts."""
    return next((day.number for day in month.days if DRIFTING in day.drifted), None)


def page(month: Month) -> int | None:
    """The day of the first page after the bad promotion."""
    first = month.story.bad_promotion
    return (
        None if first is None else next((day.number for day in month.days if day.paged and day.number >= first), None)
    )


def _of_counts(month: Month) -> Iterator[Figure]:
    seen = month.wrong_cells
    yield Figure("items lost; counted twice", f"{month.lost}; {month.twice}", "0; 0", not month.lost + month.twice)
    yield Figure("runs of the hourly function that failed", str(len(month.faults)), "0", not month.faults)
    yield Figure("intervals on the last day that contain what is true", _that_contain(month.days[-1:]))
    yield Figure("intervals on all days that do", _that_contain(month.days))
    yield Figure("answers a week", f"{7 * month.answers / month.story.total:.0f}")
    holds = seen["all"] >= FEWEST_WRONG
    yield Figure(
        "wrong cells among reviewed items, relative to all", f"{seen['all']:.1f}", f">= {FEWEST_WRONG:g}", holds
    )
    yield Figure("of those drawn to measure; of suspected ones", f"{seen['measure']:.1f}; {seen['teach']:.1f}")


def _that_contain(days: Sequence[MonthDay]) -> str:
    points = [share(day, label, name) for day in days for label in LABELS for name in ("precision", "recall")]
    known = [each for each in points if each.is_known]
    return f"{sum(each.low <= each.true <= each.high for each in known)} of {len(known)}"


def _of_drift(month: Month) -> Iterator[Figure]:
    if month.story.drift is not None:
        begins, alarm = month.story.drift[1], drift_alarm(month)
        name = f"{DRIFTING} drifts from day {begins} on: alarm on day"
        yield _by(name, alarm, begins + DRIFT_DAYS)
    others = sorted({label for day in month.days for label in day.drifted} - {DRIFTING if month.story.drift else ""})
    yield Figure("other labels with an alarm", ", ".join(others) or "none")


def _of_pages(month: Month) -> Iterator[Figure]:
    bad = month.story.bad_promotion
    early = sum(day.paged for day in month.days if bad is None or day.number < bad)
    yield Figure("days with a page before a bad promotion", str(early), "0", not early)
    if bad is not None:
        yield _by(f"bad promotion on day {bad}: page on day", page(month), _days_of_reviews(month, bad)[PAGE_DAYS - 1])


def _days_of_reviews(month: Month, after: int) -> list[int]:
    """The days after this one on which people answer: none at weekends."""
    later = range(after + 1, after + 1 + 7 * PAGE_DAYS)
    return [day for day in later if month.story.begin(day).weekday() < SATURDAY]


def _of_authors(month: Month) -> Iterator[Figure]:
    if month.story.habits.malice != "none":
        day = _discounted(month, malicious=True)
        week = None if day is None else -(-(day + month.story.reference) // 7)
        yield _by("the malicious author is discounted in week", week, WEEKS)
    day = _discounted(month, malicious=False)
    yield Figure("an honest author is discounted on day", _text(day), "never", day is None)


def _discounted(month: Month, *, malicious: bool) -> int | None:
    """The first day on which the malicious author, or an honest one, is discounted; days before the month count."""
    return next(
        (
            number
            for number, authors in month.discounted
            if any(author.startswith(MALICIOUS) == malicious for author in authors)
        ),
        None,
    )


def _by(name: str, day: int | None, latest: int) -> Figure:
    return Figure(name, _text(day), f"<= {latest}", day is not None and day <= latest)


def _text(day: int | None) -> str:
    return "never" if day is None else str(day)
