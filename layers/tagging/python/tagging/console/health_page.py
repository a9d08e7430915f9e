"""Health: what needs a person, then queues, quarantine by reason, the probe, and how live quality is measured."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tagging.console import advice
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
    report, queues = source.quality(kind), source.queues()
    return site.render(
        "health.html",
        session,
        kind=kind,
        here="/health",
        advice=[
            *advice.of_queues(queues, source.stage),
            *advice.of_probe(runs, now),
            *advice.of_quality(report, kind, now),
            *advice.of_drift(source.drift(kind), kind),
        ],
        queues=[(each, _age(each.oldest_s, now)) for each in queues],
        quarantined=source.quarantined(now),
        days=LATELY.days,
        reasons=REASONS,
        probe=None if runs is None else [(run, ago(datetime.fromisoformat(run.at), now)) for run in runs[:6]],
        report=report,
        made=ago(datetime.fromisoformat(report.made_at), now) if report is not None else "",
        plan=source.review_plan(kind),
    )
