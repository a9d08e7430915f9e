"""The dashboards show every label, and only metrics and log fields that exist."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from msgspec.structs import replace

from infra.monitoring.alarms import alarms
from infra.monitoring.dashboards import Dashboards
from infra.monitoring.metric import Metric
from infra.monitoring.metric_budget import ALWAYS_PUBLISHED, STAGES
from infra.monitoring.objectives import Objectives, burn_alarms
from infra.monitoring.serving_alarms import serving_alarms
from infra.monitoring.widgets import WIDTH
from tagging.local.emf import read_metrics
from tagging.model.manifest import Decision
from tagging.model.tagger import Tagger
from tagging.serving.serving import Fault
from tagging.telemetry.metrics import BatchCounts, Metrics
from tests.infra.conftest import Stack
from tests.infra.monitored_stage import MONITORED
from tests.messages import inline
from tests.service_harness import ServiceHarness

OBJECTIVES = Objectives(99.9, 99, 60)
AWS_METRICS = {
    ("AWS/Lambda", ("FunctionName",)): {
        "Errors", "Throttles", "Duration", "Invocations", "ConcurrentExecutions",
    },
    ("AWS/Lambda", ("FunctionName", "Resource")): {
        "ProvisionedConcurrencySpilloverInvocations", "ProvisionedConcurrencyUtilization",
    },
    ("AWS/Events", ("RuleName",)): {"FailedInvocations", "InvocationsFailedToBeSentToDlq"},
    ("AWS/SQS", ("QueueName",)): {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"},
}  # fmt: skip
"""Namespace and dimensions → metrics, from AWS's documentation."""


BODIES = Dashboards(MONITORED, OBJECTIVES, ["arn:1", "arn:2"], "arm64").bodies()


def lines(body: dict[str, Any]) -> Iterator[list[Any]]:
    for widget in body["widgets"]:
        yield from widget["properties"].get("metrics", [])


def named(body: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Namespace, name and dimensions of each metric of a dashboard."""
    for line in lines(body):
        if not isinstance(line[0], dict):
            namespace, name, *dimensions = line[:-1]
            yield namespace, name, dict(zip(dimensions[::2], dimensions[1::2], strict=True))


@pytest.fixture
def published(each_harness: ServiceHarness, capsys: pytest.CaptureFixture[str]) -> set[tuple[str, tuple[str, ...]]]:
    """Name and dimensions of each metric that a function prints: it tags, reviews, quarantines and returns messages."""
    version = each_harness.put("good")
    with each_harness.failing("dynamodb.PutItem", times=1):
        each_harness.handle(each_harness.event("good", version))
    each_harness.handle(each_harness.event("good", version), "no message", inline("i", ""))
    bundle = each_harness.tagger.bundle
    silent = replace(bundle, decisions={label: Decision(threshold=1, slope=0.01) for label in bundle.decisions})
    each_harness.having(tagger=Tagger(silent)).handle(each_harness.event("odd", each_harness.put("odd")))  # no label
    printed = [each for line in capsys.readouterr().out.splitlines() for each in read_metrics(line) or ()]
    return {(each.name, tuple(sorted(name for name, _ in each.dimensions))) for each in printed}


def alarm_metrics() -> Iterator[Metric]:
    for each in (*alarms(MONITORED), *serving_alarms(MONITORED)):
        yield from each.metrics.values()
    for _, parts in burn_alarms(MONITORED, OBJECTIVES):
        for part in parts:
            yield from part.metrics.values()


def occasional(capsys: pytest.CaptureFixture[str]) -> set[tuple[str, tuple[str, ...]]]:
    """The same of a batch in a canary beside a shadow, while something is wrong with who serves."""
    capsys.readouterr()
    Metrics("Tagging", "tag_mail").publish(
        BatchCounts(items=2, challenger=1, flips={"refund": 1}, faults=get_args(Fault))
    )
    printed = [each for line in capsys.readouterr().out.splitlines() for each in read_metrics(line) or ()]
    return {(each.name, tuple(sorted(name for name, _ in each.dimensions))) for each in printed}


def test_alarms_and_dashboards_name_only_metrics_that_are_published(
    published: set[tuple[str, tuple[str, ...]]], capsys: pytest.CaptureFixture[str]
) -> None:
    published |= occasional(capsys)
    monitored = {(each.namespace, each.name, tuple(sorted(each.dimensions))) for each in alarm_metrics()}
    monitored |= {(space, name, tuple(sorted(by))) for body in BODIES.values() for space, name, by in named(body)}
    ours = {(name, by) for namespace, name, by in monitored if namespace == "Tagging"}
    assert ours <= published
    assert {"Items", "Latency", "MessagesReturned", "LabelGiven"} <= {name for name, _ in ours}
    for namespace, name, by in monitored:
        assert namespace == "Tagging" or name in AWS_METRICS[namespace, by]


def test_metric_searches_and_queries_name_published_metrics(
    published: set[tuple[str, tuple[str, ...]]], capsys: pytest.CaptureFixture[str]
) -> None:
    published |= occasional(capsys)
    searched = [line[0]["expression"] for line in lines(BODIES["debug"]) if isinstance(line[0], dict)]
    queried = [
        each.expression
        for each in (*alarms(MONITORED), *serving_alarms(MONITORED))
        if each.expression and not each.metrics
    ]
    assert searched
    assert queried
    for expression in searched:
        namespace, *by = re.search(r"\{([^}]+)\}", expression).group(1).split(",")
        name = re.search(r'MetricName="(\w+)"', expression).group(1)
        assert (namespace, (name, tuple(sorted(by))) in published) == ("Tagging", True)
    for expression in queried:
        name = re.search(r"SUM\((\w+)\)", expression).group(1)
        by = re.search(r'SCHEMA\("Tagging", ([\w, ]+)\)', expression).group(1).split(", ")
        assert (name, tuple(sorted(by))) in published


def test_the_stages_are_those_of_a_batch(published: set[tuple[str, tuple[str, ...]]]) -> None:
    assert {name for name, _ in published if name.startswith("Stage")} == {f"Stage{stage}" for stage in STAGES}


def test_the_budget_counts_every_metric_that_a_function_always_publishes(
    published: set[tuple[str, tuple[str, ...]]],
) -> None:
    assert {name for name, by in published if by == ("service",)} == set(ALWAYS_PUBLISHED)
    assert {name for name, by in published if by != ("service",)} == {"LabelGiven", "Quarantined", "ReviewReason"}


def test_every_field_that_a_log_query_names_is_in_the_log(each_harness: ServiceHarness) -> None:
    version = each_harness.put("good")
    with each_harness.failing("dynamodb.PutItem", times=1):
        each_harness.handle(each_harness.event("good", version))
    each_harness.handle(each_harness.event("good", version), "no message")
    logged: dict[str, set[str]] = {}
    for line in each_harness.logs.getvalue().splitlines():
        entry = json.loads(line)
        logged.setdefault(entry["message"], set()).update(entry)
    shown = [each for body in BODIES.values() for each in body["widgets"]]
    queries = [each["properties"]["query"] for each in shown if each["type"] == "log"]
    ours = [query for query in queries if 'message = "' in query]
    assert len(ours) == 7
    for query in ours:
        message = re.search(r'message = "([^"]+)"', query).group(1)
        fields = re.findall(r"\b(item|reason|ticket|error|type|where|labels|generation|version)\b", query)
        assert fields
        assert set(fields) <= logged[message]


@pytest.mark.parametrize("label", ["refund", "threat", "fraud", "weapon", "garment"])
def test_every_label_is_in_the_label_mix(label: str) -> None:
    shown = {by.get("label") for _, name, by in named(BODIES["executive"]) if name == "LabelGiven"}
    assert label in shown


def test_every_critical_label_has_a_graph_of_its_own_and_examples() -> None:
    shown = [by["label"] for _, name, by in named(BODIES["on-call"]) if name == "LabelGiven"]
    assert shown == ["threat", "fraud", "weapon"]
    assert "threat|fraud|weapon" in json.dumps(BODIES["debug"])


def test_on_call_sees_every_queue() -> None:
    shown = {by["QueueName"] for _, name, by in named(BODIES["on-call"]) if name == "ApproximateAgeOfOldestMessage"}
    assert shown == {"mail-queue", "mail-dead", "image-queue", "image-dead", "tickets", "tickets-dead"}


@pytest.mark.parametrize("name", BODIES)
def test_widgets_fill_their_rows_without_overlap(name: str) -> None:
    occupied: set[tuple[int, int]] = set()
    for widget in BODIES[name]["widgets"]:
        cells = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert not cells & occupied
        assert max(x for x, _ in cells) < WIDTH
        occupied |= cells


@pytest.mark.parametrize("name", BODIES)
def test_an_expression_names_only_lines_of_its_own_graph(name: str) -> None:
    for widget in BODIES[name]["widgets"]:
        shown = widget["properties"].get("metrics", [])
        ids = [line[-1]["id"] for line in shown if "id" in line[-1]]
        assert len(ids) == len(set(ids))
        for line in shown:
            expression = line[0].get("expression", "") if isinstance(line[0], dict) else ""
            assert set(re.findall(r"\b(?:items|returned|died|duration|runs|given|challenger)\b", expression)) <= set(
                ids
            )


def test_the_stack_has_all_three_dashboards_with_the_names_of_its_own_resources(everything: Stack) -> None:
    dashboards = {
        str(each["Properties"]["DashboardName"]): each for each in everything.all("CloudWatch::Dashboard").values()
    }
    assert len(dashboards) == 3
    (on_call,) = (str(each["Properties"]["DashboardBody"]) for name, each in dashboards.items() if "on-call" in name)
    assert everything.id_of("Lambda::Function", "TagMail") in on_call
    watched = [queue for queue in everything.all("SQS::Queue") if "Reprocessing" not in queue and "Probe" not in queue]
    assert len(watched) == 10
    assert all(queue in on_call for queue in watched)
    assert "threat" in on_call
    assert '"old"' not in str(dashboards), "deprecated labels are no longer assigned"


def test_a_stage_in_two_regions_has_dashboards_of_two_names_because_dashboards_are_global(everything: Stack) -> None:
    names = [each["Properties"]["DashboardName"] for each in everything.all("CloudWatch::Dashboard").values()]
    assert sorted(names, key=str) == [
        {"Fn::Join": ["", ["tagging-dev-", {"Ref": "AWS::Region"}, f"-{name}"]]}
        for name in ("debug", "executive", "on-call")
    ]
