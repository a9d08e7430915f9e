"""The report in a real browser: it is drawn, its script runs, a mail's script does not, and the table sorts."""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tagging.learning.evaluation.evaluation import evaluate_predictions
from tagging.learning.report import ReportSource, write_report
from tagging.model.tagger import Tagger
from tests.evaluation.conftest import by_hand, made_rows

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
EVIL = "<script>document.title = 'owned'</script><img src=x onerror=\"document.title = 'owned'\"> the parcel is late"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-quic", "--disable-extensions", "--hide-scrollbars"),
    # Whatever the page might ask for, there is nothing to be had.
    "--host-resolver-rules=MAP * ~NOTFOUND",
)

pytestmark = pytest.mark.skipif(
    BROWSER is None and os.environ.get("CI") != "true",
    reason="needs Chromium or Chrome on the PATH; CI has it and runs this",
)


@pytest.fixture(scope="module")
def report(tiny: Tagger, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report on 300 rows, the worst of which attacks whoever opens it."""
    random = np.random.default_rng(0)
    yes = random.random((300, 5)) < [0.4, 0.3, 0.2, 0.2, 0.1]
    scores = np.clip(random.normal(0.3 + 0.4 * yes, 0.15), 0, 1).round(4)
    yes[0], scores[0] = True, 0.0
    rows = made_rows(tiny, yes)
    rows[0] = replace(rows[0], text=EVIL)
    predictions = by_hand(tiny, rows, scores, review=range(20, 30))
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(path, evaluate_predictions(predictions), predictions, ReportSource("desk", "rows.jsonl", "ab" * 32, 0))
    return path


def browse(page: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    assert BROWSER, "CI installs Chromium: see .ci/run"
    profile = f"--user-data-dir={page.parent / 'profile'}"
    done = subprocess.run(
        [BROWSER, *FLAGS, profile, "--enable-logging=stderr", *flags, page.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done


def with_script(report: Path, script: str) -> Path:
    """The report with a script of the test in it; the page's policy would rightly refuse it."""
    page = report.with_name("probed.html")
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", report.read_text())
    page.write_text(text.replace("</body>", f"<script>{script}</script></body>"))
    return page


def after(report: Path, script: str) -> str:
    """The document after a script of the test ran in it."""
    return browse(with_script(report, script), "--dump-dom").stdout


def test_it_is_drawn_without_a_complaint_and_no_mail_can_act(report: Path) -> None:
    image = report.with_name("report.png")
    done = browse(report, f"--screenshot={image}", "--window-size=1280,1600")
    assert "CONSOLE" not in done.stderr
    content = image.read_bytes()
    assert struct.unpack(">II", content[16:24]) == (1280, 1600)
    # A blank page of this size is about 6 kB.
    assert len(content) > 60_000
    document = browse(report, "--dump-dom").stdout
    assert 'data-ready="yes"' in document
    assert "<title>Tagging report: desk</title>" in document
    # Without the policy too: escaping alone holds.
    assert "<title>Tagging report: desk</title>" in after(report, "")


def test_a_click_on_a_heading_sorts_and_a_second_one_turns_it_round(report: Path) -> None:
    steps = ((1, "falling"), (1, "rising"), (4, "falling"), (0, "names"))
    step = """
        document.querySelectorAll('.sortable thead button')[{column}].click();
        document.body.dataset.{name} = [...document.querySelectorAll('.sortable tbody tr')]
            .map((row) => row.cells[{column}].dataset.sort).join(' ');
    """
    script = "".join(step.format(column=column, name=f"step{n}") for n, (column, _) in enumerate(steps))
    document = after(report, script)
    orders = [re.findall(rf'data-step{n}="([^"]*)"', document)[0].split() for n in range(len(steps))]
    for (_, direction), order in zip(steps[:3], orders[:3], strict=True):
        values = [float(value) for value in order]
        assert len(values) == 5
        assert values == sorted(values, reverse=direction == "falling")
    assert orders[3] == ["angry", "broken", "happy", "late", "wants_person"]


@pytest.mark.parametrize("width", [500, 1280])
def test_nothing_sticks_out_of_the_page_on_a_phone_or_a_screen(report: Path, width: int) -> None:
    probe = (
        "for (const d of document.querySelectorAll('details')) d.open = true;"
        "document.body.dataset.wide = document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    document = browse(with_script(report, probe), f"--window-size={width},900", "--dump-dom").stdout
    assert re.findall(r'data-wide="([^"]*)"', document) == ["0"]


def test_a_link_to_a_label_opens_its_panel(report: Path) -> None:
    script = (
        "location.hash = 'label-late'; open();"
        "document.body.dataset.open = document.querySelectorAll('details[open]').length"
    )
    assert 'data-open="1"' in after(report, script)


def test_it_prints(report: Path) -> None:
    paper = report.with_name("report.pdf")
    browse(report, f"--print-to-pdf={paper}", "--no-pdf-header-footer")
    assert paper.read_bytes().startswith(b"%PDF")
    assert paper.stat().st_size > 20_000


def test_every_table_and_chart_has_the_pages_width(report: Path) -> None:
    """A caption that floats beside them squeezes them together."""
    script = """
        const wide = [...document.querySelectorAll("section > .wide")].map(each => each.getBoundingClientRect().width);
        const page = document.querySelector("main > section").getBoundingClientRect().width;
        document.title = "narrow: " + wide.filter(width => width < 0.9 * page).length + " of " + wide.length;
    """
    title = re.search(r"<title>(.*?)</title>", after(report, script))
    assert title
    assert re.fullmatch(r"narrow: 0 of [1-9]\d*", title[1]), title[1]
