"""`tagging console`: it listens on this machine, prints the address that lets one browser in, and answers there."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from tagging.console.console import Console
from tagging.console.exchange import Request
from tests.serving.conftest import Commands


def test_the_console_prints_the_address_that_lets_a_browser_in(
    tagging: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[tuple[Console, int]] = []

    class Server:
        effective_port = 4321

        def run(self) -> None:
            """Ends at once."""

    def make_server(pages: Console, port: int) -> Any:
        served.append((pages, port))
        return Server()

    monkeypatch.setattr("tagging.console.make_server", make_server)
    done = tagging("console", "--no-browser", "--port", "0")
    assert done.exit_code == 0, done.output
    ((pages, port),) = served
    assert port == 0
    assert f"http://127.0.0.1:4321{pages.entrance}" in done.stdout
    path, _, query = pages.entrance.partition("?")
    entered = pages.page(Request("GET", path, query, {"host": "127.0.0.1:4321"}))
    assert (entered.status, entered.headers["Location"]) == (303, "/")


def test_a_port_that_is_taken_is_wrong_use(tagging: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    def make_server(*_: object) -> Any:
        raise OSError("Address already in use")

    monkeypatch.setattr("tagging.console.make_server", make_server)
    done = tagging("console", "--no-browser")
    assert done.exit_code == 2
    assert "port 8765 cannot be used: Address already in use" in done.output


def test_without_its_extra_it_says_which_one_is_missing(tagging: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "waitress", None)
    done = tagging("console", "--no-browser")
    assert done.exit_code == 2
    assert "needs the extra `console`" in done.output
