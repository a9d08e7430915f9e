"""Labels: how good each is, its scores, its mistakes by people's answers, and what another threshold would change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from tagging.console.changes import ChangeTable, change_table
from tagging.console.charts import QualityPoint, quality_chart, score_histogram
from tagging.console.exchange import Refused, Request, Response
from tagging.corrections import current_answers
from tagging.operations import ItemQuery, OperationError
from tagging.quality import LabelCounts, add_up, target_of

if TYPE_CHECKING:
    from markupsafe import Markup

    from tagging.console.sessions import Session
    from tagging.console.site import Site
    from tagging.corrections import Answered
    from tagging.kinds import Kind
    from tagging.quality import AskedItem, HourSummary, QualityReport
    from tagging.store import Row
    from tagging.taxonomy import Label

WINDOW: Final = 28
"""Days of the numbers and charts."""
SHOWN: Final = 8
"""Examples, and mistakes of each kind."""
NUMBERS: Final = ("precision", "recall")
DAYS: Final = (1, 3, 7, 14)
"""Days of items that a what-if may count."""


@dataclass(frozen=True)
class Mistake:
    """A cell that people answered otherwise than the version."""

    id: str
    score: float | None
    kind: Literal["missed", "wrong"]
    """People say yes and the version no, or the other way round."""
    authors: int


def show_all(site: Site, request: Request, session: Session) -> Response:
    """All labels of the version that serves, with their numbers."""
    kind = site.kind(request)
    served, report, drift = site.source.served(kind), site.source.quality(kind), site.source.drift(kind)
    summary = _summary(site, kind, 7)
    return site.render(
        "labels.html",
        session,
        kind=kind,
        here="/labels",
        heads=[(head, [label for label in head.labels if not label.deprecated]) for head in served.taxonomy.heads],
        report=report,
        numbers=NUMBERS,
        given={label: sum(counts.given) for label, counts in summary.labels.items()},
        items=summary.items,
        drifted={} if drift is None else {name: each for name, each in drift.labels.items() if each.state == "drifted"},
    )


def show(site: Site, request: Request, session: Session) -> Response:
    """One label."""
    kind, source = site.kind(request), site.source
    label = _label(site, kind, request.parameters.get("id", ""))
    served, report = source.served(kind), source.quality(kind)
    days = _days(site, WINDOW)
    summary = _summary(site, kind, WINDOW)
    of_days = source.quality_of_days(kind, days)
    quality = None if report is None else report.labels.get(label.id)
    counts = summary.labels.get(label.id, LabelCounts())
    threshold = served.thresholds.get(label.id)
    mistakes = list(_mistakes(site, kind, label.id, summary, report))
    return site.render(
        "label.html",
        session,
        kind=kind,
        here="/labels",
        label=label,
        head=served.taxonomy.head_of(label.id),
        quality=quality,
        report=report,
        numbers=NUMBERS,
        charts=[(name, chart) for name in NUMBERS if (chart := _chart(of_days, label, name))],
        histogram=score_histogram(counts, threshold),
        counts=counts,
        threshold=threshold,
        days=DAYS,
        window=WINDOW,
        wrong=[each for each in mistakes if each.kind == "wrong"],
        missed=[each for each in mistakes if each.kind == "missed"],
        shown=SHOWN,
        examples=_examples(site, kind, label),
    )


def what_if(site: Site, request: Request, session: Session) -> Response:
    """What another threshold of a label would change of the last days' items, exactly; nothing is changed."""
    kind, parameters = site.kind(request), request.parameters
    label = _label(site, kind, parameters.get("id", ""))
    try:
        threshold, days = float(parameters.get("threshold", "")), int(parameters.get("days", "7"))
    except ValueError:
        raise Refused(400, "A threshold is a number from 0 to 1.") from None
    if days not in DAYS or not 0 <= threshold <= 1:
        raise Refused(400, "A threshold is a number from 0 to 1, and days are 1, 3, 7 or 14.")
    fault, table = "", ChangeTable([], 0, 0)
    try:
        table = change_table(site.source.what_if(kind, {label.id: threshold}, site.now() - timedelta(days)))
    except (OperationError, ValueError) as error:  # ThresholdRefused is a ValueError
        fault = str(error)
    return site.render(
        "what_if.html",
        session,
        kind=kind,
        here="/labels",
        label=label,
        now=site.source.served(kind).thresholds.get(label.id),
        threshold=threshold,
        chosen=days,
        days=DAYS,
        table=table,
        fault=fault,
    )


def _label(site: Site, kind: Kind, name: str) -> Label:
    label = site.source.served(kind).taxonomy.labels.get(name)
    if label is None:
        raise Refused(404, "The version that serves has no such label.")
    return label


def _days(site: Site, count: int) -> list[str]:
    """The last days, today included, the oldest first."""
    today = site.now().date()
    return [str(today - timedelta(ago)) for ago in reversed(range(count))]


def _summary(site: Site, kind: Kind, days: int) -> HourSummary:
    summaries = site.source.summaries(kind, _days(site, days))
    return add_up(hour for day in summaries.values() for hour in day.hours.values())


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


def _mistakes(
    site: Site, kind: Kind, label: str, summary: HourSummary, report: QualityReport | None
) -> Iterator[Mistake]:
    """The answered cells of a label in which the version is wrong, the surest mistakes first."""
    days = _days(site, WINDOW)
    answers = current_answers(site.source.answered(kind, days[0], days[-1]), discounted=_discounted(report))
    found = [mistake for item in summary.asked if (mistake := _mistake(item, label, answers.get((item.id, label))))]
    return iter(sorted(found, key=lambda each: abs((each.score or 0.0) - (each.kind == "missed")), reverse=True))


def _mistake(item: AskedItem, label: str, answer: Answered | None) -> Mistake | None:
    given = label in item.labels
    if answer is None or answer.yes == given:
        return None
    return Mistake(item.id, item.scores.get(label), "missed" if answer.yes else "wrong", len(answer.authors))


def _discounted(report: QualityReport | None) -> list[tuple[str, str | None]]:
    authors = () if report is None else report.authors
    return [(each.author, None if label == "*" else label) for each in authors for label in each.discounted]


def _examples(site: Site, kind: Kind, label: Label) -> Sequence[Row]:
    now = site.now()
    query = ItemQuery(now - timedelta(7), now, kind, label=label.id, indexed=label.index)
    return site.source.search(query).rows[:SHOWN]
