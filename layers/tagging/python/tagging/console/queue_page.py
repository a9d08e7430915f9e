"""Queue: the next item that people are asked about, and what becomes of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from tagging.console.exchange import Refused, Request, Response, redirect
from tagging.console.review_form import answered_states, make_form
from tagging.console.sessions import Session, Step
from tagging.console.shown import Span, show_content, spans_of
from tagging.console.source import MOST_WAITING, PURPOSES
from tagging.corrections import Correction, author_of
from tagging.store import row_time

if TYPE_CHECKING:
    from tagging.console.site import Site
    from tagging.console.source import Purpose, Source
    from tagging.corrections import ReviewEntry
    from tagging.kinds import Kind
    from tagging.quality import ReviewPlan
    from tagging.store import Row

TEACHES_EVERY: Final = 3
"""Of so many items one teaches, where both wait: the share of capacity that the queue draws for it."""
SOURCE: Final = "console"
Waiting = dict["Purpose", list["ReviewEntry"]]
"""Open entries by purpose, without those of this session."""


@dataclass(frozen=True)
class Progress:
    """Answers of this week."""

    answered: int
    capacity: int
    """How many are planned; 0 where nothing is."""
    mine: int
    """In this session."""


def show(site: Site, request: Request, session: Session) -> Response:
    """The next item, or the one that the address names."""
    kind, source, parameters = site.kind(request), site.source, request.parameters
    purpose = each if (each := parameters.get("purpose", "")) in PURPOSES else ""
    named = parameters.get("item", "")
    done = {step.item for step in session.steps}
    waiting: Waiting = {
        each: [entry for entry in source.open_entries(kind, each) if entry.item not in done] for each in PURPOSES
    }
    plan = source.review_plan(kind)
    teaches = plan is None or not plan.checks_promotion
    entry, row = _named(source, named) if named else _next(source, session, waiting, purpose, teaches=teaches)
    skipped = sum(step.kind == kind and not step.asked for step in session.steps)
    can_undo = bool(session.steps) and session.steps[-1].kind == kind
    values: dict[str, Any] = {
        "kind": kind,
        "here": "/queue",
        "purpose": purpose,
        "waiting": {each: len(entries) for each, entries in waiting.items()},
        "most_waiting": MOST_WAITING,
        "progress": _progress(site, session, kind, plan),
        "skipped": skipped,
        "can_undo": can_undo,
        "entry": entry,
        "form": None,
    }
    if row is None:
        return site.render("queue.html", session, **values)
    blind = entry is not None and entry.purpose == "measure"
    spans = () if blind else _evidence(source, row)
    shown = show_content(source, row, spans, "/queue", whole=parameters.get("whole") == "yes")
    again = session.again if session.again is not None and session.again.item == row.id else None
    values["form"] = make_form(
        source.served(kind),
        row.id,
        kind,
        "queue" if entry is not None else "correct",
        ticked=() if blind else row.revision.labels,
        answer=again.answer if again else None,
        wanted=() if blind or entry is None else entry.labels,
        heads=row.revision.heads,
        undo=can_undo,
        note=again.note if again else "",
        blind=blind,
        unreadable=entry is not None and bool(shown.fault),
    )
    values["shown"] = shown
    return site.render("queue.html", session, **values)


def answer(site: Site, request: Request, session: Session) -> Response:
    """Send what a person answered, and go to the next item."""
    form, source, kind = request.form, site.source, site.kind(request)
    row, action = source.row(form.get("item", "")), form.get("action", "")
    if row is None or row.forgotten:
        raise Refused(404, "There is no such item. Nothing was sent.")
    if action == "skip":
        if row.id not in {step.item for step in session.steps}:
            session.remember(Step(row.id, kind))
        return redirect("/queue", kind=kind, purpose=form.get("purpose", ""))
    if action not in ("complete", "cannot_tell"):
        raise Refused(400, "The form asks for nothing that exists. Nothing was sent.")
    states = answered_states(form, source.served(kind))
    if not states:
        raise Refused(400, "None of these labels is served any longer: load the page again. Nothing was sent.")
    queued = form.get("mode") == "queue"
    entry = source.entry(row.id) if queued else None
    blind = entry is not None and entry.purpose == "measure"
    step = Step(
        row.id,
        kind,
        tuple(states),
        states,
        action == "cannot_tell",
        blind,
        form.get("version", ""),
        form.get("note", ""),
    )
    source.send(_correction(site, step))
    session.again = None
    session.remember(step)
    if queued:
        return redirect("/queue", kind=kind, purpose=form.get("purpose", ""))
    session.notice = "Your answer was sent. It is recorded within a minute: load the page again to see it."
    return redirect("/item", id=row.id, kind=kind)


def undo(site: Site, request: Request, session: Session) -> Response:
    """Withdraw the last answer, and show its item again as it was answered."""
    if not session.steps:
        session.notice = "There is nothing to undo in this session."
        return redirect("/queue", kind=site.kind(request))
    step = session.steps.pop()
    if step.asked:
        site.source.send(_withdrawal(site, step))
        session.notice = "Your answer was withdrawn. Answer again, or skip the item."
    session.again = step
    return redirect("/queue", kind=step.kind, item=step.item, purpose=request.form.get("purpose", ""))


def _correction(site: Site, step: Step) -> Correction:
    tells = not step.cannot_tell
    return Correction(
        schema="tagging.correction/1",
        item=step.item,
        author=author_of(site.source.author),
        answered_at=row_time(site.now()),
        source=SOURCE,
        version=step.version or None,
        yes=tuple(label for label, state in step.answer.items() if state == "yes" and tells),
        unseen=tuple(label for label, state in step.answer.items() if state == "unseen" and tells),
        asked=step.asked,
        complete=True,
        cannot_tell=step.cannot_tell,
        blind=step.blind,
        note=step.note[:1000],
    )


def _withdrawal(site: Site, step: Step) -> Correction:
    answer = _correction(site, step)
    return replace(answer, yes=(), unseen=step.asked, asked=(), complete=False, cannot_tell=False, note="")


def _named(source: Source, item: str) -> tuple[ReviewEntry | None, Row]:
    row = source.row(item)
    if row is None or row.forgotten:
        raise Refused(404, "There is no such item, or it was forgotten.")
    return source.entry(row.id), row


def _next(
    source: Source, session: Session, waiting: Waiting, purpose: str, *, teaches: bool
) -> tuple[ReviewEntry | None, Row | None]:
    """The latest open entry that was not shown in this session, and its row; one in three teaches, where any does."""
    answered = sum(bool(step.asked) for step in session.steps)
    orders: dict[str, tuple[Purpose, ...]] = {"measure": ("measure",), "teach": ("teach",)}
    turn = teaches and answered % TEACHES_EVERY == TEACHES_EVERY - 1
    for each in orders.get(purpose, PURPOSES[::-1] if turn else PURPOSES):
        for entry in waiting[each]:
            row = source.row(entry.item)
            if row is not None and not row.forgotten:
                return entry, row
    return None, None


def _evidence(source: Source, row: Row) -> list[Span]:
    """Of each label that the row has, the evidence of the first version that gives it: what is ticked is marked."""
    spans: dict[str, Span] = {}
    for verdict in source.verdicts(row):
        for span in spans_of(verdict.label_set):
            spans.setdefault(span.label, span)
    return [span for label, span in spans.items() if label in row.revision.labels]


def _progress(site: Site, session: Session, kind: Kind, plan: ReviewPlan | None) -> Progress:
    today = site.now().date()
    monday = today - timedelta(today.weekday())
    mine = sum(step.kind == kind and bool(step.asked) for step in session.steps)
    if kind not in session.answered_before:
        session.answered_before[kind] = _answered(site.source, kind, monday, today)
    return Progress(session.answered_before[kind] + mine, 0 if plan is None else round(plan.capacity), mine)


def _answered(source: Source, kind: Kind, monday: date, today: date) -> int:
    """Items that each person has answered completely in the week, and not taken back."""
    sent = sorted(source.answered(kind, str(monday), str(today)), key=lambda each: each.answered_at)
    return sum({(each.author, each.item): each.complete for each in sent}.values())
