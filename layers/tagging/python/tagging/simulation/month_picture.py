"""The picture of a simulated month."""

from __future__ import annotations

from tagging.simulation.evidence import CRITICAL, DRIFTING, LABELS
from tagging.simulation.month import Month, MonthDay
from tagging.simulation.month_figures import NAN, drift_alarm, page, share
from tagging.simulation.picture import Mark, Panel, Point, draw


def draw_month(month: Month) -> str:
    """The month as SVG: recall, precision and drift by day, with what happened and when it was noticed."""
    story = month.story
    panels = [
        _panel(month, f"Recall of {DRIFTING}", DRIFTING, "recall", _outage(month)),
        _panel(month, f"Precision of {CRITICAL}, a critical label", CRITICAL, "precision", _pages(month)),
        _divergences(month),
    ]
    note = (
        f"Simulated traffic and people on the deployed code: {story.a_day:,.0f} mails a day, "
        f"{story.reviews_per_week} reviews a week, seed {story.seed}."
    )
    return draw("A month in a box", panels, story.days, note)


def _panel(month: Month, title: str, label: str, name: str, marks: list[Mark]) -> Panel:
    return Panel(
        f"{title} over 28 days", [share(day, label, name) for day in month.days], [*_promotions(month), *marks]
    )


def _promotions(month: Month) -> list[Mark]:
    bad = month.story.bad_promotion
    return [Mark(1, "promotion"), *([Mark(bad, "bad promotion")] if bad else [])]


def _pages(month: Month) -> list[Mark]:
    days = {"page": page(month), "rolled back": month.rolled_back}
    return [Mark(day, text) for text, day in days.items() if day]


def _outage(month: Month) -> list[Mark]:
    outage = month.story.outage
    return [Mark(outage.day, f"no runs for {outage.hours} h")] if outage else []


def _divergences(month: Month) -> Panel:
    lines = {label: [Point(day.number, _divergence(day, label)) for day in month.days] for label in LABELS}
    highest = max((each.estimate for points in lines.values() for each in points if each.is_known), default=0.0)
    marks = [Mark(month.story.drift[1], f"twice as much {DRIFTING}")] if month.story.drift else []
    alarm = drift_alarm(month)
    return Panel(
        f"Drift: divergence of the last seven days from the reference; {DRIFTING} in blue, others in grey",
        lines.pop(DRIFTING),
        [*marks, *([Mark(alarm, "alarm")] if alarm else [])],
        height=110,
        top=max(1.2 * highest, 0.001),
        others=list(lines.values()),
        marks_above=True,
    )


def _divergence(day: MonthDay, label: str) -> float:
    state = day.drift.labels.get(label) if day.drift and day.drift.champion == day.champion else None
    return NAN if state is None or state.divergence is None else state.divergence
