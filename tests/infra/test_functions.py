"""The functions of the synthesised template: how they run, what feeds them, and how they are kept warm."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tagging.settings import Settings
from tests.infra.conftest import Stack


def test_the_queue_feeds_the_alias_and_takes_partial_failures(dev: Stack, kind: str) -> None:
    mapping = dev.named(f"Tag{kind}", "Lambda::EventSourceMapping")
    assert mapping["EventSourceArn"] == dev.arn_of("SQS::Queue", f"{kind}IntakeQueue")
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BatchSize"] == 10
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 10}
    (parts,) = (each for each in mapping["FunctionName"]["Fn::Join"] if isinstance(each, list))
    assert parts[-1] == ":live"
    assert dev.id_of("Lambda::Alias", f"Tag{kind}Live") in str(parts)


def test_without_a_warm_pool_there_is_no_provisioned_concurrency(dev: Stack, kind: str) -> None:
    assert "ProvisionedConcurrencyConfig" not in dev.named(f"Tag{kind}", "Lambda::Alias")


@pytest.mark.parametrize(("function", "size"), [("TagMail", 3), ("TagImage", 2)])
def test_the_warm_pool_sits_on_an_alias_without_weights(everything: Stack, function: str, size: int) -> None:
    alias = everything.named(function, "Lambda::Alias")
    assert alias["ProvisionedConcurrencyConfig"] == {"ProvisionedConcurrentExecutions": size}
    assert "RoutingConfig" not in alias


def test_the_function_runs_on_lambdas_python_with_one_vcpu(dev: Stack, kind: str) -> None:
    function = dev.named(f"Tag{kind}", "Lambda::Function")
    name = f"tag_{kind.lower()}.handler"
    assert (function["Runtime"], function["Architectures"]) == ("python3.13", ["arm64"])
    assert (function["Handler"], function["MemorySize"], function["Timeout"]) == (name, 1769, 30)
    assert "ReservedConcurrentExecutions" not in function
    assert all(each["Properties"]["CompatibleArchitectures"] == ["arm64"]
               for each in dev.all("Lambda::LayerVersion").values())  # fmt: skip


def test_the_function_reads_its_settings_from_the_stacks_environment_variables(dev: Stack, kind: str) -> None:
    variables = dev.named(f"Tag{kind}", "Lambda::Function")["Environment"]["Variables"]
    assert variables["LABEL_TABLE"] == {"Ref": "LabelTable"}
    assert variables["TICKET_QUEUE_URL"] == {"Ref": dev.id_of("SQS::Queue", "OutputsTicketQueue")}
    resolved = {name: value if isinstance(value, str) else value["Ref"] for name, value in variables.items()}
    read = Settings.from_env(resolved)
    assert (read.stage, read.bundle, read.to_env()) == ("dev", "/opt/bundle", resolved)


def test_label_changes_have_a_queue_like_that_of_tickets_where_the_stage_sends_them(
    everything: Stack, dev: Stack, kind: str
) -> None:
    tickets, changes = (everything.named(f"Outputs{name}Queue", "SQS::Queue") for name in ("Ticket", "LabelChange"))
    own = {
        "QueueName": "tagging-dev-label-changes.fifo",
        "RedrivePolicy": tickets["RedrivePolicy"]
        | {"deadLetterTargetArn": everything.arn_of("SQS::Queue", "OutputsLabelChangeDeadLetters")},
    }
    assert changes == tickets | own
    url = {"Ref": everything.id_of("SQS::Queue", "OutputsLabelChangeQueue")}
    assert everything.template["Outputs"]["LabelChangeQueueUrl"]["Value"] == url
    function = everything.named(f"Tag{kind}", "Lambda::Function")
    assert function["Environment"]["Variables"]["LABEL_CHANGE_QUEUE_URL"] == url
    (policy,) = everything.named(f"Tag{kind}", "IAM::Role")["Policies"]
    (sent,) = [each for each in policy["PolicyDocument"]["Statement"] if each["Action"] == "sqs:SendMessage"]
    assert everything.arn_of("SQS::Queue", "OutputsLabelChangeQueue") in sent["Resource"]
    assert dev.named(f"Tag{kind}", "Lambda::Function")["Environment"]["Variables"]["LABEL_CHANGE_QUEUE_URL"] == ""
    assert "LabelChange" not in str(dev.template).replace("label_changes", "")


def test_logs_go_to_their_own_group_and_expire(dev: Stack, kind: str) -> None:
    group = dev.id_of("Logs::LogGroup", f"Tag{kind}Log")
    assert dev.all("Logs::LogGroup")[group]["Properties"] == {"RetentionInDays": 7}
    assert dev.named(f"Tag{kind}", "Lambda::Function")["LoggingConfig"] == {"LogGroup": {"Ref": group}}


def test_a_function_has_its_own_packages_and_bundle_and_the_common_package(dev: Stack, kind: str) -> None:
    layers = [dev.template["Resources"][each["Ref"]]["Properties"] for each in
           dev.named(f"Tag{kind}", "Lambda::Function")["Layers"]]  # fmt: skip
    names = {each["Description"].removesuffix(" of tagging-dev") for each in layers}
    assert names == {f"runtime-tag_{kind.lower()}", "tagging", f"{kind.lower()}_model"}


def test_a_growing_warm_pool_scales_with_its_use_and_working_hours(everything: Stack) -> None:
    target = everything.named("TagMailLiveAliasScaling", "ApplicationAutoScaling::ScalableTarget")
    assert (target["MinCapacity"], target["MaxCapacity"]) == (3, 6)
    policy = everything.only("ApplicationAutoScaling::ScalingPolicy")["TargetTrackingScalingPolicyConfiguration"]
    assert policy["PredefinedMetricSpecification"]["PredefinedMetricType"] == "LambdaProvisionedConcurrencyUtilization"
    morning, evening = target["ScheduledActions"]
    assert (morning["Schedule"], evening["Schedule"]) == ("cron(0 7 ? * MON-FRI *)", "cron(0 19 ? * MON-FRI *)")
    assert morning["ScalableTargetAction"] == {"MinCapacity": 3, "MaxCapacity": 6}
    assert evening["ScalableTargetAction"] == {"MinCapacity": 0, "MaxCapacity": 0}
    assert {each["Timezone"] for each in target["ScheduledActions"]} == {"Europe/Berlin"}


def test_the_setting_makes_functions_start_from_a_snapshot(synthesised: Callable[..., Stack], kind: str) -> None:
    snapped = synthesised("dev", snap_start="true").named(f"Tag{kind}", "Lambda::Function")
    assert snapped["SnapStart"] == {"ApplyOn": "PublishedVersions"}


def test_a_retained_stage_keeps_earlier_versions_for_rollbacks(prod: Stack, dev: Stack) -> None:
    assert {each["DeletionPolicy"] for each in prod.all("Lambda::Version").values()} == {"RetainExceptOnCreate"}
    assert {each.get("DeletionPolicy", "Delete") for each in dev.all("Lambda::Version").values()} == {"Delete"}
