"""One key of the owner's, rotated every year, under which a stage keeps everything if its setting asks for that."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.removal import removal_policy
from infra.settings import StageSettings

OF_A_FUNCTION = (
    *("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"),
    *("kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"),
)
"""What a function's role needs of the key: for its objects and messages, and DynamoDB on its behalf."""


class CustomerKey(Construct):
    """The key, admitting the services that write on nobody's behalf."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: StageSettings) -> None:
        super().__init__(scope, construct_id)
        self.key = kms.Key(
            self,
            "Key",
            description=f"What {settings.stack_name} keeps",
            enable_key_rotation=True,
            removal_policy=removal_policy(settings),
        )
        own = {"StringEquals": {"aws:SourceAccount": cdk.Stack.of(self).account}}
        # S3 tells the encrypted intake queue of new objects, alarms the encrypted topics, and SES writes mails;
        # EventBridge tells the queue of verdicts.
        services = {
            "BucketEvents": "s3",
            "Alarms": "cloudwatch",
            "Mails": "ses" if settings.mail_domain else None,
            "Verdicts": "events" if settings.malware_gate else None,
        }
        for sid, service in services.items():
            if service is not None:
                self._admit(sid, f"{service}.amazonaws.com", own)
        stack = cdk.Stack.of(self)
        groups = f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:log-group:*"
        self._admit(
            "Logs",
            f"logs.{stack.region}.amazonaws.com",
            {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
            "kms:Encrypt",
            "kms:DescribeKey",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
        )

    def _admit(self, sid: str, service: str, conditions: dict[str, Any], *more: str) -> None:
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid=sid,
                principals=[iam.ServicePrincipal(service)],
                actions=["kms:GenerateDataKey", "kms:Decrypt", *more],
                resources=["*"],  # in a key's own policy: this key
                conditions=conditions,
            )
        )


def of_queue(key: kms.IKey | None) -> dict[str, Any]:
    """How a queue is encrypted: under the key, or under one of SQS."""
    if key is None:
        return {"encryption": sqs.QueueEncryption.SQS_MANAGED}
    return {"encryption": sqs.QueueEncryption.KMS, "encryption_master_key": key}


def of_bucket(key: kms.IKey | None) -> dict[str, Any]:
    """How a bucket is encrypted: under the key, asked for once per bucket and not per object, or under one of S3.

    What a sender encrypts under a key of its own is refused when it is put: no function could ever read it.
    """
    of_senders = {"blocked_encryption_types": [s3.BlockedEncryptionType.SSE_C]}
    if key is None:
        return {"encryption": s3.BucketEncryption.S3_MANAGED, **of_senders}
    return {"encryption": s3.BucketEncryption.KMS, "encryption_key": key, "bucket_key_enabled": True, **of_senders}
