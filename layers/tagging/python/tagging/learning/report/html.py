"""Renders HTML pages from Jinja templates, each with its style sheet and script inside: one file, no network."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"


def render(template: Path, **values: Any) -> str:
    """The page of a template that extends layout.html; the .css and .js files of the same name go into it.

    Every value is escaped unless it is Markup. The browser runs the page's own script alone, by its hash.
    """
    style = "".join(path.read_text("utf-8") for path in (TEMPLATES / "base.css", template.with_suffix(".css")))
    code = template.with_suffix(".js")
    script = code.read_text("utf-8") if code.exists() else ""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    jinja = Environment(
        loader=FileSystemLoader([template.parent, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = jinja.get_template(template.name).render(style=Markup(style), script=Markup(script), digest=digest, **values)
    # A NUL that a text holds would end the document early in strict readers.
    return page.replace("\0", "\ufffd") + "\n"
