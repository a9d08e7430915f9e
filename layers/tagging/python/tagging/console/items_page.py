"""Items: searched by label, route, day, reason and version."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from tagging.console.exchange import Request, Response, address, redirect
from tagging.operations import ItemQuery, OperationError
from tagging.quarantine import REASONS

if TYPE_CHECKING:
    from tagging.console.sessions import Session
    from tagging.console.site import Site
    from tagging.kinds import Kind

DAYS: Final = 7
"""Days that are searched where none are named."""
STATES: Final = {"review": "in review", "quarantined": "quarantined"}
FIELDS: Final = ("label", "route", "reason", "version", "state", "since", "until")


def search(site: Site, request: Request, session: Session) -> Response:
    """A page of items, or the one whose id, key or address was given."""
    from tagging.model import REVIEW_REASONS

    kind, parameters, source = site.kind(request), request.parameters, site.source
    if named := parameters.get("item", "").strip():
        row = source.find(named)
        if row is not None:
            return redirect("/item", id=row.id)
    served = source.served(kind)
    fields = {name: parameters.get(name, "").strip() for name in FIELDS}
    fault, page = "", None
    try:
        if named:
            raise ValueError("There is no item with this id, key or address. Texts are not searched.")
        page = source.search(_query(site, kind, fields, parameters.get("after", "")))
    except (OperationError, ValueError) as error:
        fault = str(error)
    text = parameters.get("text", "")
    rows = page.rows if page is not None and text else ()
    labels = served.taxonomy.labels
    return site.render(
        "items.html",
        session,
        kind=kind,
        here="/items",
        fields=fields,
        named=named,
        text=text,
        beginnings=source.beginnings([row.id for row in rows]),
        fault=fault,
        page=page,
        more=address("/items", kind=kind, **fields, text=text, after=page.more) if page is not None else "",
        labels=sorted(labels),
        routes=sorted({label.route for label in labels.values() if label.route}),
        reasons={"review": REVIEW_REASONS, "quarantine": sorted(REASONS)},
        states=STATES,
        days=DAYS,
    )


def _query(site: Site, kind: Kind, fields: dict[str, str], after: str) -> ItemQuery:
    """What the form asks for. Raises ValueError and OperationError with one sentence."""
    now, served = site.now(), site.source.served(kind)
    until = min(now, _day(fields["until"]) + timedelta(days=1)) if fields["until"] else now
    since = _day(fields["since"]) if fields["since"] else until - timedelta(days=DAYS)
    if since > until:
        raise ValueError("The first day comes after the last one.")
    label, route = fields["label"], fields["route"]
    known = served.taxonomy.labels.get(label)
    return ItemQuery(
        since,
        until,
        kind,
        label=label,
        indexed=known is not None and known.index,
        any_of={each.id for each in served.taxonomy.labels.values() if each.route == route} if route else None,
        reason=fields["reason"],
        version=site.source.decided_by(kind, fields["version"]) if fields["version"] else None,
        quarantined=fields["state"] == "quarantined",
        review=fields["state"] == "review",
        after=after,
    )


def _day(text: str) -> datetime:
    try:
        day = date.fromisoformat(text)
        if not 2000 <= day.year < 3000:
            raise ValueError(text)
    except ValueError:
        raise ValueError("A day is written as 2026-01-31.") from None
    return datetime.combine(day, time(), UTC)
