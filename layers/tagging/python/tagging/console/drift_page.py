"""Drift: labels and inputs that are no longer what they were, with items beside them; seen drift is acknowledged."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from tagging.console.exchange import Refused, Request, Response, redirect
from tagging.console.site import ago

if TYPE_CHECKING:
    from tagging.console.sessions import Session
    from tagging.console.site import Site


def show(site: Site, request: Request, session: Session) -> Response:
    """What has drifted first, then what is silent and why, then what is steady."""
    kind = site.kind(request)
    report = site.source.drift(kind)
    states = {} if report is None else {"label": report.labels, "input": report.inputs}
    drifted = [
        (what, name, each) for what, group in states.items() for name, each in group.items() if each.state == "drifted"
    ]
    named = [(what, name, each) for what, group in states.items() for name, each in group.items()]
    return site.render(
        "drift.html",
        session,
        kind=kind,
        here="/drift",
        report=report,
        made=ago(datetime.fromisoformat(report.made_at), site.now()) if report is not None else "",
        drifted=drifted,
        beginnings=site.source.beginnings([id for _, _, each in drifted for id in each.items]),
        silent=[each for each in named if each[2].state == "silent"],
        steady=[each for each in named if each[2].state == "steady"],
    )


def acknowledge(site: Site, request: Request, session: Session) -> Response:
    """Acknowledge one drift: what came with it is the reference from then on."""
    kind, form = site.kind(request), request.form
    why = form.get("why", "").strip()
    if not why:
        raise Refused(400, "Say why: it is kept with the acknowledgement. Nothing was changed.")
    site.source.acknowledge(kind, form.get("name", ""), why[:500])
    session.notice = "Acknowledged: what came with the drift is the reference from then on."
    return redirect("/drift", kind=kind)
