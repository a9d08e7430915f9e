"""The intake of one kind of item: a versioned bucket, the queue of its events and the dead-letter queue."""

from __future__ import annotations

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.buckets import bucket_id, private_bucket
from infra.key import queue_encryption
from infra.settings import QUEUE_DAYS, StageSettings
from tagging.intake import PROBE_PREFIX


class Intake(Construct):
    """Bucket, intake queue and dead-letter queue of one kind of item."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        kind: str,
        days: int,
        settings: StageSettings,
        key: kms.IKey | None,
        access_logs: s3.IBucket | None,
        gated: bool = False,
    ) -> None:
        """`gated`: the bucket sends its events to EventBridge for the malware gate, not to the queue."""
        super().__init__(scope, construct_id)
        self.kind = kind
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            retention_period=cdk.Duration.days(QUEUE_DAYS),
            enforce_ssl=True,
            **queue_encryption(key),
        )
        self.queue = sqs.Queue(
            self,
            "Queue",
            visibility_timeout=cdk.Duration.seconds(settings.visibility_s),
            retention_period=cdk.Duration.days(QUEUE_DAYS),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters, max_receive_count=settings.max_receive_count
            ),
            enforce_ssl=True,
            **queue_encryption(key),
        )
        self.bucket_id = bucket_id(kind)
        self.bucket = private_bucket(
            self,
            kind,
            settings=settings,
            key=key,
            access_logs=access_logs,
            lifecycle_rules=[*_lifecycle(days), *([_probe_lifecycle()] if settings.probe else [])],
        )
        if gated:
            self._send_events_to_eventbridge()
        else:
            self._send_events_to_queue()

    def _send_events_to_eventbridge(self) -> None:
        """GuardDuty turns this on itself, but without it here the next change of the bucket would turn it off again."""
        bucket = cast(s3.CfnBucket, self.bucket.node.default_child)
        bucket.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
        )

    def _send_events_to_queue(self) -> None:
        """Send the bucket's events to the queue by CloudFormation's own property.

        CDK's `add_event_notification` would add a custom-resource function. The queue's policy names the account: it
        cannot name the bucket, which depends on it.
        """
        allowed = self.queue.add_to_resource_policy(
            iam.PolicyStatement(
                sid="EventsFromOwnBuckets",
                principals=[iam.ServicePrincipal("s3.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[self.queue.queue_arn],
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Stack.of(self).account}},
            )
        )
        bucket = cast(s3.CfnBucket, self.bucket.node.default_child)
        bucket.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            queue_configurations=[
                s3.CfnBucket.QueueConfigurationProperty(event="s3:ObjectCreated:*", queue=self.queue.queue_arn)
            ]
        )
        if allowed.policy_dependable is None:
            raise RuntimeError("the intake queue has no policy for the bucket to wait for")
        bucket.node.add_dependency(allowed.policy_dependable)


def _lifecycle(days: int) -> list[s3.LifecycleRule]:
    """Items expire after `days`; deleted and overwritten versions outlast every message that may name them."""
    expires = days > 0
    return [
        s3.LifecycleRule(
            id="retention",
            expiration=cdk.Duration.days(days) if expires else None,
            noncurrent_version_expiration=cdk.Duration.days(QUEUE_DAYS + 1) if expires else None,
            abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
        )
    ]


def _probe_lifecycle() -> s3.LifecycleRule:
    """Probes expire after a day, also as deleted versions; nobody looks for them longer than two runs."""
    day = cdk.Duration.days(1)
    return s3.LifecycleRule(id="probes", prefix=PROBE_PREFIX, expiration=day, noncurrent_version_expiration=day)
