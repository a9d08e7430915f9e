"""The customer-managed key that encrypts a whole stage if `customer_key` is set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.removal import removal_policy
from infra.settings import StageSettings

FUNCTION_KEY_ACTIONS = (
    *("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"),
    *("kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"),
)
"""KMS actions of a function's role: for its objects and messages, and for DynamoDB on its behalf."""

KEY_SERVICES = ("lambda", "s3", "sqs", "dynamodb")
"""Services through which roles and people may use the key; nobody uses it directly."""


def via_services(scope: Construct, services: Sequence[str] = KEY_SERVICES) -> dict[str, Any]:
    """The condition that a use of the key comes through one of these services of this region."""
    stack = cdk.Stack.of(scope)
    names = [f"{service}.{stack.region}.{stack.url_suffix}" for service in services]
    return {"StringEquals": {"kms:ViaService": names}}


class CustomerKey(Construct):
    """The key, rotated every year; its policy allows the AWS services that write on their own behalf."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: StageSettings) -> None:
        super().__init__(scope, construct_id)
        self.key = kms.Key(
            self,
            "Key",
            alias=settings.stack_name,
            description=f"What {settings.stack_name} keeps",
            enable_key_rotation=True,
            removal_policy=removal_policy(settings),
        )
        own = {"StringEquals": {"aws:SourceAccount": cdk.Stack.of(self).account}}
        # S3 sends to the encrypted intake queues, CloudWatch publishes to the encrypted topics, SES writes mails.
        services = {"BucketEvents": "s3", "Alarms": "cloudwatch", "Mails": "ses" if settings.mail_domain else None}
        for sid, service in services.items():
            if service is not None:
                self._allow_service(sid, f"{service}.amazonaws.com", own)
        if settings.malware_gate:
            # EventBridge sends to the encrypted intake queue and publishes to the encrypted topic. No condition:
            # "aws:SourceAccount, aws:SourceArn, and aws:SourceOrgID [in a] KMS policy is not supported for
            # EventBridge-to-encrypted topics" (SNS Developer Guide, "Key management"). The policy of the queue names
            # the rule.
            self._allow_service("Verdicts", "events.amazonaws.com", None)
        stack = cdk.Stack.of(self)
        if settings.ticket_consumer is not None:
            self._allow_consumer(settings.ticket_consumer, f"sqs.{stack.region}.amazonaws.com")
        groups = f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:log-group:*"
        self._allow_service(
            "Logs",
            f"logs.{stack.region}.amazonaws.com",
            {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
            "kms:Encrypt",
            "kms:DescribeKey",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
        )

    def _allow_consumer(self, account: str, through: str) -> None:
        """Roles of another account read encrypted tickets, through SQS only."""
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="TicketConsumer",
                principals=[iam.AccountPrincipal(account)],
                actions=["kms:Decrypt"],
                resources=["*"],  # in a key's own policy: this key
                conditions={"StringEquals": {"kms:ViaService": through}},
            )
        )

    def _allow_service(self, sid: str, service: str, conditions: dict[str, Any] | None, *more: str) -> None:
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid=sid,
                principals=[iam.ServicePrincipal(service)],
                actions=["kms:GenerateDataKey", "kms:Decrypt", *more],
                resources=["*"],  # in a key's own policy: this key
                conditions=conditions,
            )
        )


def queue_encryption(key: kms.IKey | None) -> dict[str, Any]:
    """Arguments of a queue: encrypted with the key, or with one of SQS."""
    if key is None:
        return {"encryption": sqs.QueueEncryption.SQS_MANAGED}
    return {"encryption": sqs.QueueEncryption.KMS, "encryption_master_key": key}
