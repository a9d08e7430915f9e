"""`tagging dashboard`: what the page shows is what the functions published, and what it cannot show it names."""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from infra.monitoring.preview.body import read_dashboards
from infra.monitoring.preview.day import DEPLOYED_AT, LOAD, Day, record_day
from infra.monitoring.preview.page import page
from infra.monitoring.preview.recorded_metrics import RecordedMetrics
from infra.monitoring.preview.widget_data import widget_data
from tagging.cli.dashboard import dashboard, subject
from tagging.local.template import Template, TemplateError
from tests.cli.conftest import OWN
from tests.evaluation.test_report_in_browser import BROWSER, browse

HOURS = range(DEPLOYED_AT - 1, DEPLOYED_AT + 1)


@pytest.fixture(scope="module")
def day(root: Path, prod_template: Template) -> Day:
    """Two hours on the local cloud, with a canary and a shadow from the beginning and a deployment between them."""
    return record_day(root, lambda _: None, prod_template, HOURS)


def test_bodies_are_read_with_their_references(prod_template: Template) -> None:
    result = {each.name: each for each in read_dashboards(prod_template)}
    assert list(result) == [f"tagging-prod-REGION-{name}" for name in ("executive", "on-call", "debug")]
    lines = [line for each in result.values() for widget in each.widgets for line in widget.lines]
    functions = subject(prod_template).functions
    told = {value for line in lines for name, value in line.dimensions if name == "FunctionName"}
    assert told <= set(functions)
    assert {functions[id] for id in told} == {"tag_mail", "tag_image"}
    queues = {queue.id for queue in prod_template.of_type("AWS::SQS::Queue")}
    assert {value for line in lines for name, value in line.dimensions if name == "QueueName"} <= queues


def test_a_template_without_dashboards_is_refused(prod_template: Template) -> None:
    kept = {id: each for id, each in prod_template.resources.items() if not each.type.endswith("Dashboard")}
    with pytest.raises(TemplateError, match="has no dashboards"):
        read_dashboards(Template("tagging-local", {}, kept))


def test_the_dashboards_show_what_the_local_cloud_published(prod_template: Template, day: Day) -> None:
    load = tuple(LOAD[hour] for hour in HOURS)
    assert day.items["mail"] == sum(load)
    about = subject(prod_template)
    executive, on_call, debug = read_dashboards(prod_template)
    shown = {
        widget.title: widget_data(widget, day.recorded, about.functions)
        for each in (executive, on_call, debug)
        for widget in each.widgets
    }
    items = {each.label: each.overall for each in shown["Items tagged or quarantined"].series}
    assert items["tag_mail"] == day.items["mail"]
    assert {each.label: each.points for each in shown["Items an hour"].series}["tag_mail"] == load
    assert [each.overall for each in shown["tag_mail: done on first delivery"].series] == [100.0]
    assert {"refund", "(other)"} <= {each.label for each in shown["tag_mail: labels given an hour"].series}
    (cost,) = shown["tag_mail: Lambda's price, without the warm pool"].series
    assert 0 < (cost.overall or 0) < 1
    assert shown["tag_mail: stages of a batch, ms"].missing == ()
    flips = shown["tag_mail: flips of a shadow an hour"].series
    assert sum(each.overall or 0 for each in flips) > 0
    text = page([executive, debug], day, about)
    assert '<th>reports_problem</th><td class="bar">' in text
    assert "1" in re.findall(r"<tr><td>(\d+)</td>\s*<td>[0-9a-f]{12}</td>", text)  # the canary's generation
    assert re.search(r'<path class="line color-[0-9a-f]{6}"', text)
    assert "<td>empty</td>" in text  # the reason of the only mail that is quarantined


def test_a_page_escapes_what_it_shows(prod_template: Template, recorded: RecordedMetrics) -> None:
    recorded.add(0, "Quarantined", [OWN, ("reason", "<script>")], [1.0])
    text = page(read_dashboards(prod_template), Day(recorded, {"mail": 5}), subject(prod_template))
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert "http" not in re.sub(r'content="[^"]*"|http-equiv', "", text)


@pytest.mark.skipif(BROWSER is None, reason="needs Chromium or Chrome on the PATH; CI has it and runs this")
def test_it_is_drawn_and_nothing_sticks_out(prod_template: Template, day: Day, tmp_path: Path) -> None:
    path = tmp_path / "dashboards.html"
    path.write_text(page(read_dashboards(prod_template), day, subject(prod_template)))
    image = tmp_path / "dashboards.png"
    done = browse(path, f"--screenshot={image}", "--window-size=1300,2400")
    assert "CONSOLE" not in done.stderr
    assert struct.unpack(">II", image.read_bytes()[16:24]) == (1300, 2400)
    probe = """<script>
        const all = [...document.querySelectorAll("article.metric")];
        const cut = all.filter(each => each.scrollHeight > each.clientHeight);
        document.title = "cut: " + cut.map(each => each.querySelector("h3").textContent).join(", ") + ".";
    </script></body>"""
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", path.read_text())
    path.write_text(text.replace("</body>", probe))
    assert "<title>cut: .</title>" in browse(path, "--window-size=1300,2400", "--dump-dom").stdout


def test_a_file_that_is_no_template_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.template.json").write_text(json.dumps({"Resources": {}}))
    app = typer.Typer()
    app.command()(dashboard)
    done = CliRunner().invoke(app, ["--template", str(tmp_path / "x.template.json")])
    assert done.exit_code == 1
    assert "has no dashboards" in done.output


def test_a_line_that_must_not_be_crossed_says_what_it_is_and_alarms_are_named_without_their_stack(
    prod_template: Template, recorded: RecordedMetrics
) -> None:
    recorded.add(0, "Latency", [OWN], [1.0])
    text = page(read_dashboards(prod_template), Day(recorded, {"mail": 5}), subject(prod_template))
    assert re.search(r'<text class="limit end"[^>]*>99 % promised</text>', text)
    assert "<li>mail-dead-letters-expire</li>" in text


def test_a_folder_in_place_of_the_page_is_wrong_use_and_said_at_once(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(dashboard)
    done = CliRunner().invoke(app, ["--out", str(tmp_path)])
    assert done.exit_code == 2
    said = re.sub(r"[│\s]+", " ", done.output)  # in a frame, whose lines break where the path is long
    assert "is a folder: name the page to write" in said
