"""The bucket of models: versions are written once, pointers change after they were read, nothing is deleted."""

from __future__ import annotations

from typing import Any

from tests.infra.conftest import Stack

BUCKET = "ModelsBucket"


def denied(stack: Stack) -> dict[str, dict[str, Any]]:
    """The policy's statements that deny something, by their ids; objects as the end of their ARN."""
    statements = stack.named("ModelsBucketPolicy", "S3::BucketPolicy")["PolicyDocument"]["Statement"]
    found = {}
    for each in statements:
        if "Sid" in each:
            assert each["Effect"] == "Deny"
            assert each["Principal"] == {"AWS": "*"}
            (bucket, objects) = each["Resource"]["Fn::Join"][1]
            assert bucket == stack.arn_of("S3::Bucket", BUCKET)
            found[each["Sid"]] = {"Action": each["Action"], "objects": objects, "Condition": each.get("Condition")}
    return found


def test_nobody_overwrites_a_version_or_a_pointer_that_they_have_not_read(prod: Stack) -> None:
    statements = denied(prod)
    assert statements["VersionsAreWrittenOnce"] == {
        "Action": "s3:PutObject",
        "objects": "/versions/*",
        "Condition": {"Null": {"s3:if-none-match": "true"}},
    }
    # Both keys of `Null` must be absent: a first pointer has If-None-Match, every other one If-Match.
    assert statements["PointersChangeAfterReading"] == {
        "Action": "s3:PutObject",
        "objects": "/serving/*",
        "Condition": {"Null": {"s3:if-none-match": "true", "s3:if-match": "true"}},
    }


def test_nobody_deletes_anything_but_the_function_that_empties_a_stage_without_retain(prod: Stack, dev: Stack) -> None:
    deletion = {"Action": ["s3:DeleteObject", "s3:DeleteObjectVersion"], "objects": "/*"}
    assert denied(prod)["NothingIsDeleted"] == deletion | {"Condition": None}
    role = dev.arn_of("IAM::Role", "CustomS3AutoDelete")
    condition = {"ArnNotEquals": {"aws:PrincipalArn": role}}
    assert denied(dev)["NothingIsDeleted"] == deletion | {"Condition": condition}


def test_only_retired_versions_expire_and_every_old_pointer_stays(prod: Stack) -> None:
    bucket = prod.named(BUCKET, "S3::Bucket")
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    retired, markers = bucket["LifecycleConfiguration"]["Rules"]
    assert {each["Prefix"] for each in (retired, markers)} == {"versions/"}
    assert retired["TagFilters"] == [{"Key": "retired", "Value": "true"}]
    assert retired["ExpirationInDays"] == 90
    assert retired["NoncurrentVersionExpiration"] == {"NoncurrentDays": 90}
    assert markers.keys() == {"Id", "Prefix", "Status", "ExpiredObjectDeleteMarker"}


def test_both_functions_know_the_bucket_and_it_sends_no_events(local: Stack, prod: Stack) -> None:
    for stack in (local, prod):
        for kind in ("Mail", "Image"):
            variables = stack.named(f"Tag{kind}", "Lambda::Function")["Environment"]["Variables"]
            assert variables["MODELS_BUCKET"] == {"Ref": BUCKET}
        assert "NotificationConfiguration" not in stack.named(BUCKET, "S3::Bucket")
    assert local.named(BUCKET, "S3::Bucket")["BucketName"] == "tagging-local-models"
