"""Labels: how good each is, over time and by score, how often it is given, and who answers about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from tagging.console.charts import DayCount, QualityPoint, days_chart, quality_chart, score_histogram
from tagging.console.exchange import Refused, Request, Response
from tagging.console.mistakes import WINDOW, find_mistakes
from tagging.console.what_if_page import DAYS
from tagging.operations import ItemQuery
from tagging.quality import LabelCounts, add_up, target_of

if TYPE_CHECKING:
    from markupsafe import Markup

    from tagging.console.sessions import Session
    from tagging.console.site import Site
    from tagging.kinds import Kind
    from tagging.quality import DaySummary, HourSummary, LabelQuality, QualityReport
    from tagging.store import Row
    from tagging.taxonomy import Label

SHOWN: Final = 5
"""Examples."""
NUMBERS: Final = ("precision", "recall")
ORDERS: Final = (*NUMBERS, "items")
"""What labels can be ordered by: the worst first, or the most frequent."""


def show_all(site: Site, request: Request, session: Session) -> Response:
    """All labels of the version that serves, with their numbers: by head, or all in the order that is asked."""
    kind = site.kind(request)
    served, report, drift = site.source.served(kind), site.source.quality(kind), site.source.drift(kind)
    summary = _add_up(site.source.summaries(kind, site.days(7)))
    given = {label: sum(counts.given) for label, counts in summary.labels.items()}
    heads = [
        (head.id.replace("_", " "), [label for label in head.labels if not label.deprecated])
        for head in served.taxonomy.heads
    ]
    order = request.parameters.get("order", "")
    if order in ORDERS:
        labels = [label for _, each in heads for label in each]
        heads = [("all labels", sorted(labels, key=lambda label: _place(order, label.id, given, report)))]
    return site.render(
        "labels.html",
        session,
        kind=kind,
        here="/labels",
        served=served.id,
        heads=heads,
        order=order,
        report=report,
        numbers=NUMBERS,
        given=given,
        drifted={} if drift is None else {name: each for name, each in drift.labels.items() if each.state == "drifted"},
    )


def show(site: Site, request: Request, session: Session) -> Response:
    """One label."""
    kind, source = site.kind(request), site.source
    label = _label(site, kind, request.parameters.get("id", ""))
    served, report = source.served(kind), source.quality(kind)
    days = site.days(WINDOW)
    summaries, of_days = source.summaries(kind, days), source.quality_of_days(kind, days)
    quality = None if report is None else report.labels.get(label.id)
    counts = _add_up(summaries).labels.get(label.id, LabelCounts())
    threshold = served.thresholds.get(label.id)
    examples = _examples(site, kind, label)
    mistakes = [each.only(label.id, "") for each in find_mistakes(site, kind, report)]
    return site.render(
        "label.html",
        session,
        kind=kind,
        here="/labels",
        label=label,
        served=served.id,
        head=served.taxonomy.head_of(label.id),
        quality=quality,
        report=report,
        numbers=NUMBERS,
        charts=[(name, chart) for name in NUMBERS if (chart := _chart(of_days, label, name))],
        histogram=score_histogram(counts, threshold),
        a_day=_a_day(site, kind, summaries, label.id),
        threshold=threshold,
        days=DAYS,
        window=WINDOW,
        mistakes=Counter(cell.kind for each in mistakes for cell in each.cells),
        examples=examples,
        beginnings=source.beginnings([row.id for row in examples]),
    )


def _label(site: Site, kind: Kind, name: str) -> Label:
    label = site.source.served(kind).taxonomy.labels.get(name)
    if label is None:
        raise Refused(404, "The version that serves has no such label.")
    return label


def _place(order: str, label: str, given: Mapping[str, int], report: QualityReport | None) -> tuple[bool, float]:
    """The place of a label: those without the number come last."""
    if order == "items":
        return False, -given.get(label, 0)
    quality: LabelQuality | None = None if report is None else report.labels.get(label)
    number: Any = None if quality is None else getattr(quality, order)
    return number is None, 0.0 if number is None else number.value


def _add_up(summaries: Mapping[str, DaySummary]) -> HourSummary:
    return add_up(hour for day in summaries.values() for hour in day.hours.values())


def _a_day(site: Site, kind: Kind, summaries: Mapping[str, DaySummary], label: str) -> Markup:
    """How often the label is given a day, and when who serves was changed."""
    counts = []
    for day, summary in sorted(summaries.items()):
        hours = summary.hours.values()
        given = sum(sum(hour.labels[label].given) for hour in hours if label in hour.labels)
        counts.append(DayCount(date.fromisoformat(day), given, sum(hour.items for hour in hours)))
    pointers = [record.pointer for record in site.source.pointer(kind).records if record.pointer is not None]
    return days_chart(counts, [date.fromisoformat(each.at[:10]) for each in pointers])


def _chart(reports: dict[str, QualityReport], label: Label, name: str) -> Markup:
    target = target_of(label)
    aim = target.value if target is not None and target.of == name else None
    return quality_chart(_points(reports, label.id, name), name, aim)


def _points(reports: dict[str, QualityReport], label: str, name: str) -> list[QualityPoint]:
    points = []
    for day, report in sorted(reports.items()):
        quality = report.labels.get(label)
        number: Any = None if quality is None else getattr(quality, name)
        if number is not None:
            points.append(QualityPoint(day, number.value, number.low, number.high))
    return points


def _examples(site: Site, kind: Kind, label: Label) -> Sequence[Row]:
    now = site.now()
    query = ItemQuery(now - timedelta(7), now, kind, label=label.id, indexed=label.index)
    return site.source.search(query).rows[:SHOWN]
