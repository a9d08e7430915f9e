"""Requests and responses of the console, free of the server that carries them."""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from msgspec import Struct

MOST_BODY_BYTES = 64 * 1024
"""Of a form: names and states of labels, and a note."""
_MOST_FIELDS = 2_000

Fields = Mapping[str, str]


class Request(Struct, frozen=True):
    """One request. Header names are lower case."""

    method: str
    path: str
    query: str = ""
    headers: Fields = {}
    body: bytes = b""

    @property
    def parameters(self) -> dict[str, str]:
        """The fields of the query; of several with one name the last."""
        return _fields(self.query)

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form; empty where the body is none."""
        if self.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
            return {}
        return _fields(self.body.decode("utf-8", "replace"))

    def cookie(self, name: str) -> str:
        """The value of a cookie; empty without one."""
        try:
            cookies = SimpleCookie(self.headers.get("cookie", ""))
        except CookieError:
            return ""
        return cookies[name].value if name in cookies else ""


class Response(Struct, frozen=True):
    """One response."""

    status: int
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    headers: Fields = {}


class Refused(Exception):
    """A request that is refused: the status, and one sentence for the person."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def redirect(path: str, **parameters: str) -> Response:
    """Go to another page of the console, by GET."""
    return Response(303, headers={"Location": address(path, **parameters)})


def address(path: str, **parameters: str) -> str:
    """The address of a page; parameters that are empty are left out."""
    named = {name: value for name, value in parameters.items() if value}
    return f"{path}?{urlencode(named, errors='surrogatepass')}" if named else path


def _fields(text: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="replace"))
    except ValueError:
        raise Refused(400, "The form has too many fields.") from None
