"""Alarms on every queue and function, in two severities, and on the burn rates of the error budgets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from infra.monitoring.alarms import alarms
from infra.monitoring.objectives import BURNS
from tests.infra.conftest import Stack
from tests.infra.monitored_stage import MONITORED


def alarm(stack: Stack, name: str) -> dict[str, Any]:
    """Properties of one alarm, simple or composite."""
    kinds = ("CloudWatch::Alarm", "CloudWatch::CompositeAlarm")
    candidates = [each["Properties"] for kind in kinds for each in stack.all(kind).values()]
    (properties,) = [each for each in candidates if each["AlarmName"] == f"tagging-dev-{name}"]
    return properties


def metrics(properties: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Namespace, name and dimensions of every metric of an alarm."""
    if "MetricName" in properties:
        dimensions = {each["Name"]: each["Value"] for each in properties["Dimensions"]}
        yield properties["Namespace"], properties["MetricName"], dimensions
    for each in properties.get("Metrics", []):
        if "MetricStat" in each:
            metric = each["MetricStat"]["Metric"]
            dimensions = {pair["Name"]: pair["Value"] for pair in metric["Dimensions"]}
            yield metric["Namespace"], metric["MetricName"], dimensions


def topic(stack: Stack, severity: str) -> list[dict[str, str]]:
    return [{"Ref": stack.id_of("SNS::Topic", f"Monitoring{severity}")}]


def test_every_queue_has_an_alarm_on_the_age_of_its_oldest_message(everything: Stack) -> None:
    monitored = {
        dimensions["QueueName"]["Fn::GetAtt"][0]
        for each in everything.all("CloudWatch::Alarm").values()
        for _, name, dimensions in metrics(each["Properties"])
        if name == "ApproximateAgeOfOldestMessage"
    }
    # Items that are tagged again may wait, and a probe that waits is missed by the next run.
    apart = ("MailReprocessing", "ImageReprocessing", "OutputsProbeQueue")
    assert monitored == {queue for queue in everything.all("SQS::Queue") if not queue.startswith(apart)}


def test_a_dead_letter_opens_a_ticket_and_one_about_to_expire_pages(everything: Stack) -> None:
    for queue in ("mail", "image", "tickets"):
        waiting, old = alarm(everything, f"{queue}-dead-letters"), alarm(everything, f"{queue}-dead-letters-expire")
        assert (waiting["Threshold"], waiting["ComparisonOperator"]) == (0, "GreaterThanThreshold")
        assert waiting["AlarmActions"] == topic(everything, "Ticket")
        assert old["Threshold"] == 24 * 3600
        assert old["AlarmActions"] == topic(everything, "Page")


def test_a_failing_function_pages_and_a_throttled_one_opens_a_ticket(everything: Stack, kind: str) -> None:
    function = {"Ref": everything.id_of("Lambda::Function", f"Tag{kind}")}
    for name, metric, severity in (("errors", "Errors", "Page"), ("throttles", "Throttles", "Ticket")):
        properties = alarm(everything, f"{kind.lower()}-{name}")
        assert list(metrics(properties)) == [("AWS/Lambda", metric, {"FunctionName": function})]
        assert properties["AlarmActions"] == properties["OKActions"] == topic(everything, severity)


def test_invocations_near_their_timeout_open_a_ticket(everything: Stack, kind: str) -> None:
    slow = alarm(everything, f"{kind.lower()}-slow")
    limit = everything.named(f"Tag{kind}", "Lambda::Function")["Timeout"] * 1000
    assert (slow["ExtendedStatistic"], slow["MetricName"]) == ("p95", "Duration")
    assert limit / 2 < slow["Threshold"] < limit


def test_spill_over_of_a_warm_pool_has_an_alarm(everything: Stack, kind: str) -> None:
    ((_, name, dimensions),) = metrics(alarm(everything, f"{kind.lower()}-spill-over"))
    assert name == "ProvisionedConcurrencySpilloverInvocations"
    assert set(dimensions) == {"FunctionName", "Resource"}


def test_a_function_without_a_warm_pool_has_no_spill_over_alarm() -> None:
    cold = replace(MONITORED, functions=tuple(replace(each, warm_pool=False) for each in MONITORED.functions))
    assert any("spill-over" in each.name for each in alarms(MONITORED))
    assert not any("spill-over" in each.name for each in alarms(cold))


@pytest.mark.parametrize(("objective", "budget"), [("available", 0.1), ("quick", 1)])
@pytest.mark.parametrize("burn", BURNS, ids=lambda burn: burn.name)
def test_a_burn_rate_alarm_needs_a_long_and_a_short_window(
    everything: Stack, kind: str, objective: str, budget: float, burn: Any
) -> None:
    name = f"{kind.lower()}-{objective}-{burn.name}"
    composite = alarm(everything, name if burn.severity == "page" else f"{kind.lower()}-budget-{burn.name}")
    both = f'(ALARM("tagging-dev-{name}-long") AND ALARM("tagging-dev-{name}-short"))'
    assert both in composite["AlarmRule"].split(" OR ")
    assert composite["AlarmActions"] == topic(everything, burn.severity.capitalize())
    for length, seconds in (("long", burn.long_s), ("short", burn.short_s)):
        part = alarm(everything, f"{name}-{length}")
        assert "AlarmActions" not in part
        periods = [each["MetricStat"]["Period"] for each in part["Metrics"] if "MetricStat" in each]
        assert set(periods) == {seconds}
        missed = part["Threshold"] if objective == "available" else 100 - part["Threshold"]
        assert missed == pytest.approx(budget * burn.rate)
    assert burn.long_s >= 12 * burn.short_s
    assert burn.long_s <= 24 * 3600, "CloudWatch alarms evaluate at most a day"


def test_a_composite_depends_on_the_alarms_in_its_rule(everything: Stack) -> None:
    named_alarms = {name: each["Properties"]["AlarmName"] for name, each in everything.all("CloudWatch::Alarm").items()}
    for composite in everything.all("CloudWatch::CompositeAlarm").values():
        named = {named_alarms[each] for each in composite["DependsOn"]}
        assert all(f'"{name}"' in composite["Properties"]["AlarmRule"] for name in named)
        assert len(named) == composite["Properties"]["AlarmRule"].count("ALARM(")


def test_only_critical_labels_have_an_alarm_on_their_volume(everything: Stack) -> None:
    monitored = {
        (dimensions["service"], dimensions["label"])
        for each in everything.all("CloudWatch::Alarm").values()
        for _, name, dimensions in metrics(each["Properties"])
        if name == "LabelGiven"
    }
    assert monitored == {("tag_mail", "threat"), ("tag_image", "weapon")}
    threat = alarm(everything, "mail-label-threat")
    assert threat["ThresholdMetricId"] == "result"
    assert "Threshold" not in threat


def test_a_critical_label_that_nothing_got_though_items_came_pages(everything: Stack) -> None:
    for name, rate in (("mail-label-threat", 0.005), ("image-label-weapon", 0.01)):
        missing = alarm(everything, f"{name}-missing")
        assert missing["AlarmActions"] == topic(everything, "Page")
        (expression,) = (each["Expression"] for each in missing["Metrics"] if "Expression" in each)
        assert expression == f"IF(items * {rate} >= 12 AND FILL(given, 0) < 1, 1, 0)"
        assert {each["MetricStat"]["Period"] for each in missing["Metrics"] if "MetricStat" in each} == {24 * 3600}


def test_a_critical_label_without_a_reference_rate_has_only_the_alarm_on_its_volume() -> None:
    mail = replace(MONITORED.functions[0], critical_rates={"fraud": 0.01})
    names = {each.name for each in alarms(replace(MONITORED, functions=(mail,)))}
    assert {"mail-label-threat", "mail-label-fraud", "mail-label-fraud-missing"} <= names
    assert "mail-label-threat-missing" not in names


def test_only_alarms_may_publish_and_only_over_tls(everything: Stack) -> None:
    for policy in everything.all("SNS::TopicPolicy").values():
        denied, allowed, *more = policy["Properties"]["PolicyDocument"]["Statement"]
        assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
        assert (allowed["Effect"], allowed["Principal"]) == ("Allow", {"Service": "cloudwatch.amazonaws.com"})
        assert allowed["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
        assert {each["Sid"] for each in more} <= {"FaultsOfOwnRule"}
    assert len(everything.all("SNS::TopicPolicy")) == len(everything.all("SNS::Topic")) == 2


def test_the_functions_publish_into_the_namespace_of_the_alarms(everything: Stack, kind: str) -> None:
    published = everything.named(f"Tag{kind}", "Lambda::Function")["Environment"]["Variables"]["METRICS_NAMESPACE"]
    monitored = {
        namespace
        for each in everything.all("CloudWatch::Alarm").values()
        for namespace, _, _ in metrics(each["Properties"])
        if not namespace.startswith("AWS/")
    }
    assert monitored == {published} == {"Tagging/dev"}


def test_every_alarm_outside_composites_notifies_when_it_starts_and_when_it_ends(everything: Stack) -> None:
    parts = {part for each in everything.all("CloudWatch::CompositeAlarm").values() for part in each["DependsOn"]}
    for kind in ("CloudWatch::Alarm", "CloudWatch::CompositeAlarm"):
        for name, each in everything.all(kind).items():
            assert ("AlarmActions" in each["Properties"]) == ("OKActions" in each["Properties"]) == (name not in parts)
