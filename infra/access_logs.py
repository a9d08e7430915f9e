"""Where S3 writes who read and wrote the items."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.removal import removal_policy
from infra.settings import StageSettings


def access_log_bucket(scope: Construct, settings: StageSettings) -> s3.Bucket:
    """The bucket of the access logs, kept as long as the functions' logs.

    Always under a key of S3's own: S3 delivers access logs into no other.
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
    )
