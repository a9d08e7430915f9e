"""The buckets of a stage: private, encrypted, reached by TLS only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.removal import emptied_on_destroy, removal_policy
from infra.settings import StageSettings


def bucket_id(name: str) -> str:
    """Logical id of the bucket of this name."""
    return f"{name.capitalize()}Bucket"


def private_bucket(
    scope: Construct,
    name: str,
    *,
    settings: StageSettings,
    key: kms.IKey | None,
    access_logs: s3.IBucket | None,
    lifecycle_rules: Sequence[s3.LifecycleRule],
    versioned: bool = True,
) -> s3.Bucket:
    """The bucket `name` (`mail`), encrypted with the key or with S3's own."""
    bucket = s3.Bucket(
        scope,
        "Bucket",
        # Elsewhere CloudFormation chooses a name that is free.
        bucket_name=f"{settings.stack_name}-{name}" if settings.local else None,
        versioned=versioned,
        server_access_logs_bucket=access_logs,
        server_access_logs_prefix=f"{name}/" if access_logs else None,
        lifecycle_rules=lifecycle_rules,
        **_encryption(key),
        **_private(settings),
    )
    # A fixed id, so that moving code between constructs never replaces the bucket with its objects.
    cast(s3.CfnBucket, bucket.node.default_child).override_logical_id(bucket_id(name))
    return bucket


def access_log_bucket(scope: Construct, settings: StageSettings) -> s3.Bucket:
    """The bucket to which S3 writes who read and wrote the others' objects, kept as long as the functions' logs.

    Always encrypted with S3's own key: S3 delivers access logs to no other bucket.
    """
    return s3.Bucket(
        scope,
        "AccessLogs",
        encryption=s3.BucketEncryption.S3_MANAGED,
        lifecycle_rules=[s3.LifecycleRule(id="retention", expiration=cdk.Duration.days(settings.log_days))],
        **_private(settings),
    )


def _private(settings: StageSettings) -> dict[str, Any]:
    """Arguments of every bucket: who reaches it, and what becomes of it without its stack."""
    return {
        "block_public_access": s3.BlockPublicAccess.BLOCK_ALL,
        "object_ownership": s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        "enforce_ssl": True,
        "removal_policy": removal_policy(settings),
        "auto_delete_objects": emptied_on_destroy(settings),
    }


def _encryption(key: kms.IKey | None) -> dict[str, Any]:
    """Arguments of a bucket: encrypted with the key (with bucket keys, not one request per object), or with S3's.

    Objects encrypted with a sender's own key are refused on upload: no function could ever read them.
    """
    no_sender_keys = {"blocked_encryption_types": [s3.BlockedEncryptionType.SSE_C]}
    if key is None:
        return {"encryption": s3.BucketEncryption.S3_MANAGED, **no_sender_keys}
    return {"encryption": s3.BucketEncryption.KMS, "encryption_key": key, "bucket_key_enabled": True, **no_sender_keys}
