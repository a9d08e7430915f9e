"""What people answer about labels: the queue of corrections, the function that records them, and the review table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.functions import function_log_group, use_of_key
from infra.key import queue_encryption
from infra.layers import PYTHON, processor
from infra.learning import BUCKET_ID, Learning
from infra.nag_suppressions import suppress_nag_findings
from infra.outputs import Outputs
from infra.removal import removal_policy
from infra.settings import QUEUE_DAYS, StageSettings
from tagging.settings import CorrectSettings

INDEXES: Final = {"open": ("open", "drawn_at"), "by_day": ("day", "at")}
"""Index of the review table → its keys."""
MEMORY_MB: Final = 512
TIMEOUT_S: Final = 30
VISIBILITY_S: Final = 6 * TIMEOUT_S
_BATCH: Final = 10
_CONCURRENCY: Final = 2
"""The least that a mapping takes: people answer seldom, and 10,000 answers at once take two minutes."""


class Review(Construct):
    """The review table; the queue of corrections with its dead letters; `functions/correct.py` behind it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        code: Path,
        layers: Sequence[lambda_.ILayerVersion],
        outputs: Outputs,
        learning: Learning,
        settings: StageSettings,
        key: kms.IKey | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.table = _table(self, settings, key)
        self.dead_letters = _queue(self, "DeadLetters", key)
        self.queue = _queue(self, "Queue", key, self.dead_letters)
        self.log_group = function_log_group(self, settings, key)
        self.function = lambda_.Function(
            self,
            "Function",
            runtime=PYTHON,
            architecture=processor(settings.architecture),
            handler="correct.handler",
            code=lambda_.Code.from_asset(str(code), exclude=["*", "!correct.py"]),
            layers=list(layers),
            memory_size=MEMORY_MB,
            timeout=cdk.Duration.seconds(TIMEOUT_S),
            environment=CorrectSettings(
                label_table=outputs.label_table.table_name,
                review_table=self.table.table_name,
                learning_bucket=learning.bucket.bucket_name if learning.kept else "",
                metrics_namespace=settings.metrics_namespace,
                log_level=settings.log_level,
            ).to_env(),
            environment_encryption=key,
            role=self._role(outputs, learning, key),
            log_group=self.log_group,
        )
        suppress_nag_findings(
            self.function, {"AwsSolutions-L1": f"The runtime layer is compiled and tested for {PYTHON.name} only."}
        )
        lambda_.EventSourceMapping(
            self,
            "Mapping",
            target=self.function,
            event_source_arn=self.queue.queue_arn,
            batch_size=_BATCH,
            max_batching_window=cdk.Duration.seconds(1),
            max_concurrency=_CONCURRENCY,
            report_batch_item_failures=True,
        )
        self._outputs(settings)

    def _outputs(self, settings: StageSettings) -> None:
        outputs = {
            "ReviewTableName": (self.table.table_name, "Reviews, and what people answered"),
            "CorrectionQueueUrl": (self.queue.queue_url, "Corrections, tagging.correction/1"),
            "CorrectionDeadLetterUrl": (self.dead_letters.queue_url, "Corrections that failed repeatedly"),
        }
        if not settings.local:
            outputs["CorrectFunctionName"] = (self.function.function_name, "Records corrections")
            outputs["CorrectLogGroup"] = (self.log_group.log_group_name, "Its log")
        for name, (value, description) in outputs.items():
            cdk.CfnOutput(cdk.Stack.of(self), name, value=value, description=description)

    def _role(self, outputs: Outputs, learning: Learning, key: kms.IKey | None) -> iam.Role:
        """A role with exactly the needed permissions."""

        def allow(*actions: str, on: Sequence[str]) -> iam.PolicyStatement:
            return iam.PolicyStatement(actions=list(actions), resources=list(on))

        table, plans = self.table.table_arn, learning.bucket.arn_for_objects("review/*")
        statements = [
            allow("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", on=[self.queue.queue_arn]),
            allow("dynamodb:GetItem", on=[outputs.label_table.table_arn, table]),
            allow("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", on=[table]),
            allow("dynamodb:Query", on=[table, f"{table}/index/by_day"]),  # of an item that was erased meanwhile
            allow("logs:CreateLogStream", "logs:PutLogEvents", on=[self.log_group.log_group_arn]),
            *([use_of_key(self, key)] if key else []),
        ]
        if learning.kept:
            # Without the second one S3 responds 403 for a missing object, as if access were denied.
            statements += [allow("s3:GetObject", on=[plans]), allow("s3:ListBucket", on=[learning.bucket.bucket_arn])]
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"correct": iam.PolicyDocument(statements=statements)},
        )
        reason = "There is one review plan for each kind of item; they are only read, and the bucket is of this stage."
        suppress_nag_findings(role, {f"AwsSolutions-IAM5[Resource::<{BUCKET_ID}.Arn>/review/*]": reason})
        return role


def _queue(scope: Construct, name: str, key: kms.IKey | None, dead_letters: sqs.Queue | None = None) -> sqs.Queue:
    return sqs.Queue(
        scope,
        name,
        visibility_timeout=cdk.Duration.seconds(VISIBILITY_S),
        retention_period=cdk.Duration.days(QUEUE_DAYS),
        dead_letter_queue=None
        if dead_letters is None
        else sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=5),
        enforce_ssl=True,
        **queue_encryption(key),
    )


def _table(scope: Construct, settings: StageSettings, key: kms.IKey | None) -> dynamodb.Table:
    """Records by item: its entry in the review queue, the answers about it; refused messages by day."""
    text = dynamodb.AttributeType.STRING
    table = dynamodb.Table(
        scope,
        "Table",
        partition_key=dynamodb.Attribute(name="item", type=text),
        sort_key=dynamodb.Attribute(name="entry", type=text),
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True
        ),
        time_to_live_attribute="expires_at",
        encryption_key=key,
        deletion_protection=settings.protected,
        removal_policy=removal_policy(settings),
    )
    for name, (partition, order) in INDEXES.items():
        table.add_global_secondary_index(
            index_name=name,
            partition_key=dynamodb.Attribute(name=partition, type=text),
            sort_key=dynamodb.Attribute(name=order, type=text),
            projection_type=dynamodb.ProjectionType.ALL,
        )
    cast(dynamodb.CfnTable, table.node.default_child).override_logical_id("ReviewTable")
    return table
