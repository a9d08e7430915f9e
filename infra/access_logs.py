"""The bucket to which S3 writes its access logs: who read and wrote the items."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.removal import emptied_on_destroy, removal_policy
from infra.settings import StageSettings


def access_log_bucket(scope: Construct, settings: StageSettings) -> s3.Bucket:
    """Access logs are kept as long as the functions' logs.

    Always encrypted with S3's own key: S3 delivers access logs to no other bucket.
    """
    return s3.Bucket(
        scope,
        "AccessLogs",
        encryption=s3.BucketEncryption.S3_MANAGED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforce_ssl=True,
        lifecycle_rules=[s3.LifecycleRule(id="retention", expiration=cdk.Duration.days(settings.log_days))],
        removal_policy=removal_policy(settings),
        auto_delete_objects=emptied_on_destroy(settings),
    )
