"""The way in: a versioned bucket whose events wait in a queue that loses nothing."""

from __future__ import annotations

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.key import of_bucket, of_queue
from infra.removal import removal_policy
from infra.settings import QUEUE_DAYS, StageSettings


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
        """`gated`: objects are told of by whoever lets them pass, and not by the bucket itself."""
        super().__init__(scope, construct_id)
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            retention_period=cdk.Duration.days(QUEUE_DAYS),
            enforce_ssl=True,
            **of_queue(key),
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
            **of_queue(key),
        )
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            # Named only where nothing can clash: elsewhere CloudFormation finds a free name.
            bucket_name=f"{settings.stack_name}-{kind}" if settings.local else None,
            versioned=True,
            server_access_logs_bucket=access_logs,
            server_access_logs_prefix=f"{kind}/" if access_logs else None,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            lifecycle_rules=_lifecycle(days),
            removal_policy=removal_policy(settings),
            **of_bucket(key),
        )
        self.bucket_id = f"{kind.capitalize()}Bucket"
        # Spelled out, so that moving code between constructs never replaces the bucket that holds the items.
        cast(s3.CfnBucket, self.bucket.node.default_child).override_logical_id(self.bucket_id)
        if gated:
            self._tell_eventbridge()
        else:
            self._notify()

    def _tell_eventbridge(self) -> None:
        """Written here, though GuardDuty turns it on itself: the next change of the bucket would turn it off again."""
        bucket = cast(s3.CfnBucket, self.bucket.node.default_child)
        bucket.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
        )

    def _notify(self) -> None:
        """Send the bucket's events to the queue through CloudFormation's own property.

        CDK's `add_event_notification` would bring a custom-resource function. The queue's policy cannot name the
        bucket, which depends on it, so it names the account.
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
    """An item expires after `days`; what was deleted or overwritten stays while a message may still name it."""
    expires = days > 0
    return [
        s3.LifecycleRule(
            id="retention",
            expiration=cdk.Duration.days(days) if expires else None,
            noncurrent_version_expiration=cdk.Duration.days(QUEUE_DAYS + 1) if expires else None,
            abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
        )
    ]
