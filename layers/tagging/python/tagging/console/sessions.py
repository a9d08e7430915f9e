"""Who may use the console: sessions that begin with the key of its address, and tokens against forged forms."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tagging.console.exchange import Refused, Request, Response

COOKIE = "tagging_session"
TOKEN = "token"
"""Field of every form."""
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
MOST_SESSIONS = 20
MOST_STEPS = 200


@dataclass(frozen=True)
class Step:
    """What a person did with one item of the queue: `answer` is empty for an item that was skipped."""

    item: str
    kind: str
    asked: tuple[str, ...] = ()
    answer: dict[str, str] = field(default_factory=dict)
    """Label → `yes`, `no` or `unseen`, as the form had it."""
    cannot_tell: bool = False
    blind: bool = False
    version: str = ""
    note: str = ""


@dataclass
class Session:
    """One browser. What it remembers is lost with the process; answers are not."""

    id: str
    notice: str = ""
    """A sentence for the next page."""
    steps: list[Step] = field(default_factory=list)
    """The last ones, for undo, and so that an item is not shown again while its answer is on its way."""

    again: Step | None = None
    """The answer that was undone last: its item is shown with it."""
    answered_before: dict[str, int] = field(default_factory=dict)
    """Kind → answers of the week before this session."""

    def take_notice(self) -> str:
        """The sentence that waits, once."""
        notice, self.notice = self.notice, ""
        return notice

    def remember(self, step: Step) -> None:
        """Keep a step instead of an earlier one with its item, and forget the oldest of too many."""
        others = [each for each in self.steps if each.item != step.item]
        self.steps = [*others, step][-MOST_STEPS:]


class Sessions:
    """The browsers that were opened with the key: other users of the machine reach the port too."""

    def __init__(self) -> None:
        self.key = secrets.token_urlsafe(24)
        self._secret = secrets.token_bytes(32)
        self._sessions: dict[str, Session] = {}

    def begin(self, key: str) -> Response:
        """The answer to the address with the key: a cookie, and the way to the first page. Raises Refused."""
        if not hmac.compare_digest(key.encode("utf-8", "replace"), self.key.encode()):
            raise Refused(403, "This address has expired: open the one that the terminal shows.")
        session = Session(secrets.token_urlsafe(24))
        self._sessions[session.id] = session
        while len(self._sessions) > MOST_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        cookie = f"{COOKIE}={session.id}; Path=/; HttpOnly; SameSite=Strict"
        return Response(303, headers={"Location": "/", "Set-Cookie": cookie})

    def of(self, request: Request) -> Session:
        """The session of a request. Raises Refused."""
        session = self._sessions.get(request.cookie(COOKIE))
        if session is None:
            raise Refused(403, "This browser is not known: open the address that the terminal shows.")
        return session

    def token(self, session: Session) -> str:
        """What a form of this session must hold."""
        return hmac.new(self._secret, session.id.encode(), hashlib.sha256).hexdigest()

    def check_form(self, request: Request, session: Session) -> None:
        """Raise Refused for a form that is not of a page of this session."""
        origin = request.headers.get("origin", "")
        foreign = origin and urlsplit(origin).netloc != request.headers.get("host", "")
        token = request.form.get(TOKEN, "").encode("utf-8", "replace")
        if foreign or not hmac.compare_digest(token, self.token(session).encode()):
            raise Refused(403, "The form is not of this page: load the page again. Nothing was changed.")


def check_host(request: Request) -> None:
    """Raise Refused unless the request was addressed to this machine by name: a foreign name may resolve to it."""
    name, colon, port = request.headers.get("host", "").rpartition(":")
    if not colon or not port.isdigit():
        name = request.headers.get("host", "")
    if name.lower() not in LOCAL_NAMES:
        raise Refused(421, "The console answers to localhost and 127.0.0.1 only.")
