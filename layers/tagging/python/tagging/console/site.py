"""What every page of the console needs: where its data is from, its templates, the time, and the names of labels."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tagging.console.exchange import Refused, Request, Response, address
from tagging.console.sessions import Session, Sessions
from tagging.kinds import KINDS
from tagging.model import REVIEW_REASONS
from tagging.operations import short_name
from tagging.quarantine import REASONS

if TYPE_CHECKING:
    from tagging.console.source import Source
    from tagging.kinds import Kind

TEMPLATES: Final = Path(__file__).parent / "templates"
ASSETS: Final = {
    "console.css": "text/css; charset=utf-8",
    "console.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
PAGES: Final = (
    ("/queue", "Queue"),
    ("/items", "Items"),
    ("/labels", "Labels"),
    ("/mistakes", "Mistakes"),
    ("/versions", "Versions"),
    ("/drift", "Drift"),
    ("/health", "Health"),
)


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Site:
    """One console."""

    source: Source
    sessions: Sessions = field(default_factory=Sessions)
    now: Callable[[], datetime] = utc_now

    @cached_property
    def assets(self) -> dict[str, bytes]:
        """The files that pages name, by their name with a hash in it: browsers may keep them."""
        contents = {name: (TEMPLATES / name).read_bytes() for name in ASSETS}
        return {f"{hashlib.sha256(content).hexdigest()[:12]}-{name}": content for name, content in contents.items()}

    @property
    def asset_paths(self) -> dict[str, str]:
        """The path of each asset's address, by the name of its file."""
        return {name.partition("-")[2]: f"/assets/{name}" for name in self.assets}

    @cached_property
    def jinja(self) -> Environment:
        """Every value is escaped unless it is Markup; a name that is missing is an error."""
        jinja = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        jinja.filters |= {"minute": minute, "short_name": short_name, "percent": percent, "pretty_json": pretty_json}
        jinja.globals |= {
            "address": address,
            "pages": PAGES,
            "kinds": {kind: KINDS[kind].plural for kind in self.source.kinds},
            "stage": self.source.stage,
            "author": self.source.author,
            "assets": self.asset_paths,
            "reason_sentences": {
                str(reason): text for each in (REVIEW_REASONS, REASONS) for reason, text in each.items()
            },
            "pictures": [kind for kind in self.source.kinds if not KINDS[kind].explainable],
        }
        return jinja

    def kind(self, request: Request) -> Kind:
        """The kind that a page is about: that of its address, else the first. Raises Refused."""
        named = request.parameters.get("kind") or request.form.get("kind") or self.source.kinds[0]
        if named not in self.source.kinds:
            raise Refused(404, "The stage has no items of this kind.")
        return KINDS[named].name

    def days(self, count: int) -> list[str]:
        """The last days, today included, the oldest first."""
        today = self.now().date()
        return [str(today - timedelta(ago)) for ago in reversed(range(count))]

    def render(self, template: str, session: Session, *, status: int = 200, **values: Any) -> Response:
        """A page made of a template."""
        text = self.jinja.get_template(template).render(
            token=self.sessions.token(session), notice=session.take_notice(), **values
        )
        return Response(status, text.replace("\0", "\ufffd").encode("utf-8", "replace"))


def minute(text: str | datetime) -> str:
    """A time in UTC to the minute."""
    return (text.astimezone(UTC).isoformat() if isinstance(text, datetime) else text)[:16].replace("T", " ")


def percent(value: float) -> str:
    """A share as a person reads it."""
    return f"{value:.1%}" if 0 < value < 0.1 else f"{value:.0%}"


def ago(at: datetime, now: datetime) -> str:
    """How long ago, in one unit."""
    minutes = max(0, int((now - at) / timedelta(minutes=1)))
    if minutes < 120:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // 1440} days ago"


def pretty_json(text: str) -> str:
    """A JSON document on several lines."""
    return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
