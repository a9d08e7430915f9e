"""The whole page: its sections in order, with style and script inside and nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from pathlib import Path

from tagging.learning.evaluation import Evaluation, Explainer, PredictionSet
from tagging.learning.report.data_section import data_section, slice_section
from tagging.learning.report.first_screen import Subject, first_screen
from tagging.learning.report.label_sections import charts_section, label_panels, label_table
from tagging.learning.report.markup import Markup, tag
from tagging.learning.report.mistake_sections import mistake_section, suspect_section

SECTIONS = {
    "summary": "Summary",
    "labels": "Labels",
    "charts": "All labels together",
    "panels": "Label by label",
    "mistakes": "Worst mistakes",
    "suspects": "Suspected answers",
    "slices": "Parts of the data",
    "data": "How it was measured",
}


def write_report(
    path: Path, found: Evaluation, observed: PredictionSet, subject: Subject, explainer: Explainer | None = None
) -> None:
    """Write the page; `observed` is what `found` was computed from.

    It holds texts, or small copies of images, of the data set.
    """
    path.write_text(render_report(found, observed, subject, explainer), encoding="utf-8", errors="replace")


def render_report(
    found: Evaluation, observed: PredictionSet, subject: Subject, explainer: Explainer | None = None
) -> str:
    """The page as HTML; the same for the same figures."""
    style, script = _file("page.css"), _file("page.js")
    # Whatever an item may hold: the browser runs this one script, by its hash, and fetches nothing.
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'; base-uri 'none'"
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"Tagging report: {subject.bundle}"),
        Markup(f"<style>{style}</style>"),
    )
    links = [tag("a", told, href=f"#{name}") for name, told in SECTIONS.items()]
    sections = (
        first_screen(found, subject),
        label_table(found),
        charts_section(observed),
        label_panels(found, observed),
        mistake_section(observed, explainer),
        suspect_section(observed),
        slice_section(found),
        data_section(found, subject),
    )
    body = tag("body", tag("nav", links), tag("main", sections), Markup(f"<script>{script}</script>"))
    return "<!doctype html>\n" + tag("html", head, body, lang="en").text + "\n"


def _file(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
