"""The outputs of a stage: the table of rows and the queue of tickets."""

from __future__ import annotations

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.key import queue_encryption
from infra.nag_suppressions import suppress_nag_findings
from infra.removal import removal_policy
from infra.settings import QUEUE_DAYS, StageSettings

INDEXED_ATTRIBUTES = ["kind", "labels", "review", "quarantine"]
"""Attributes of the index by day beside its keys; everything else is read from the row.

Not `ticket`: each update of it would be written to the index too, and cost twice.
"""


_CONSUMER_ACTIONS = (
    *("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"),
    *("sqs:GetQueueAttributes", "sqs:GetQueueUrl"),
)


class Outputs(Construct):
    """Label table, ticket queue, its dead-letter queue, and the queue of probes' tickets if the stage has probes."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: StageSettings, key: kms.IKey | None) -> None:
        super().__init__(scope, construct_id)
        self.label_table = _label_table(self, settings, key)
        self.ticket_dead_letters = sqs.Queue(
            self,
            "TicketDeadLetters",
            queue_name=f"{settings.stack_name}-tickets-dead.fifo",
            fifo=True,
            retention_period=cdk.Duration.days(QUEUE_DAYS),
            enforce_ssl=True,
            **queue_encryption(key),
        )
        self.ticket_queue = sqs.Queue(
            self,
            "TicketQueue",
            queue_name=f"{settings.stack_name}-tickets.fifo",
            fifo=True,
            # Deduplication and group id of a ticket are both its item's id: high throughput costs no deduplication.
            deduplication_scope=sqs.DeduplicationScope.MESSAGE_GROUP,
            fifo_throughput_limit=sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
            visibility_timeout=cdk.Duration.seconds(settings.visibility_s),
            retention_period=cdk.Duration.days(QUEUE_DAYS),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.ticket_dead_letters, max_receive_count=settings.max_receive_count
            ),
            enforce_ssl=True,
            **queue_encryption(key),
        )
        if settings.ticket_consumer is not None:
            self.ticket_queue.add_to_resource_policy(
                iam.PolicyStatement(
                    sid="TicketConsumer",
                    principals=[iam.AccountPrincipal(settings.ticket_consumer)],
                    actions=list(_CONSUMER_ACTIONS),
                    resources=[self.ticket_queue.queue_arn],
                )
            )
        self.probe_queue = _probe_queue(self, settings, key) if settings.probe else None


def _probe_queue(scope: Construct, settings: StageSettings, key: kms.IKey | None) -> sqs.Queue:
    queue = sqs.Queue(
        scope,
        "ProbeQueue",
        queue_name=f"{settings.stack_name}-probes.fifo",
        fifo=True,
        visibility_timeout=cdk.Duration.minutes(2),
        retention_period=cdk.Duration.days(1),
        enforce_ssl=True,
        **queue_encryption(key),
    )
    reason = "Only the probe reads it: a ticket that it cannot read is missed, which pages, and expires after a day."
    suppress_nag_findings(queue, {"AwsSolutions-SQS3": reason})
    return queue


def _label_table(scope: Construct, settings: StageSettings, key: kms.IKey | None) -> dynamodb.Table:
    """One row per item under `id`; indexed by day, and by label for labels with `index`."""
    text = dynamodb.AttributeType.STRING
    tagged_at = dynamodb.Attribute(name="tagged_at", type=text)
    # Not TableV2: it makes an AWS::DynamoDB::GlobalTable, which moto does not support.
    table = dynamodb.Table(
        scope,
        "LabelTable",
        partition_key=dynamodb.Attribute(name="id", type=text),
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True
        ),
        time_to_live_attribute="expires_at",
        encryption_key=key,
        deletion_protection=settings.protected,
        removal_policy=removal_policy(settings),
    )
    table.add_global_secondary_index(
        index_name="by_day",
        partition_key=dynamodb.Attribute(name="day_shard", type=text),
        sort_key=tagged_at,
        projection_type=dynamodb.ProjectionType.INCLUDE,
        non_key_attributes=INDEXED_ATTRIBUTES,
    )
    table.add_global_secondary_index(
        index_name="by_label",
        partition_key=dynamodb.Attribute(name="indexed_label", type=text),
        sort_key=tagged_at,
        projection_type=dynamodb.ProjectionType.INCLUDE,
        non_key_attributes=["item_id"],
    )
    cast(dynamodb.CfnTable, table.node.default_child).override_logical_id("LabelTable")
    return table
