"""What a browser does with a console, without one: cookies, and forms with their token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from tagging.console.console import Console
from tagging.console.exchange import Request, Response


@dataclass
class Browser:
    """One session of one person."""

    console: Console
    cookie: str = ""

    def enter(self) -> Browser:
        path, _, query = self.console.entrance.partition("?")
        response = self.console.page(Request("GET", path, query, {"host": "localhost:8765"}))
        self.cookie = response.headers["Set-Cookie"].partition(";")[0]
        return self

    def get(self, path: str, **parameters: str) -> Response:
        headers = {"host": "127.0.0.1:8765", "cookie": self.cookie}
        return self.console.page(Request("GET", path, urlencode(parameters), headers))

    def text(self, path: str, **parameters: str) -> str:
        """The page, which is there."""
        response = self.get(path, **parameters)
        assert response.status == 200, response.body.decode()
        return response.body.decode()

    def token(self) -> str:
        """What the forms of this session hold."""
        sessions = self.console.site.sessions
        return sessions.token(sessions.of(Request("GET", "/", headers={"cookie": self.cookie})))

    def post(self, path: str, **fields: str) -> Response:
        """A form of a page of this session."""
        return self.post_raw(path, {"token": self.token(), **fields})

    def post_raw(self, path: str, fields: Mapping[str, str], **headers: str) -> Response:
        sent = {
            "host": "localhost:8765",
            "origin": "http://localhost:8765",
            "cookie": self.cookie,
            "content-type": "application/x-www-form-urlencoded",
            **headers,
        }
        return self.console.page(Request("POST", path, "", sent, urlencode(fields).encode()))
