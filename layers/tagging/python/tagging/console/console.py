"""The console: one function from a request to a response, which refuses what is not of its own pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from tagging.aws import AwsError, error_code
from tagging.console import (
    drift_page,
    health_page,
    item_page,
    items_page,
    label_page,
    mistakes_page,
    queue_page,
    versions_page,
    what_if_page,
)
from tagging.console.exchange import Refused, Request, Response, redirect
from tagging.console.sessions import Session, Sessions, check_host
from tagging.console.site import ASSETS, Site, utc_now
from tagging.operations import OperationError

if TYPE_CHECKING:
    from tagging.console.source import Source

Page = Callable[[Site, Request, Session], Response]
READ: Final[Mapping[str, Page]] = {
    "/queue": queue_page.show,
    "/items": items_page.search,
    "/item": item_page.show,
    "/thumbnail": item_page.thumbnail,
    "/labels": label_page.show_all,
    "/label": label_page.show,
    "/what-if": what_if_page.show,
    "/mistakes": mistakes_page.show,
    "/versions": versions_page.show,
    "/plan": versions_page.plan,
    "/flips": versions_page.flips,
    "/drift": drift_page.show,
    "/health": health_page.show,
}
"""Pages that change nothing, by path."""
WRITE: Final[Mapping[str, Page]] = {
    "/answer": queue_page.answer,
    "/undo": queue_page.undo,
    "/write": versions_page.write,
    "/acknowledge": drift_page.acknowledge,
}
"""What forms are sent to, by path."""
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_ERROR: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<title>Tagging</title><link rel="stylesheet" href="{style}"><main class="refused"><h1>{title}</h1><p>{text}</p>'
    '<p><a href="/">To the console</a></p></main></html>'
)


@dataclass(frozen=True)
class Console:
    """Pages of one stage for one person."""

    site: Site

    @classmethod
    def of(cls, source: Source, now: Callable[[], datetime] = utc_now) -> Console:
        """A console on these data."""
        return cls(Site(source, Sessions(), now))

    @property
    def entrance(self) -> str:
        """Path and query of the address that begins a session."""
        return f"/enter?key={self.site.sessions.key}"

    def page(self, request: Request) -> Response:
        """The response to any request; only faults of ours raise."""
        try:
            response = self._page(request)
        except Refused as error:
            response = self._error(error.status, "Not possible", str(error))
        except OperationError as error:
            response = self._error(409, "Not possible", str(error))
        except AwsError as error:
            call = getattr(error, "operation_name", "")
            named = f"AWS refused{f' {call}' if call else ''}: {error_code(error)}."
            response = self._error(502, "AWS", named)
        return replace(response, headers={**_HEADERS, **response.headers})

    def broken(self) -> Response:
        """The response where `page` raised."""
        response = self._error(500, "This page failed", "The terminal that serves the console shows why.")
        return replace(response, headers=_HEADERS)

    def _page(self, request: Request) -> Response:
        check_host(request)
        if request.path.startswith("/assets/"):
            return self._asset(request.path.removeprefix("/assets/"))
        if request.method not in ("GET", "HEAD", "POST"):
            raise Refused(405, "Pages are read, and forms are sent.")
        if request.path == "/enter":
            return self.site.sessions.begin(request.parameters.get("key", ""))
        session = self.site.sessions.of(request)
        if request.method == "POST":
            self.site.sessions.check_form(request, session)
            return self._find(WRITE, request)(self.site, request, session)
        if request.path == "/":
            return redirect("/queue")
        return self._find(READ, request)(self.site, request, session)

    def _find(self, pages: Mapping[str, Page], request: Request) -> Page:
        if request.path not in pages:
            raise Refused(404, "There is no such page.")
        return pages[request.path]

    def _asset(self, name: str) -> Response:
        content = self.site.assets.get(name)
        if content is None:
            raise Refused(404, "There is no such file.")
        kind = ASSETS[name.partition("-")[2]]
        return Response(200, content, kind, {"Cache-Control": "private, max-age=86400, immutable"})

    def _error(self, status: int, title: str, text: str) -> Response:
        from markupsafe import Markup

        style = self.site.asset_paths["console.css"]
        return Response(status, str(Markup(_ERROR).format(style=style, title=title, text=text)).encode())
