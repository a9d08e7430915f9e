"""One item: its content, what versions say of it, its revisions, its ticket, and what people answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagging.console.exchange import Refused, Request, Response
from tagging.console.review_form import make_form
from tagging.console.shown import show_content, spans_of
from tagging.console.shown import thumbnail as make_thumbnail
from tagging.kinds import find_kind

if TYPE_CHECKING:
    from tagging.console.sessions import Session
    from tagging.console.site import Site
    from tagging.operations import VersionVerdict
    from tagging.store import Row


@dataclass(frozen=True)
class LabelRow:
    """One label in the table of versions side by side."""

    id: str
    cells: list[tuple[float | None, bool]]
    """Score and whether it is given, by version."""


def show(site: Site, request: Request, session: Session) -> Response:
    """One item."""
    source, row = site.source, _row(site, request)
    kind = find_kind(row.kind).name
    verdicts = [] if row.forgotten else source.verdicts(row)
    evidence = next((each.label_set for each in verdicts if each.label_set), None)
    entry = source.entry(row.id)
    served = source.served(kind)
    form = None
    if row.revision.quarantine is None:
        form = make_form(served, row.id, kind, "correct", ticked=row.revision.labels, heads=row.revision.heads)
    whole = request.parameters.get("whole") == "yes"
    return site.render(
        "item.html",
        session,
        kind=kind,
        here="/items",
        row=row,
        shown=show_content(source, row, spans_of(evidence), "/item", whole=whole),
        verdicts=verdicts,
        label_rows=_label_rows(verdicts),
        revisions=[*enumerate((*row.earlier, row.revision), 1)][::-1],
        entry=entry,
        answers=sorted(source.corrections(row.id), key=lambda each: each.answered_at, reverse=True),
        form=form,
    )


def thumbnail(site: Site, request: Request, _: Session) -> Response:
    """A small image made of an item's file: never the file itself."""
    row = _row(site, request)
    if find_kind(row.kind).explainable:
        raise Refused(404, "The item is no image.")
    return Response(200, make_thumbnail(site.source.image(row)), "image/jpeg")


def _row(site: Site, request: Request) -> Row:
    row = site.source.row(request.parameters.get("id", ""))
    if row is None:
        raise Refused(404, "There is no row for this id.")
    return row


def _label_rows(verdicts: list[VersionVerdict]) -> list[LabelRow]:
    """Every label that a version scores: those that one gives first, then by the highest score."""
    sets = [each.label_set for each in verdicts]
    ids = list(dict.fromkeys(label for each in sets if each for label in each.scores))
    rows = [
        LabelRow(
            id,
            [
                (None, False) if each is None else (each.scores.get(id), id in {label.id for label in each.labels})
                for each in sets
            ],
        )
        for id in ids
    ]
    return sorted(rows, key=lambda row: (not any(given for _, given in row.cells), -max(s or 0 for s, _ in row.cells)))
