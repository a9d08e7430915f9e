"""`tagging dashboard`: what the page shows is what the functions published, and what it cannot show it names."""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tagging.cli.dashboard import dashboard, subject
from tagging.cli.dashboard_body import Line, Widget, read_dashboards
from tagging.cli.dashboard_page import page
from tagging.cli.dashboard_run import AT_ONCE, Day, record_day
from tagging.cli.dashboard_values import figures
from tagging.cli.log_question import answer, sources
from tagging.cli.metric_math import NotComputed, calculate
from tagging.cli.recorded import Recorded, statistic
from tagging.local.template import Template, TemplateError
from tests.evaluation.test_report_in_browser import BROWSER, browse

OWN = ("service", "tag_mail")


@pytest.fixture(scope="module")
def day(root: Path, prod_template: Template) -> Day:
    """Three steps on the local cloud."""
    return record_day(root, lambda _: None, prod_template, steps=3)


@pytest.fixture
def recorded() -> Recorded:
    """Two steps of a function's metrics, by hand; nothing in the second but one item."""
    found = Recorded(2)
    found.add(0, "Items", [OWN], [3.0, 1.0])
    found.add(1, "Items", [OWN], [1.0])
    found.add(0, "MessagesReturned", [OWN], [1.0])
    found.add(0, "Latency", [OWN], [100.0, 900.0, 70_000.0])
    found.add(0, "Quarantined", [OWN, ("reason", "empty")], [2.0])
    return found


def widget(*lines: Line, **properties: object) -> Widget:
    return Widget("metric", 0, 0, 12, 6, properties, lines)


def line(name: str, stat: str = "Sum", **more: object) -> Line:
    return Line(**({"id": None, "label": name, "visible": True, "name": name, "dimensions": (OWN,)} | more), stat=stat)


@pytest.mark.parametrize(
    ("stat", "value"),
    [("Sum", 15.0), ("Average", 3.0), ("Maximum", 5.0), ("SampleCount", 5.0), ("p50", 3.0), ("p95", 4.8),
     ("PR(:2)", 40.0), ("PR(2:)", 60.0), ("TM(1%)", None)],
)  # fmt: skip
def test_statistics_are_cloudwatchs(stat: str, value: float | None) -> None:
    assert statistic([5.0, 1.0, 2.0, 4.0, 3.0], stat) == (value if value is None else pytest.approx(value))


def test_expressions_are_computed_or_refused() -> None:
    given = {"items": 9.0, "returned": None, "died": 1.0}
    assert calculate("100 * FILL(items, 0) / (FILL(items, 0) + FILL(returned, 0) + died)", given) == 90
    assert calculate("items / returned", given) is None
    assert calculate("items / (died - 1)", given) is None
    for beyond in ("ANOMALY_DETECTION_BAND(items, 4)", "items +", "other", "__import__('os')", "items if died else 1"):
        with pytest.raises(NotComputed):
            calculate(beyond, given)


def test_a_widget_shows_steps_and_the_whole(recorded: Recorded) -> None:
    found = figures(widget(line("Items"), line("Latency", "PR(:60000)")), recorded, {})
    assert [each.points for each in found.drawn] == [(4.0, 1.0), (pytest.approx(200 / 3), None)]
    assert [each.whole for each in found.drawn] == [5.0, pytest.approx(200 / 3)]


def test_an_expression_is_computed_from_hidden_lines(recorded: Recorded) -> None:
    share = Line("result", "done", True, expression="100 * items / (items + FILL(returned, 0))")
    hidden = [line("Items", id="items", visible=False), line("MessagesReturned", id="returned", visible=False)]
    (done,) = figures(widget(share, *hidden), recorded, {}).drawn
    assert done.points == (80.0, 100.0)
    assert done.whole == pytest.approx(100 * 5 / 6)


def test_a_search_finds_every_reason(recorded: Recorded) -> None:
    search = """SEARCH('{Tagging/dev,reason,service} MetricName="Quarantined"', 'Sum', 3600)"""
    (found,) = figures(widget(Line("r", "reasons", True, expression=search)), recorded, {}).drawn
    assert (found.label, found.whole) == ("tag_mail empty", 2.0)


EVENTS = [
    {"message": "tagged", "item": "a", "labels": ["refund", "billing"], "@timestamp": "1", "@message": '["refund"]'},
    {"message": "tagged", "item": "b", "labels": ["refund"], "@timestamp": "2", "@message": '["refund"]'},
    {"message": "quarantined", "item": "c", "reason": "empty", "@timestamp": "3", "@message": "empty"},
]


@pytest.mark.parametrize(
    ("query", "columns", "rows"),
    [
        (
            'filter message = "tagged" | fields jsonParse(@message) as said | unnest said.labels into label'
            " | stats count(*) as given by label | sort given desc",
            ("label", "given"),
            [("refund", "2"), ("billing", "1")],
        ),
        (
            'fields @timestamp, item | filter message = "tagged" and @message like /"(refund|fraud)"/'
            " | sort @timestamp desc | limit 1",
            ("@timestamp", "item"),
            [("2", "b")],
        ),
        (
            "stats count(*) as n, latest(item) as example by message | sort n desc | limit 1",
            None,
            [("tagged", "2", "b")],
        ),
    ],
)
def test_the_log_is_asked_as_logs_insights_would(
    query: str, columns: tuple[str, ...] | None, rows: list[tuple[str, ...]]
) -> None:
    found = answer(f"SOURCE 'TagMailLog' | {query}", EVENTS)
    assert columns in (None, found.columns)
    assert list(found.rows) == rows
    assert sources(f"SOURCE 'A' | SOURCE 'B' | {query}") == ["A", "B"]


def test_a_question_that_only_aws_can_answer_is_refused() -> None:
    for query in ('filter @type = "REPORT"', "stats pct(x, 50) as y by z", "parse @message /x/"):
        with pytest.raises(NotComputed):
            answer(query, EVENTS)


def test_what_is_not_there_is_named(recorded: Recorded) -> None:
    band = Line("band", "expected", True, expression="ANOMALY_DETECTION_BAND(given, 4)")
    found = figures(widget(line("Nothing"), band, line("Items", id="given")), recorded, {})
    assert [each.label for each in found.drawn] == ["Items"]
    assert found.lacking == ("Nothing", "expected: ANOMALY_DETECTION_BAND(given, 4)")


def test_bodies_are_read_with_their_references(prod_template: Template) -> None:
    found = {each.name: each for each in read_dashboards(prod_template)}
    assert list(found) == [f"tagging-prod-{name}" for name in ("executive", "on-call", "debug")]
    lines = [line for each in found.values() for widget in each.widgets for line in widget.lines]
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
    assert day.items["mail"] == 3 * AT_ONCE
    about = subject(prod_template)
    executive, on_call, debug = read_dashboards(prod_template)
    shown = {
        widget.title: figures(widget, day.recorded, about.functions)
        for each in (executive, on_call, debug)
        for widget in each.widgets
    }
    items = {each.label: each.whole for each in shown["Items tagged or quarantined"].drawn}
    assert items["tag_mail"] == day.items["mail"]
    assert {each.label: each.points for each in shown["Items an hour"].drawn}["tag_mail"] == (AT_ONCE,) * 3
    assert [each.whole for each in shown["tag_mail: done on first delivery"].drawn] == [100.0]
    assert {"refund", "(other)"} <= {each.label for each in shown["tag_mail: labels given an hour"].drawn}
    (cost,) = shown["tag_mail: Lambda's price, without the warm pool"].drawn
    assert 0 < (cost.whole or 0) < 1
    assert shown["tag_mail: stages of a batch, ms"].lacking == ()
    text = page([executive, debug], day, about)
    assert '<th>reports_problem</th><td class="bar">' in text
    assert "<td>empty</td>" in text  # the reason of the only mail that is quarantined


def test_a_page_escapes_what_it_shows(prod_template: Template, recorded: Recorded) -> None:
    recorded.add(0, "Quarantined", [OWN, ("reason", "<script>")], [1.0])
    text = page(read_dashboards(prod_template), Day(recorded, {"mail": 5}), subject(prod_template))
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert "http" not in re.sub(r'content="[^"]*"|http-equiv', "", text)


@pytest.mark.skipif(BROWSER is None, reason="needs Chromium or Chrome on the PATH; CI has it and runs this")
def test_it_is_drawn_and_nothing_sticks_out(prod_template: Template, day: Day, tmp_path: Path) -> None:
    path = tmp_path / "dashboards.html"
    path.write_text(page(read_dashboards(prod_template), day, subject(prod_template)))
    picture = tmp_path / "dashboards.png"
    done = browse(path, f"--screenshot={picture}", "--window-size=1300,2400")
    assert "CONSOLE" not in done.stderr
    assert struct.unpack(">II", picture.read_bytes()[16:24]) == (1300, 2400)
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
    prod_template: Template, recorded: Recorded
) -> None:
    recorded.add(0, "Latency", [OWN], [1.0])
    text = page(read_dashboards(prod_template), Day(recorded, {"mail": 5}), subject(prod_template))
    assert re.search(r'<text class="limit"[^>]*>99 % promised</text>', text)
    assert "<li>mail-dead-letters-expire</li>" in text


def test_a_folder_in_place_of_the_page_is_wrong_use_and_said_at_once(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(dashboard)
    done = CliRunner().invoke(app, ["--out", str(tmp_path)])
    assert done.exit_code == 2
    said = re.sub(r"[│\s]+", " ", done.output)  # in a frame, whose lines break where the path is long
    assert "is a folder: name the page to write" in said
