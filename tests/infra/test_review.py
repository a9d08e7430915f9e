"""The queue of corrections, the function that records them, and the review table."""

from __future__ import annotations

from typing import Any

from infra.review import INDEXES, TIMEOUT_S
from tagging.local.review_table import INDEXES as LOCAL_INDEXES
from tagging.local.review_table import KEYS
from tagging.settings import CorrectSettings
from tests.infra.conftest import Stack


def allowed(stack: Stack) -> dict[str, list[Any]]:
    """Action → resources, of the function's role."""
    (policy,) = stack.named("ReviewRole", "IAM::Role")["Policies"]
    by_action: dict[str, list[Any]] = {}
    for each in policy["PolicyDocument"]["Statement"]:
        actions = [each["Action"]] if isinstance(each["Action"], str) else each["Action"]
        resources = each["Resource"] if isinstance(each["Resource"], list) else [each["Resource"]]
        for action in actions:
            by_action.setdefault(action, []).extend(resources)
    return by_action


def test_the_table_has_the_keys_and_indexes_of_tests_and_simulations(dev: Stack) -> None:
    table = dev.named("ReviewTable", "DynamoDB::Table")
    indexes = {
        each["IndexName"]: tuple(key["AttributeName"] for key in each["KeySchema"])
        for each in table["GlobalSecondaryIndexes"]
    }
    assert tuple(key["AttributeName"] for key in table["KeySchema"]) == KEYS
    assert indexes == INDEXES == LOCAL_INDEXES
    assert {each["Projection"]["ProjectionType"] for each in table["GlobalSecondaryIndexes"]} == {"ALL"}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_answers_outlive_a_production_stack_under_an_id_that_never_changes(prod: Stack) -> None:
    table = prod.all("DynamoDB::Table")["ReviewTable"]
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert table["Properties"]["DeletionProtectionEnabled"] is True


def test_the_function_reads_the_queue_in_batches_whose_messages_go_back_one_by_one(dev: Stack) -> None:
    mapping = dev.named("ReviewMapping", "Lambda::EventSourceMapping")
    queue = dev.named("ReviewQueue", "SQS::Queue")
    assert mapping["EventSourceArn"] == dev.arn_of("SQS::Queue", "ReviewQueue")
    assert (mapping["BatchSize"], mapping["FunctionResponseTypes"]) == (10, ["ReportBatchItemFailures"])
    assert queue["RedrivePolicy"] == {
        "deadLetterTargetArn": dev.arn_of("SQS::Queue", "ReviewDeadLetters"),
        "maxReceiveCount": 5,
    }
    assert queue["VisibilityTimeout"] == 6 * TIMEOUT_S


def test_the_function_has_exactly_the_permissions_that_it_uses(dev: Stack) -> None:
    queue, log = dev.arn_of("SQS::Queue", "ReviewQueue"), dev.arn_of("Logs::LogGroup", "ReviewLog")
    table, rows = dev.arn_of("DynamoDB::Table", "ReviewTable"), dev.arn_of("DynamoDB::Table", "LabelTable")
    learning = dev.arn_of("S3::Bucket", "LearningBucket")
    assert allowed(dev) == {
        "sqs:ReceiveMessage": [queue],
        "sqs:DeleteMessage": [queue],
        "sqs:GetQueueAttributes": [queue],
        "dynamodb:GetItem": [rows, table],
        "dynamodb:PutItem": [table],
        "dynamodb:UpdateItem": [table],
        "dynamodb:DeleteItem": [table],
        "dynamodb:Query": [table, {"Fn::Join": ["", [table, "/index/by_day"]]}],
        "s3:GetObject": [{"Fn::Join": ["", [learning, "/review/*"]]}],
        "s3:ListBucket": [learning],
        "logs:CreateLogStream": [log],
        "logs:PutLogEvents": [log],
    }


def test_the_function_knows_both_tables(dev: Stack) -> None:
    variables = dev.named("ReviewFunction", "Lambda::Function")["Environment"]["Variables"]
    settings = CorrectSettings.from_env({name: str(value) for name, value in variables.items()})
    assert settings.label_table == str({"Ref": "LabelTable"})
    assert settings.review_table == str({"Ref": "ReviewTable"})
    assert settings.learning_bucket == str({"Ref": "LearningBucket"})


def test_a_stage_that_keeps_no_features_takes_corrections_all_the_same(synthesised: Any) -> None:
    off = synthesised("dev", features="off", feature_days="7")
    assert off.named("ReviewFunction", "Lambda::Function")["Environment"]["Variables"]["LEARNING_BUCKET"] == ""
    assert not [action for action in allowed(off) if action.startswith("s3:")]


def test_a_reviewer_reads_items_and_sends_corrections_and_changes_nothing(dev: Stack) -> None:
    statements = dev.named("PeopleReviewer", "IAM::ManagedPolicy")["PolicyDocument"]["Statement"]
    actions: dict[str, Any] = {}
    for each in statements:
        for action in [each["Action"]] if isinstance(each["Action"], str) else each["Action"]:
            actions[action] = each["Resource"]
    assert actions["sqs:SendMessage"] == dev.arn_of("SQS::Queue", "ReviewQueue")
    # What `tagging correct` and the console's queue call: the stack, the pointer with its history, versions, rows.
    assert {
        *("cloudformation:DescribeStacks", "s3:ListBucketVersions", "s3:GetObjectVersion", "s3:GetObject"),
        *("s3:ListBucket", "dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"),
    } <= set(actions)
    changing = {action for action in actions if not action.split(":")[1].startswith(("Get", "List", "Batch", "Query"))}
    assert changing == {"sqs:SendMessage", "cloudformation:DescribeStacks"}


def test_corrections_that_wait_fail_or_are_refused_open_a_ticket(everything: Stack) -> None:
    alarms = {
        each["Properties"]["AlarmName"]: each["Properties"] for each in everything.all("CloudWatch::Alarm").values()
    }
    ticket = [{"Ref": everything.id_of("SNS::Topic", "MonitoringTicket")}]
    for name in ("waiting", "dead-letters", "rejected"):
        assert alarms[f"tagging-dev-corrections-{name}"]["AlarmActions"] == ticket
    rejected = alarms["tagging-dev-corrections-rejected"]
    dimensions = {each["Name"]: each["Value"] for each in rejected["Dimensions"]}
    assert dimensions == {"outcome": "rejected", "service": "correct"}
    published = everything.named("ReviewFunction", "Lambda::Function")["Environment"]["Variables"]["METRICS_NAMESPACE"]
    assert (rejected["Namespace"], rejected["MetricName"]) == (published, "Corrections")
