"""The synthesised template: no message or item is lost, and there are no other resources than needed."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable

import pytest

from infra.settings import StageSettings
from tests.infra.conftest import KINDS, Stack

DAYS_14 = 14 * 24 * 3600

MONITORING = {
    "AWS::SNS::Topic": 2,
    "AWS::SNS::TopicPolicy": 2,
    "AWS::CloudWatch::CompositeAlarm": 6,
    "AWS::CloudWatch::Dashboard": 3,
}
"""Without alarms, whose number depends on the taxonomies."""


EMPTYING = {"Custom::S3AutoDeleteObjects": 5, "AWS::Lambda::Function": 1, "AWS::IAM::Role": 1}
"""What empties the buckets of a stage without `retain` when it is destroyed: CDK's function, and a call per bucket."""


def resource_types(stack: Stack) -> Counter[str]:
    return Counter(each["Type"] for each in stack.template["Resources"].values())


def test_the_stack_holds_these_resources_and_no_others(dev: Stack) -> None:
    # Not among them: an image, a policy beside the role of a function, a function of CDK's own but the one of EMPTYING.
    assert resource_types(dev) - Counter(EMPTYING) == {
        "AWS::S3::Bucket": 5,
        "AWS::S3::BucketPolicy": 5,
        "AWS::SQS::Queue": 10,
        "AWS::SQS::QueuePolicy": 10,
        "AWS::DynamoDB::Table": 2,
        "AWS::IAM::Role": 4,
        "AWS::IAM::ManagedPolicy": 3,
        "AWS::Logs::LogGroup": 4,
        "AWS::Lambda::LayerVersion": 6,
        "AWS::Lambda::Function": 4,
        "AWS::Lambda::Version": 2,
        "AWS::Lambda::Alias": 2,
        "AWS::Lambda::EventSourceMapping": 5,
        "AWS::Lambda::EventInvokeConfig": 1,
        "AWS::Lambda::Permission": 1,
        "AWS::Events::Rule": 1,
    }


def test_the_visibility_timeout_is_six_times_the_functions_timeout(prod: Stack, kind: str) -> None:
    hidden = prod.named(f"{kind}IntakeQueue", "SQS::Queue")["VisibilityTimeout"]
    waited = prod.named(f"Tag{kind}", "Lambda::EventSourceMapping")["MaximumBatchingWindowInSeconds"]
    assert hidden >= 6 * prod.named(f"Tag{kind}", "Lambda::Function")["Timeout"] + waited


def test_every_queue_keeps_its_messages_for_fourteen_days_encrypted(dev: Stack) -> None:
    for queue in dev.all("SQS::Queue").values():
        assert queue["Properties"]["MessageRetentionPeriod"] == DAYS_14
        assert queue["Properties"]["SqsManagedSseEnabled"] is True


@pytest.mark.parametrize(
    ("queue", "dead_letters"),
    [
        ("MailIntakeQueue", "MailIntakeDeadLetters"),
        ("ImageIntakeQueue", "ImageIntakeDeadLetters"),
        ("OutputsTicketQueue", "OutputsTicketDeadLetters"),
    ],
)
def test_repeatedly_failing_messages_move_to_a_dead_letter_queue(dev: Stack, queue: str, dead_letters: str) -> None:
    assert dev.named(queue, "SQS::Queue")["RedrivePolicy"] == {
        "deadLetterTargetArn": dev.arn_of("SQS::Queue", dead_letters),
        "maxReceiveCount": 5,
    }


def test_a_fifo_queue_and_its_dead_letter_queue_have_the_names_that_moto_needs(dev: Stack) -> None:
    for start, name in (("TicketQueue", "tickets"), ("TicketDeadLetters", "tickets-dead")):
        queue = dev.named(f"Outputs{start}", "SQS::Queue")
        assert queue["QueueName"] == f"tagging-dev-{name}.fifo"
        assert queue["FifoQueue"] is True
        assert "ContentBasedDeduplication" not in queue


def test_every_new_object_sends_an_event_to_the_intake_queue(dev: Stack, kind: str) -> None:
    (target,) = dev.named(f"{kind}Bucket", "S3::Bucket")["NotificationConfiguration"]["QueueConfigurations"]
    assert target == {"Event": "s3:ObjectCreated:*", "Queue": dev.arn_of("SQS::Queue", f"{kind}IntakeQueue")}


def test_the_bucket_depends_on_the_policy_of_its_queue(dev: Stack, kind: str) -> None:
    policy = dev.id_of("SQS::QueuePolicy", f"{kind}IntakeQueuePolicy")
    assert dev.all("S3::Bucket")[f"{kind}Bucket"]["DependsOn"] == [policy]


def test_an_overwritten_item_outlasts_every_message_that_names_it(dev: Stack, kind: str) -> None:
    (rule,) = dev.named(f"{kind}Bucket", "S3::Bucket")["LifecycleConfiguration"]["Rules"]
    assert rule["ExpirationInDays"] == 30
    assert rule["NoncurrentVersionExpiration"]["NoncurrentDays"] * 24 * 3600 > DAYS_14


def test_each_kind_is_kept_as_long_as_its_setting_says_or_forever(everything: Stack) -> None:
    buckets = everything.all("S3::Bucket")
    mail, image = (buckets[f"{kind}Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"][0] for kind in KINDS)
    assert "ExpirationInDays" not in mail
    assert "NoncurrentVersionExpiration" not in mail
    assert image["ExpirationInDays"] == 60


def test_rows_are_indexed_by_id_by_day_and_by_label(dev: Stack) -> None:
    table = dev.named("LabelTable", "DynamoDB::Table")
    keys = {index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
            for index in table["GlobalSecondaryIndexes"]}  # fmt: skip
    assert [key["AttributeName"] for key in table["KeySchema"]] == ["id"]
    assert keys == {"by_day": ["day_shard", "tagged_at"], "by_label": ["indexed_label", "tagged_at"]}
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_items_and_rows_outlive_a_production_stack_under_ids_that_never_change(prod: Stack) -> None:
    for of, name in (("S3::Bucket", "MailBucket"), ("S3::Bucket", "ImageBucket"), ("DynamoDB::Table", "LabelTable")):
        resource = prod.all(of)[name]
        assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_a_failed_first_deployment_keeps_no_resource(prod: Stack) -> None:
    assert {each.get("DeletionPolicy", "Delete") for each in prod.template["Resources"].values()} == {
        "Delete",
        "RetainExceptOnCreate",
    }


def test_stack_and_table_are_protected_unless_a_first_deployment_says_otherwise(
    prod: Stack, synthesised: Callable[..., Stack]
) -> None:
    first = synthesised("prod", protect="false")
    for stack, protected in ((prod, True), (first, False)):
        for table in stack.all("DynamoDB::Table").values():
            assert table["Properties"]["DeletionProtectionEnabled"] is protected
        assert stack.app.node.find_child("tagging-prod").termination_protection is protected
    assert first.all("S3::Bucket") == prod.all("S3::Bucket"), "what holds data is retained either way"


def test_a_dev_stack_leaves_nothing_behind(dev: Stack) -> None:
    assert {each.get("DeletionPolicy", "Delete") for each in dev.template["Resources"].values()} == {"Delete"}


def test_only_a_stage_that_retains_nothing_empties_its_buckets_when_it_is_destroyed(dev: Stack, prod: Stack) -> None:
    emptied = {each["Properties"]["BucketName"]["Ref"] for each in dev.all_of("Custom::S3AutoDeleteObjects").values()}
    assert emptied == set(dev.all("S3::Bucket"))
    assert "Custom::" not in str(prod.template)


def test_only_the_local_stage_names_its_buckets(local: Stack, dev: Stack, kind: str) -> None:
    assert local.named(f"{kind}Bucket", "S3::Bucket")["BucketName"] == f"tagging-local-{kind.lower()}"
    assert "BucketName" not in dev.named(f"{kind}Bucket", "S3::Bucket")


def test_the_local_stage_differs_from_dev_only_in_names_days_layers_and_logs_of_access(
    local: Stack, synthesised: Callable[..., Stack]
) -> None:
    dev = synthesised("dev", probe="true")
    types = resource_types(dev) - Counter(EMPTYING)
    types -= Counter({"AWS::S3::Bucket": 1, "AWS::S3::BucketPolicy": 1})
    types -= Counter({"AWS::Lambda::LayerVersion": 2})
    assert resource_types(local) == types
    assert local.all("Lambda::EventSourceMapping") == dev.all("Lambda::EventSourceMapping")
    assert local.all("IAM::Role").items() <= dev.all("IAM::Role").items()


def test_the_template_names_no_account_and_no_region(prod: Stack) -> None:
    assert not re.search(r"\b\d{12}\b|\b[a-z]{2}-[a-z]+-\d\b", str(prod.template))


def test_the_outputs_have_every_name_that_people_need(dev: Stack) -> None:
    assert set(dev.template["Outputs"]) == {
        "ModelsBucketName",
        "LearningBucketName",
        "MailBucketName",
        "MailQueueUrl",
        "MailDeadLetterUrl",
        "MailReprocessingQueueUrl",
        "MailReprocessingMapping",
        "MailLayer",
        "ImageBucketName",
        "ImageQueueUrl",
        "ImageDeadLetterUrl",
        "ImageReprocessingQueueUrl",
        "ImageReprocessingMapping",
        "ImageLayer",
        "LabelTableName",
        "Settings",
        "TicketQueueUrl",
        "TicketDeadLetterUrl",
        "ReaderPolicyArn",
        "OperatorPolicyArn",
        "ReviewerPolicyArn",
        "ReviewTableName",
        "CorrectionQueueUrl",
        "CorrectionDeadLetterUrl",
        "CorrectFunctionName",
        "CorrectLogGroup",
        "MailFunctionName",
        "MailLogGroup",
        "ImageFunctionName",
        "ImageLogGroup",
        "LearnFunctionName",
        "LearnLogGroup",
    }


def test_the_settings_are_an_output_that_a_diff_shows(dev: Stack, everything: Stack, local: Stack) -> None:
    outputs = [json.loads(stack.template["Outputs"]["Settings"]["Value"]) for stack in (dev, everything)]
    assert set(outputs[0]) == set(StageSettings.model_fields)
    assert (outputs[0]["mail_domain"], outputs[1]["mail_domain"]) == (None, "mail.example.org")
    assert len(dev.template["Outputs"]["Settings"]["Value"]) < 4096, "CloudFormation's limit of an output"
    assert "Settings" not in local.template["Outputs"]


def test_the_setting_adds_monitoring(dev: Stack, prod: Stack, everything: Stack) -> None:
    for stack in (prod, everything):
        types = resource_types(stack)
        assert {name: types[name] for name in MONITORING} == MONITORING
        assert {"PageTopicArn", "TicketTopicArn"} <= set(stack.template["Outputs"])
    assert "CloudWatch" not in str(dev.template)


def test_alarms_are_mailed_to_the_address_in_the_settings(everything: Stack, prod: Stack) -> None:
    assert everything.only("SNS::Subscription")["Endpoint"] == "on-call@example.org"
    assert not prod.all("SNS::Subscription")


def test_stack_and_thereby_its_resources_carry_tags(prod: Stack) -> None:
    stack = prod.app.node.find_child("tagging-prod")
    assert stack.tags.tag_values() == {"project": "tagging", "stage": "prod"}
