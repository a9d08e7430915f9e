"""The server of the console: what a browser gets where a page fails."""

from __future__ import annotations

import http.client
import threading

import pytest

from tagging.console.server import HOST, make_server
from tests.console.sample import Browser, SampleSource


def test_a_fault_of_ours_is_a_page_for_the_person_and_a_traceback_in_the_terminal(
    source: SampleSource, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("not foreseen")

    source.queues = fail  # type: ignore[assignment, method-assign]
    server = make_server(browser.console, 0)
    threading.Thread(target=server.run, daemon=True).start()
    connection = http.client.HTTPConnection(HOST, server.effective_port)
    connection.request("GET", "/health", headers={"Cookie": browser.cookie})
    response = connection.getresponse()
    page = response.read().decode()
    connection.close()
    server.close()
    assert response.status == 500
    assert response.headers["Cache-Control"] == "no-store"
    assert "This page failed" in page
    assert "not foreseen" not in page
    assert "not foreseen" in caplog.text
