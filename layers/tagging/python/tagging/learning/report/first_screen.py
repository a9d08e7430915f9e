"""The first screen, for whoever decides: what becomes of 100 items, route by route, and what to trust it for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from tagging.learning.evaluation import TRIAGE, Evaluation, MetricValue, RouteQuality
from tagging.learning.report.markup import Content, Markup, tag

TOLD = {
    "right": ("fully right", "every label right, nothing for a person to do"),
    "partly": ("partly wrong", "a label too many or too few, but not lost"),
    "review": ("sent to review", "the model is not sure and asks a person"),
    "missed": ("missed", "something was asked, nothing was found"),
}
SEEN = "the model has learned from these very rows: all figures are too good"
FEW_ROWS = 200
DOTS, STEP = 10, 22


@dataclass(frozen=True)
class Subject:
    """What was measured with what: names of files, the data's hash, and how many of its rows could not be read."""

    bundle: str
    data: str
    sha256: str
    skipped: int
    seen: bool = False
    """Whether the bundle has learned from these very rows."""
    learned: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What the bundle's manifest says of the rows that it learned from."""


def first_screen(found: Evaluation, subject: Subject) -> Markup:
    """What a manager reads."""
    shares = {name: getattr(found.outcomes, name) for name in TRIAGE}
    hundred = per_hundred([share.value or 0.0 for share in shares.values()])
    counts = dict(zip(shares, hundred, strict=True))
    cards = [_card(name, counts[name], share) for name, share in shares.items()]
    return tag(
        "section",
        tag(
            "header",
            tag("p.eyebrow", "Tagging report"),
            tag("h1", f"Of 100 {found.data.item_word}s like these"),
            _lead(found, subject),
        ),
        tag("p.alarm", f"Careful: {SEEN}.") if subject.seen else None,
        tag("div.hero", _dots(counts, found.data.item_word), tag("div.cards", cards)),
        _routes(found),
        tag("div.notes", _notes(found, subject)),
        id="summary",
    )


def per_hundred(shares: Sequence[float]) -> list[int]:
    """Whole numbers that add up to 100, as near to the shares as they can be (largest remainders)."""
    exact = 100 * np.array(shares, dtype=float) / max(sum(shares), 1e-12)
    whole = np.floor(exact).astype(int)
    for place in np.argsort(whole - exact, kind="stable")[: 100 - int(whole.sum())]:
        whole[place] += 1
    return [int(one) for one in whole]


def _lead(found: Evaluation, subject: Subject) -> Markup:
    rows = f"{found.data.tagged:,} {found.data.item_word}s of {subject.data}"
    if found.routing_accuracy.value is None:
        return tag("p.lead", f"Bundle {subject.bundle}, measured on {rows}.")
    accuracy = found.routing_accuracy.per_cent
    return tag(
        "p.lead",
        f"Bundle {subject.bundle}, measured on {rows}. ",
        tag("strong", accuracy),
        " of them reach exactly the right teams: none too many, none too few.",
    )


def _dots(counts: Mapping[str, int], item: str) -> Markup:
    names = [name for name, count in counts.items() for _ in range(count)]
    dots = [
        tag(f"circle.{name}", cx=at % DOTS * STEP + STEP / 2, cy=at // DOTS * STEP + STEP / 2, r=8.5)
        for at, name in enumerate(names)
    ]
    told = ", ".join(f"{count} {TOLD[name][0]}" for name, count in counts.items())
    side = DOTS * STEP
    return tag("svg.dots", dots, viewBox=f"0 0 {side} {side}", role="img", aria_label=f"Of 100 {item}s: {told}")


def _card(name: str, count: int, share: MetricValue) -> Markup:
    told, meaning = TOLD[name]
    between = None
    if share.low is not None and share.high is not None:
        between = tag("p.between", f"between {100 * share.low:.0f} and {100 * share.high:.0f}")
    return tag(f"div.card.{name}", tag("p.count", count), tag("p.told", told), tag("p.meaning", meaning), between)


def _routes(found: Evaluation) -> Markup | None:
    if not found.routes:
        return None
    names = ("Route", "due, of 100", "what becomes of them", "arrive", "wrongly there", "lost, in all")
    head = tag("tr", [tag("th", name, scope="col") for name in names])
    rows = [_route(route) for route in sorted(found.routes, key=lambda route: -route.due)]
    item = found.data.item_word
    said = f"Of the {item}s due on each route, how many arrive; and of those that arrive, how many should not have."
    return tag(
        "div.block",
        tag("h2", "Route by route"),
        tag("p.quiet", said, " Lost: due, but on no route at all, and nobody asked to look."),
        tag("div.wide", tag("table.routes", tag("thead", head), tag("tbody", rows))),
    )


def _route(route: RouteQuality) -> Markup:
    bars = [
        tag(f"i.{name}", style=f"width:{100 * count / route.due:.2f}%", title=f"{count} {TOLD[name][0]}")
        for name, count in route.outcomes.items()
        if count
    ]
    wrongly = MetricValue(None) if route.right.value is None else _other(route.right)
    return tag(
        "tr",
        tag("th", route.id, scope="row"),
        tag("td.number", f"{100 * route.due / max(route.known, 1):.0f}", title=f"{route.due:,} of {route.known:,}"),
        tag("td", tag("div.bar", bars) if bars else "\u2013"),
        tag("td.number", route.arrived.per_cent),
        tag("td.number", wrongly.per_cent),
        tag("td.number.warn" if route.lost else "td.number", route.lost),
    )


def _other(figure: MetricValue) -> MetricValue:
    """The share of the others: 1 - value, and its interval turned round."""
    low, high = (None if end is None else 1 - end for end in (figure.high, figure.low))
    return MetricValue(1 - (figure.value or 0.0), low, high, figure.of)


def _notes(found: Evaluation, subject: Subject) -> list[Markup]:
    data = found.data
    unproven = [label for label in found.labels if not label.proven]
    names: list[Content] = [[tag("a.label", label.id, href=f"#label-{label.id}"), " "] for label in unproven]
    said = (
        "Their goal is not shown to be met; what gets them goes to a person."
        if names
        else "Every label whose goal asks for proof has given it."
    )
    rests = [
        f"{data.tagged:,} {data.item_word}s with answers, {100 * data.known_share:.0f} % of the cells known yes or no, "
        f"{data.positives:,} times yes."
    ]
    if data.sources:
        rests.append("Sources: " + ", ".join(f"{name} ({count:,})" for name, count in data.sources.items()) + ".")
    if "data" in subject.learned:
        rests.append(f"The model learned from {subject.learned['data'].rstrip('.')}.")
    if data.tagged < FEW_ROWS:
        rests.append(f"Fewer than {FEW_ROWS} {data.item_word}s: read the ranges, not the numbers.")
    left = sum(data.quarantined.values()) + subject.skipped
    if left:
        rests.append(f"{left} rows could not be read or tagged, and count nowhere.")
    if data.unasked:
        rests.append(f"Nothing is known here of {', '.join(data.unasked)}.")
    limits = (
        f"Ranges hold 19 times in 20 for other {data.item_word}s of the same kind, not for other customers, "
        f"later months, or a model trained again. A {data.item_word} is called right by what is known of it."
    )
    return [
        tag(
            "div.note", tag("h3", "Unproven labels" if names else "No unproven label"), tag("p", names), tag("p", said)
        ),
        tag("div.note", tag("h3", "What this rests on"), tag("p", [[one, " "] for one in rests])),
        tag("div.note", tag("h3", "How far it holds"), tag("p", limits)),
    ]
