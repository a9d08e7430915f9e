"""The server of the console: what a browser gets where a page fails."""

from __future__ import annotations

from io import BytesIO

import pytest

from tagging.console.server import application
from tests.console.browser import Browser
from tests.console.sample import SampleSource


def test_a_fault_of_ours_is_a_page_for_the_person_and_a_traceback_in_the_terminal(
    source: SampleSource, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("not foreseen")

    source.queues = fail
    begun: list[tuple[str, dict[str, str]]] = []
    environment = {
        "REQUEST_METHOD": "GET", "PATH_INFO": "/health", "QUERY_STRING": "", "HTTP_HOST": "localhost:1",
        "HTTP_COOKIE": browser.cookie, "wsgi.input": BytesIO(),
    }  # fmt: skip
    serve = application(browser.console)
    page = b"".join(serve(environment, lambda status, headers: begun.append((status, dict(headers))))).decode()
    ((status, headers),) = begun
    assert status == "500 Internal Server Error"
    assert headers["Cache-Control"] == "no-store"
    assert "This page failed" in page
    assert "not foreseen" not in page
    assert "not foreseen" in caplog.text
