"""The bucket of the feature log: how long it keeps what, and which functions write to it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from infra.settings import StageError
from infra.stage_file import stage_settings
from tagging.feature_log.hourly import RESERVE_S
from tagging.settings import LearnSettings
from tests.infra.conftest import Stack

BUCKET = "LearningBucket"


def days(stack: Stack) -> dict[str, int]:
    """Prefix → days until its objects expire."""
    rules = stack.named(BUCKET, "S3::Bucket")["LifecycleConfiguration"]["Rules"]
    return {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "Prefix" in rule}


def test_batches_expire_after_a_fortnight_and_hours_with_the_items_that_expire_first(
    dev: Stack, prod: Stack, everything: Stack
) -> None:
    assert days(dev) == {"features/": 14, "hours/": 30, "summaries/": 30}
    assert days(prod) == {"features/": 14, "hours/": 365, "summaries/": 365}
    assert days(everything) == {"features/": 14, "hours/": 60, "summaries/": 60}  # images; mails are kept forever


def test_what_is_erased_is_gone_and_no_upload_stays_half_done(prod: Stack) -> None:
    bucket = prod.named(BUCKET, "S3::Bucket")
    assert "VersioningConfiguration" not in bucket
    assert {"DaysAfterInitiation": 7} in [
        rule.get("AbortIncompleteMultipartUpload") for rule in bucket["LifecycleConfiguration"]["Rules"]
    ]
    assert prod.template["Outputs"]["LearningBucketName"]["Value"] == {"Ref": BUCKET}


def test_functions_know_the_bucket_unless_nothing_is_kept(
    local: Stack, prod: Stack, synthesised: Callable[..., Stack], kind: str
) -> None:
    def variables(stack: Stack) -> dict[str, object]:
        values = stack.named(f"Tag{kind}", "Lambda::Function")["Environment"]["Variables"]
        return {name: values[name] for name in ("LEARNING_BUCKET", "FEATURES")}

    for stack in (local, prod):
        assert variables(stack) == {"LEARNING_BUCKET": {"Ref": BUCKET}, "FEATURES": "all"}
    off = synthesised("dev", features="off", feature_days="7")
    assert variables(off)["LEARNING_BUCKET"] == ""
    assert BUCKET not in str(off.named(f"Tag{kind}", "IAM::Role")["Policies"])
    assert not [name for name in off.all("Lambda::Function") if name.startswith("Learn")]
    assert days(off) == {"features/": 7, "hours/": 7, "summaries/": 7}  # of what was kept before
    assert local.named(BUCKET, "S3::Bucket")["BucketName"] == "tagging-local-learning"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"feature_days": "31"}, "features must not outlive their items: set feature_days=30 or less, or 0"),
        ({"mail_days": "90", "feature_days": "60"}, "set feature_days=30 or less, or 0, or raise image_days"),
        ({"features": "some"}, "features: Input should be 'all', 'sampled' or 'off'"),
    ],
)
def test_features_that_would_outlive_their_items_are_refused(changes: dict[str, str], message: str) -> None:
    with pytest.raises(StageError, match=message):
        stage_settings("dev", changes)


def test_features_of_items_that_never_expire_may_be_kept_forever_or_for_any_time() -> None:
    forever = {"mail_days": "0", "image_days": "0"}
    assert stage_settings("dev", forever).days_of_features == 0
    assert stage_settings("dev", forever | {"feature_days": "4000"}).days_of_features == 4000


def test_the_function_that_makes_hours_runs_twenty_minutes_after_each_and_reads_its_settings(prod: Stack) -> None:
    rule = prod.named("LearnSchedule", "Events::Rule")
    assert rule["ScheduleExpression"] == "cron(20 * * * ? *)"
    (target,) = rule["Targets"]
    assert json.loads(target["Input"]) == {"event": "hour"}
    function = prod.named("LearnFunction", "Lambda::Function")
    variables = function["Environment"]["Variables"]
    assert variables.keys() == LearnSettings(learning_bucket="x").to_env().keys()
    assert variables["LEARNING_BUCKET"] == {"Ref": BUCKET}
    assert variables["REVIEW_TABLE"] == {"Ref": "ReviewTable"}
    assert (variables["REVIEWS_PER_WEEK"], variables["VERSIONS"]) == ("100", "/opt/versions")
    assert function["Timeout"] > RESERVE_S
    assert "ReservedConcurrentExecutions" not in function


def test_the_function_that_learns_has_exactly_these_permissions(prod: Stack) -> None:
    (policy,) = prod.named("LearnRole", "IAM::Role")["Policies"]
    learning, models = prod.arn_of("S3::Bucket", BUCKET), prod.arn_of("S3::Bucket", "ModelsBucket")
    labels, reviews = prod.arn_of("DynamoDB::Table", "LabelTable"), prod.arn_of("DynamoDB::Table", "ReviewTable")
    parts = ("drift", "features", "hours", "quality", "review", "summaries")
    read = {part: {"Fn::Join": ["", [learning, f"/{part}/*"]]} for part in parts}
    written = [arn for part, arn in read.items() if part != "features"]
    versions = [{"Fn::Join": ["", [models, f"/{part}/*"]]} for part in ("serving", "versions")]
    logs = prod.arn_of("Logs::LogGroup", "LearnLog")
    allowed = [(each["Action"], each["Resource"]) for each in policy["PolicyDocument"]["Statement"]]
    assert allowed == [
        ("s3:ListBucket", [learning, models]),
        ("s3:GetObject", [*read.values(), *versions]),
        ("s3:PutObject", written),
        ("s3:DeleteObject", read["hours"]),
        ("dynamodb:GetItem", [labels, reviews]),
        (["dynamodb:PutItem", "dynamodb:UpdateItem"], reviews),
        ("dynamodb:Query", {"Fn::Join": ["", [reviews, "/index/by_day"]]}),
        (["logs:CreateLogStream", "logs:PutLogEvents"], logs),
    ]


def test_hours_that_are_not_made_open_a_ticket_also_where_the_function_never_runs(prod: Stack) -> None:
    (alarm,) = [
        each["Properties"]
        for each in prod.all("CloudWatch::Alarm").values()
        if each["Properties"]["AlarmName"] == "tagging-prod-hours-failed"
    ]
    assert (alarm["Period"], alarm["EvaluationPeriods"], alarm["TreatMissingData"]) == (3600, 2, "breaching")
    assert alarm["AlarmActions"] == [{"Ref": prod.id_of("SNS::Topic", "MonitoringTicket")}]
