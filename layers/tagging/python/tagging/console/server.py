"""Serves a console on this machine alone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from tagging.console.exchange import MOST_BODY_BYTES, Request

if TYPE_CHECKING:
    from tagging.console.console import Console

HOST = "127.0.0.1"
THREADS = 8
"""Requests at the same time: each may wait for AWS."""

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


def make_server(console: Console, port: int) -> Any:
    """A server that listens; `run()` serves until an interrupt. OSError where the port is taken.

    `port` 0: any free one, which is `effective_port` then.
    """
    from waitress.server import create_server

    return create_server(
        application(console),
        host=HOST,
        port=port,
        threads=THREADS,
        ident="tagging",
        max_request_body_size=MOST_BODY_BYTES,
        max_request_header_size=32 * 1024,
    )


def application(console: Console) -> Callable[[dict[str, Any], StartResponse], Iterable[bytes]]:
    """A console as WSGI calls it."""

    def serve(environment: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        try:
            response = console.page(_request(environment))
        except Exception:  # a fault of ours: the person reads a page, the terminal has the traceback
            logging.getLogger("waitress").exception("%s failed", environment["PATH_INFO"])
            response = console.broken()
        status = HTTPStatus(response.status)
        headers = [("Content-Type", response.content_type), *response.headers.items()]
        start_response(f"{status.value} {status.phrase}", headers)
        return [b"" if environment["REQUEST_METHOD"] == "HEAD" else response.body]

    return serve


def _request(environment: dict[str, Any]) -> Request:
    names = {f"HTTP_{name.upper()}": name for name in ("host", "origin", "cookie")} | {"CONTENT_TYPE": "content-type"}
    return Request(
        environment["REQUEST_METHOD"],
        environment["PATH_INFO"],
        environment["QUERY_STRING"],
        {name: environment[key] for key, name in names.items() if key in environment},
        environment["wsgi.input"].read(MOST_BODY_BYTES + 1),
    )
