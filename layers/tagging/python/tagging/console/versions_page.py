"""Versions: who serves, what was changed, and changes of who serves, which are shown before they are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast, get_args

from tagging.console.changes import ChangeTable, change_table
from tagging.console.exchange import Refused, Request, Response, redirect
from tagging.console.source import Asked, Role
from tagging.operations import OperationError, describe
from tagging.serving import LAYER

if TYPE_CHECKING:
    from tagging.console.sessions import Session
    from tagging.console.site import Site
    from tagging.kinds import Kind
    from tagging.operations import PointerPlan, PointerRecord, PointerState
    from tagging.serving import Pointer

CHANGES_SHOWN: Final = 10
FLIP_DAYS: Final = 1
"""Days whose items are compared with a shadow."""
_ROLES: Final[Mapping[Role, str]] = {
    "champion": "serves all items",
    "canary": "serves a share of the items first",
    "shadow": "predicts every item and decides nothing",
    "rollback": "the last change of who serves is undone",
    "end_shadow": "is no shadow any longer",
}


_ROLE_NAMES: Final[Mapping[Role, str]] = {
    "shadow": "shadow: decides nothing",
    "canary": "canary: decides a share of the items",
    "champion": "champion: decides all items",
    "end_shadow": "no shadow any longer",
}


@dataclass(frozen=True)
class ShownChange:
    """One change of the pointer."""

    record: PointerRecord
    what: str


def show(site: Site, request: Request, session: Session) -> Response:
    """Who serves, the pushed versions, and the last changes."""
    return _show(site, session, site.kind(request), {})


def _show(
    site: Site, session: Session, kind: Kind, form: Mapping[str, str], *, fault: str = "", status: int = 200
) -> Response:
    """The page, with a form as it was filled in, and why it was refused."""
    state = site.source.pointer(kind)
    return site.render(
        "versions.html",
        session,
        status=status,
        form=form,
        fault=fault,
        roles=_ROLE_NAMES,
        kind=kind,
        here="/versions",
        state=state,
        pointer=state.last_good,
        versions=site.source.versions(kind),
        changes=list(_changes(state))[:CHANGES_SHOWN],
        layer=LAYER,
    )


def flips(site: Site, request: Request, session: Session) -> Response:
    """What a shadow would change of the last day's items."""
    kind, shadow = site.kind(request), request.parameters.get("version", "")
    fault, table = "", ChangeTable([], 0, 0)
    try:
        table = change_table(site.source.flips(kind, shadow, site.now() - timedelta(FLIP_DAYS)))
    except OperationError as error:
        fault = str(error)
    return site.render(
        "flips.html", session, kind=kind, here="/versions", version=shadow, table=table, fault=fault, days=FLIP_DAYS
    )


def plan(site: Site, request: Request, session: Session) -> Response:
    """What a change of who serves would do; the form on this page writes it."""
    kind, form = site.kind(request), request.parameters
    try:
        asked = _asked(form)
        planned = site.source.plan(kind, asked)
    except (Refused, OperationError) as error:
        status = error.status if isinstance(error, Refused) else 409
        return _show(site, session, kind, form, fault=str(error), status=status)
    return site.render(
        "plan.html",
        session,
        kind=kind,
        here="/versions",
        plan=planned,
        asked=asked,
        what=_ROLES[asked.role],
        roles=list(_roles(planned.before, planned.after)),
        generation=_generation(planned),
        why=form.get("why", ""),
        share=form.get("share", ""),
    )


def write(site: Site, request: Request, session: Session) -> Response:
    """Write a change that was shown, if who serves is still as it was then."""
    kind, form = site.kind(request), request.form
    why = form.get("why", "").strip()
    if not why:
        raise Refused(400, "Say why: it is kept with the change. Nothing was changed.")
    planned = site.source.plan(kind, _asked(form))
    if form.get("generation") != str(_generation(planned)):
        raise Refused(409, "Somebody else changed who serves meanwhile: look at it again. Nothing was changed.")
    session.notice = f"Written: {describe(site.source.write(planned, why[:500]))}."
    return redirect("/versions", kind=kind)


def _asked(form: Mapping[str, str]) -> Asked:
    role = form.get("role", "")
    if role not in get_args(Role):
        raise Refused(400, "The form asks for no role that exists. Nothing was changed.")
    try:
        percent = form.get("share", "").strip().removesuffix("%").replace(",", ".")
        share = float(percent) / 100 if role == "canary" else None
    except ValueError:
        share = float("nan")
    if share is not None and not 0 < share < 1:
        raise Refused(400, "A canary serves a share between 0 and 100 %. Nothing was changed.")
    version = form.get("version", "").strip()
    if not version and role != "rollback":
        raise Refused(400, "Name a version. Nothing was changed.")
    return Asked(cast(Role, role), version, share, "replace_taxonomy" in form, "unwatched" in form)


def _generation(planned: PointerPlan) -> int:
    return 0 if planned.before is None else planned.before.generation


def _roles(before: Pointer | None, after: Pointer) -> Iterator[tuple[str, str, str]]:
    """Each role with who has it before and after."""
    old, new = _named(before), _named(after)
    for role in dict.fromkeys((*old, *new)):
        yield role, old.get(role, "nobody"), new.get(role, "nobody")


def _named(pointer: Pointer | None) -> dict[str, str]:
    if pointer is None:
        return {"champion": LAYER}
    challenger = pointer.challenger
    roles = {
        "champion": pointer.champion,
        "challenger": f"{challenger.version}, {100 * challenger.share:.4g} % of the items" if challenger else "",
        "shadows": ", ".join(pointer.shadows),
        "previous": pointer.previous or "",
    }
    return {role: version for role, version in roles.items() if version}


def _changes(state: PointerState) -> Iterator[ShownChange]:
    for record, older in zip(state.records, [*state.records[1:], None], strict=False):
        pointer, before = record.pointer, older.pointer if older is not None else None
        if pointer is None:
            yield ShownChange(record, record.fault)
            continue
        roles = [f"{role}: {new}" for role, old, new in _roles(before, pointer) if old != new and role != "previous"]
        yield ShownChange(record, "; ".join(roles) or "no role changed")
