"""The bucket of the feature log: how long it keeps what, and which functions write to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from infra.settings import StageError
from infra.stage_file import stage_settings
from tests.infra.conftest import Stack

BUCKET = "LearningBucket"


def days(stack: Stack) -> dict[str, int]:
    """Prefix → days until its objects expire."""
    rules = stack.named(BUCKET, "S3::Bucket")["LifecycleConfiguration"]["Rules"]
    return {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "Prefix" in rule}


def test_batches_expire_after_a_fortnight_and_hours_with_the_items_that_expire_first(
    dev: Stack, prod: Stack, everything: Stack
) -> None:
    assert days(dev) == {"features/": 14, "hours/": 30}
    assert days(prod) == {"features/": 14, "hours/": 365}
    assert days(everything) == {"features/": 14, "hours/": 60}  # images; mails are kept forever


def test_what_is_erased_is_gone_and_no_upload_stays_half_done(prod: Stack) -> None:
    bucket = prod.named(BUCKET, "S3::Bucket")
    assert "VersioningConfiguration" not in bucket
    assert {"DaysAfterInitiation": 7} in [
        rule.get("AbortIncompleteMultipartUpload") for rule in bucket["LifecycleConfiguration"]["Rules"]
    ]
    assert prod.template["Outputs"]["LearningBucketName"]["Value"] == {"Ref": BUCKET}


def test_functions_know_the_bucket_unless_nothing_is_kept(
    local: Stack, prod: Stack, logging_dev: Stack, synthesised: Callable[..., Stack], kind: str
) -> None:
    def variables(stack: Stack) -> dict[str, object]:
        values = stack.named(f"Tag{kind}", "Lambda::Function")["Environment"]["Variables"]
        return {name: values[name] for name in ("LEARNING_BUCKET", "FEATURES")}

    assert variables(logging_dev) == {"LEARNING_BUCKET": {"Ref": BUCKET}, "FEATURES": "all"}
    off = synthesised("dev", features="off", feature_days="7")
    for stack in (local, prod, off):
        assert variables(stack)["LEARNING_BUCKET"] == ""
        assert BUCKET not in str(stack.named(f"Tag{kind}", "IAM::Role")["Policies"])
    assert days(off) == {"features/": 7, "hours/": 7}  # of what was kept before
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
