"""The stack of the probe and of reprocessing: who may write, what runs when, and what another account may read."""

from __future__ import annotations

from typing import Any

import pytest

from infra.settings import StageError
from infra.stage_file import stage_settings
from tagging.settings import ProbeSettings
from tests.infra.conftest import Resource, Stack


def statements(stack: Stack, start: str, kind: str = "S3::BucketPolicy") -> dict[str, Resource]:
    policy = stack.named(start, kind)["PolicyDocument"]["Statement"]
    return {each["Sid"]: each for each in policy if "Sid" in each}


def test_nobody_but_the_probe_and_ses_by_its_rule_writes_under_probe(everything: Stack, prod: Stack) -> None:
    role = everything.arn_of("IAM::Role", "ProbeRole")
    mails, images = (statements(everything, f"{kind}IntakeBucketPolicy")["OnlyProbes"] for kind in ("Mail", "Image"))
    for kind, denied in (("Mail", mails), ("Image", images)):
        assert (denied["Effect"], denied["Principal"]) == ("Deny", {"AWS": "*"})
        assert denied["Action"] == ["s3:PutObject", "s3:ReplicateObject"]
        objects = {"Fn::Join": ["", [everything.arn_of("S3::Bucket", f"{kind}Bucket"), "/probe/*"]]}
        assert denied["Resource"] == objects
        assert denied["Condition"]["ArnNotEquals"] == {"aws:PrincipalArn": role}
    assert mails["Condition"]["StringNotEquals"] == {"aws:PrincipalServiceName": "ses.amazonaws.com"}
    assert list(images["Condition"]) == ["ArnNotEquals"]
    by_itself = statements(prod, "MailIntakeBucketPolicy")["OnlyProbes"]
    assert list(by_itself["Condition"]) == ["ArnNotEquals"]


def test_the_probes_mail_goes_to_a_recipient_that_only_the_stack_knows_and_whose_rule_comes_first(
    everything: Stack,
) -> None:
    resources = everything.all("SES::ReceiptRule")
    (name,) = [name for name in resources if name.startswith("MailReceiptProbeRule")]
    rule = resources[name]["Properties"]["Rule"]
    stack_id = {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}
    recipient = {"Fn::Join": ["", ["probe-", stack_id, "@mail.example.org"]]}
    assert rule["Recipients"] == [recipient]
    put, stop = rule["Actions"]
    assert put == {"S3Action": {"BucketName": {"Ref": "MailBucket"}, "ObjectKeyPrefix": "probe/"}}
    assert stop == {"StopAction": {"Scope": "RuleSet"}}
    assert "After" not in resources[name]["Properties"], "SES puts a new rule without it at the beginning"
    assert everything.id_of("SES::ReceiptRule", "MailReceiptRule") in resources[name]["DependsOn"]
    environment = everything.named("ProbeFunction", "Lambda::Function")["Environment"]["Variables"]
    assert environment["MAIL_RECIPIENT"] == recipient
    allowed = statements(everything, "MailIntakeBucketPolicy")["ProbesFromOwnRule"]
    assert "/probe/*" in str(allowed["Resource"])
    assert str(allowed["Condition"]["StringEquals"]["aws:SourceArn"]).endswith(":receipt-rule/probes']]}")


def test_the_probe_has_exactly_the_permissions_that_it_uses(prod: Stack, everything: Stack) -> None:
    (policy,) = prod.named("ProbeRole", "IAM::Role")["Policies"]
    allowed: list[tuple[Any, Any]] = []
    for each in policy["PolicyDocument"]["Statement"]:
        actions = [each["Action"]] if isinstance(each["Action"], str) else each["Action"]
        allowed += [(action, each["Resource"]) for action in actions]
    queue, table = prod.arn_of("SQS::Queue", "OutputsProbeQueue"), prod.arn_of("DynamoDB::Table", "LabelTable")
    log = prod.arn_of("Logs::LogGroup", "ProbeLog")
    objects = [
        {"Fn::Join": ["", [prod.arn_of("S3::Bucket", f"{kind}Bucket"), "/probe/*"]]} for kind in ("Image", "Mail")
    ]
    assert allowed == [
        ("s3:PutObject", objects),
        ("sqs:DeleteMessage", queue), ("sqs:ReceiveMessage", queue),
        ("dynamodb:GetItem", table), ("dynamodb:PutItem", table),
        ("logs:CreateLogStream", log), ("logs:PutLogEvents", log),
    ]  # fmt: skip
    with_domain = str(everything.named("ProbeRole", "IAM::Role")["Policies"])
    assert "ses:SendRawEmail" in with_domain
    assert "identity/mail.example.org" in with_domain
    assert "MailBucket" not in with_domain, "SES writes the mail"


def test_the_probe_runs_once_in_each_period_of_its_alarm_and_is_not_repeated(prod: Stack) -> None:
    assert prod.named("ProbeSchedule", "Events::Rule")["ScheduleExpression"] == "cron(5/15 * * * ? *)"
    assert prod.named("ProbeFunctionEventInvokeConfig", "Lambda::EventInvokeConfig")["MaximumRetryAttempts"] == 0
    (alarm,) = [
        each["Properties"]
        for each in prod.all("CloudWatch::Alarm").values()
        if each["Properties"]["AlarmName"] == "tagging-prod-probe-failed"
    ]
    assert alarm["Dimensions"] == [
        {"Name": "FunctionName", "Value": {"Ref": prod.id_of("Lambda::Function", "ProbeFunction")}}
    ]
    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == ("AWS/Lambda", "Errors", "Sum")
    assert (alarm["Period"], alarm["TreatMissingData"], alarm["Threshold"]) == (900, "breaching", 0)
    assert alarm["AlarmActions"] == [{"Ref": prod.id_of("SNS::Topic", "MonitoringPage")}]


def test_the_probes_function_reads_its_settings_from_the_template(prod: Stack, everything: Stack) -> None:
    for stack, scanned in ((prod, ""), (everything, "image")):
        function = stack.named("ProbeFunction", "Lambda::Function")
        variables = {name: str(value) for name, value in function["Environment"]["Variables"].items()}
        assert ProbeSettings.from_env(variables).scanned_kinds == scanned
        assert function["MemorySize"] == 256
        assert len(function["Layers"]) == 2
    for kind in ("Mail", "Image"):
        variables = prod.named(f"Tag{kind}", "Lambda::Function")["Environment"]["Variables"]
        assert variables["PROBE_QUEUE_URL"] == {"Ref": prod.id_of("SQS::Queue", "OutputsProbeQueue")}


def test_probes_expire_after_a_day_and_only_in_a_stage_that_has_them(prod: Stack, dev: Stack, kind: str) -> None:
    _, probes = prod.named(f"{kind}Bucket", "S3::Bucket")["LifecycleConfiguration"]["Rules"]
    assert (probes["Prefix"], probes["ExpirationInDays"]) == ("probe/", 1)
    assert probes["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}
    assert prod.named("OutputsProbeQueue", "SQS::Queue")["MessageRetentionPeriod"] == 24 * 3600
    assert "robe" not in str({name: each for name, each in dev.template["Resources"].items() if "Tag" not in name})


def test_items_that_are_tagged_again_have_a_queue_and_a_disabled_mapping_of_their_own(prod: Stack, kind: str) -> None:
    mapping = prod.named(f"{kind}Reprocessing", "Lambda::EventSourceMapping")
    assert mapping["Enabled"] is False
    assert mapping["EventSourceArn"] == prod.arn_of("SQS::Queue", f"{kind}ReprocessingQueue")
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 2}
    assert mapping["FunctionName"] == prod.named(f"Tag{kind}", "Lambda::EventSourceMapping")["FunctionName"]
    queue = prod.named(f"{kind}ReprocessingQueue", "SQS::Queue")
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == prod.arn_of("SQS::Queue", f"{kind}IntakeDeadLetters")
    outputs = prod.template["Outputs"]
    assert outputs[f"{kind}ReprocessingMapping"]["Value"] == {
        "Ref": prod.id_of("Lambda::EventSourceMapping", f"{kind}Reprocessing")
    }


def test_another_account_may_receive_tickets_and_decrypt_them_through_sqs_only(everything: Stack, prod: Stack) -> None:
    account = {"AWS": {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::210987654321:root"]]}}
    allowed = statements(everything, "OutputsTicketQueuePolicy", "SQS::QueuePolicy")["TicketConsumer"]
    assert allowed["Principal"] == account
    assert set(allowed["Action"]) == {
        *("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"),
        *("sqs:GetQueueAttributes", "sqs:GetQueueUrl"),
    }
    (key,) = [
        each for each in everything.only("KMS::Key")["KeyPolicy"]["Statement"] if each.get("Sid") == "TicketConsumer"
    ]
    assert (key["Principal"], key["Action"]) == (account, "kms:Decrypt")
    assert "kms:ViaService" in key["Condition"]["StringEquals"]
    assert "TicketConsumer" not in str(prod.template)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"row_days": "44"}, "set row_days=45 or more, or 0"),
        ({"row_days": "400", "image_days": "0"}, "set row_days=0, or image_days"),
        ({"account": "210987654321", "ticket_consumer": "210987654321"}, "leave ticket_consumer out"),
        ({"reprocess_concurrency": "1"}, "reprocess_concurrency: Input should be greater than or equal to 2"),
    ],
)
def test_settings_that_break_a_rule_say_what_to_change(changes: dict[str, str], message: str) -> None:
    with pytest.raises(StageError, match=message):
        stage_settings("dev", changes)
    assert stage_settings("dev", {"row_days": "45"}).row_days == 45
