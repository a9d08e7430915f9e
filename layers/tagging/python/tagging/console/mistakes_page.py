"""Mistakes: items whose labels people answered otherwise, by day, label and kind, with the beginning of their texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tagging.console.exchange import Request, Response, address
from tagging.console.mistakes import WINDOW, Mistake, MistakenItem, find_mistakes

if TYPE_CHECKING:
    from tagging.console.sessions import Session
    from tagging.console.site import Site

PAGE: Final = 15
"""Items at once: the text of each is read."""
KINDS: Final[Mapping[Mistake, str]] = {
    "wrong": "given, people say no",
    "missed": "not given, people say yes",
    "disputed": "people differ",
}
PERIODS: Final[Mapping[str, int]] = {"": WINDOW, "week": 7, "yesterday": 1}
"""Days before today; today itself belongs to all but `yesterday`."""


def show(site: Site, request: Request, session: Session) -> Response:
    """The latest mistakes first."""
    kind, source, parameters = site.kind(request), site.source, request.parameters
    label, what, when = (parameters.get(name, "") for name in ("label", "what", "when"))
    what, when = what if what in KINDS else "", when if when in PERIODS else ""
    report = source.quality(kind)
    of_period = [each for each in find_mistakes(site, kind, report) if _is_in(site, each.day, when)]
    found = [kept for each in of_period if (kept := each.only(label, what)).cells]
    first = max(0, int(after) if (after := parameters.get("after", "")).isdecimal() and len(after) < 7 else 0)
    shown = found[first : first + PAGE]
    return site.render(
        "mistakes.html",
        session,
        kind=kind,
        here="/mistakes",
        served=source.served(kind).id,
        scored=bool(source.summaries(kind, site.days(WINDOW))),
        label=label,
        labels=sorted(source.served(kind).taxonomy.labels),
        what=what,
        kinds_of_mistake=KINDS,
        when=when,
        periods={"": f"{WINDOW} days", "week": "7 days", "yesterday": "yesterday"},
        total=len(found),
        counts=_counts(found),
        shown=shown,
        first=first,
        beginnings=source.beginnings([each.id for each in shown]),
        more=address("/mistakes", kind=kind, label=label, what=what, when=when, after=str(first + PAGE))
        if len(found) > first + PAGE
        else "",
    )


def _is_in(site: Site, day: str, when: str) -> bool:
    today = site.now().date()
    last = today - timedelta(days=1) if when == "yesterday" else today
    return str(today - timedelta(days=PERIODS[when])) <= day <= str(last)


def _counts(items: list[MistakenItem]) -> list[tuple[str, int]]:
    counts = Counter(cell.kind for item in items for cell in item.cells)
    return [(text, counts[kind]) for kind, text in KINDS.items() if counts[kind]]
