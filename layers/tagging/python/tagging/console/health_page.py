"""Health: queues, quarantine by reason, the probe, hours that are missing, and what is drawn for review."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tagging.console.exchange import Request, Response
from tagging.console.site import ago
from tagging.operations import LATELY
from tagging.quarantine import REASONS

if TYPE_CHECKING:
    from tagging.console.sessions import Session
    from tagging.console.site import Site


def _age(seconds: float | None, now: datetime) -> str:
    return ago(now - timedelta(seconds=seconds), now).removesuffix(" ago") if seconds else ""


def show(site: Site, request: Request, session: Session) -> Response:
    """How the stage is."""
    kind, now, source = site.kind(request), site.now(), site.source
    runs = source.probe_runs()
    report = source.quality(kind)
    return site.render(
        "health.html",
        session,
        kind=kind,
        here="/health",
        queues=[(each, _age(each.oldest_s, now)) for each in source.queues()],
        quarantined=source.quarantined(now),
        days=LATELY.days,
        reasons=REASONS,
        probe=None if runs is None else [(run, ago(datetime.fromisoformat(run.at), now)) for run in runs[:6]],
        report=report,
        made=ago(datetime.fromisoformat(report.made_at), now) if report is not None else "",
        plan=source.review_plan(kind),
    )
