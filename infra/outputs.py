"""The outputs of a stage: the table of rows, the queue of tickets and that of label changes."""

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
    """Label table, ticket queue, its dead-letter queue, and the queues of label changes and of probes' tickets.

    The latter two are there if the stage has them.
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: StageSettings, key: kms.IKey | None) -> None:
        super().__init__(scope, construct_id)
        self.label_table = _label_table(self, settings, key)
        self.ticket_queue, self.ticket_dead_letters = _consumed_queue(self, "Ticket", "tickets", settings, key)
        self.label_change_queue: sqs.Queue | None = None
        self.label_change_dead_letters: sqs.Queue | None = None
        if settings.label_changes:
            self.label_change_queue, self.label_change_dead_letters = _consumed_queue(
                self, "LabelChange", "label-changes", settings, key
            )
        self.probe_queue = _probe_queue(self, settings, key) if settings.probe else None


def _consumed_queue(
    scope: Construct, prefix: str, name: str, settings: StageSettings, key: kms.IKey | None
) -> tuple[sqs.Queue, sqs.Queue]:
    """A FIFO queue that a consumer of the stage reads, and its dead-letter queue."""
    dead_letters = sqs.Queue(
        scope,
        f"{prefix}DeadLetters",
        queue_name=f"{settings.stack_name}-{name}-dead.fifo",
        fifo=True,
        retention_period=cdk.Duration.days(QUEUE_DAYS),
        enforce_ssl=True,
        **queue_encryption(key),
    )
    queue = sqs.Queue(
        scope,
        f"{prefix}Queue",
        queue_name=f"{settings.stack_name}-{name}.fifo",
        fifo=True,
        # The group of a message is its item, and so are its copies: high throughput costs no deduplication.
        deduplication_scope=sqs.DeduplicationScope.MESSAGE_GROUP,
        fifo_throughput_limit=sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
        visibility_timeout=cdk.Duration.seconds(settings.visibility_s),
        retention_period=cdk.Duration.days(QUEUE_DAYS),
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=settings.max_receive_count),
        enforce_ssl=True,
        **queue_encryption(key),
    )
    if settings.ticket_consumer is not None:
        queue.add_to_resource_policy(
            iam.PolicyStatement(
                sid=f"{prefix}Consumer",
                principals=[iam.AccountPrincipal(settings.ticket_consumer)],
                actions=list(_CONSUMER_ACTIONS),
                resources=[queue.queue_arn],
            )
        )
    return queue, dead_letters


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
