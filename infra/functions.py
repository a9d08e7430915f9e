"""A deployed function: its code, exact permissions, warm pool and the mapping from its queue."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.intake import Intake
from infra.key import FUNCTION_KEY_ACTIONS, via_services
from infra.layers import PYTHON, processor
from infra.learning import BUCKET_ID as LEARNING_BUCKET_ID
from infra.learning import Learning
from infra.models import BUCKET_ID, Models
from infra.nag_suppressions import suppress_nag_findings
from infra.outputs import Outputs
from infra.removal import removal_policy
from infra.reprocessing import Reprocessing
from infra.settings import StageSettings
from infra.warm_pool import WarmPool, scale_warm_pool
from tagging.settings import Settings

NETWORK_ACTIONS = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)
"""What Lambda needs of the role of a function in a VPC, as AWSLambdaVPCAccessExecutionRole has it."""


class TagFunction(Construct):
    """`functions/<name>.py` behind the alias `live`, fed by its intake queue."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        code: Path,
        layers: Sequence[lambda_.ILayerVersion],
        intake: Intake,
        reprocessing: Reprocessing,
        outputs: Outputs,
        models: Models,
        learning: Learning,
        warm_pool: WarmPool,
        settings: StageSettings,
        key: kms.IKey | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.log_group = function_log_group(self, settings, key)
        self.function = lambda_.Function(
            self,
            "Function",
            runtime=PYTHON,
            architecture=processor(settings.architecture),
            handler=f"{name}.handler",
            # One file is one function: a change in the file of another function does not redeploy this one.
            code=lambda_.Code.from_asset(str(code), exclude=["*", f"!{name}.py"]),
            layers=list(layers),
            memory_size=settings.memory_mb,
            timeout=cdk.Duration.seconds(settings.timeout_s),
            environment=environment(settings, outputs, models, learning, intake.kind),
            environment_encryption=key,
            role=_role(self, intake, reprocessing, outputs, models, learning, self.log_group, settings, key),
            log_group=self.log_group,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if settings.snap_start else None,
            # Kept in stages with `retain`: the alias can then be rolled back to an earlier version with its layers.
            current_version_options=lambda_.VersionOptions(removal_policy=removal_policy(settings)),
        )
        if settings.subnet_ids:
            # By ids alone: CDK's own construct would look the VPC up in the account, and synth is offline.
            cast(
                lambda_.CfnFunction, self.function.node.default_child
            ).vpc_config = lambda_.CfnFunction.VpcConfigProperty(
                subnet_ids=list(settings.subnet_ids), security_group_ids=list(settings.security_group_ids)
            )
        suppress_nag_findings(
            self.function, {"AwsSolutions-L1": f"The runtime layer is compiled and tested for {PYTHON.name} only."}
        )
        self.alias = lambda_.Alias(
            self,
            "Live",
            alias_name="live",
            version=self.function.current_version,
            provisioned_concurrent_executions=warm_pool.minimum or None,
        )
        self.warm = warm_pool.minimum > 0
        scale_warm_pool(self.alias, warm_pool, settings)
        # `add_event_source` would grant more than the mapping needs.
        self.mapping = lambda_.EventSourceMapping(
            self,
            "Mapping",
            target=self.alias,
            event_source_arn=intake.queue.queue_arn,
            batch_size=settings.batch_size,
            max_batching_window=cdk.Duration.seconds(settings.batch_window_s),
            max_concurrency=settings.max_concurrency,
            report_batch_item_failures=True,
        )
        self.reprocessing, self.reprocessing_mapping = reprocessing, reprocessing.feed(self.alias)


def environment(
    settings: StageSettings, outputs: Outputs, models: Models, learning: Learning, kind: str
) -> dict[str, str]:
    """The environment variables from which the function reads its `Settings`."""
    return Settings(
        stage=settings.stage,
        label_table=outputs.label_table.table_name,
        ticket_queue_url=outputs.ticket_queue.queue_url,
        probe_queue_url=outputs.probe_queue.queue_url if outputs.probe_queue else "",
        label_change_queue_url=outputs.label_change_queue.queue_url if outputs.label_change_queue else "",
        models_bucket=models.bucket.bucket_name,
        learning_bucket="" if settings.features == "off" else learning.bucket.bucket_name,
        features="all" if settings.features == "off" else settings.features,
        row_days=settings.row_days,
        metrics_namespace=settings.metrics_namespace,
        packs=",".join(settings.packs(kind)),
        label_metrics=settings.label_metrics,
        log_level=settings.log_level,
    ).to_env()


def function_log_group(scope: Construct, settings: StageSettings, key: kms.IKey | None) -> logs.LogGroup:
    """The log of a function."""
    group = logs.LogGroup(
        scope,
        "Log",
        encryption_key=key,
        removal_policy=removal_policy(settings),
    )
    # The construct accepts days only as names (THREE_MONTHS).
    cast(logs.CfnLogGroup, group.node.default_child).retention_in_days = settings.log_days
    return group


def _role(
    scope: Construct,
    intake: Intake,
    reprocessing: Reprocessing,
    outputs: Outputs,
    models: Models,
    learning: Learning,
    log_group: logs.LogGroup,
    settings: StageSettings,
    key: kms.IKey | None,
) -> iam.Role:
    """A role with exactly the needed permissions, inline, so that the mapping never sees the role without them."""

    def allow(*actions: str, on: str | Sequence[str]) -> iam.PolicyStatement:
        return iam.PolicyStatement(actions=list(actions), resources=[on] if isinstance(on, str) else list(on))

    pointer, versions = f"serving/{intake.kind}.json", f"versions/{intake.kind}/*"
    queues = (outputs.ticket_queue, outputs.probe_queue, outputs.label_change_queue)
    output_queues = [queue.queue_arn for queue in queues if queue is not None]

    role = iam.Role(
        scope,
        "Role",
        assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        inline_policies={
            "tag": iam.PolicyDocument(
                statements=[
                    allow(
                        "sqs:ReceiveMessage",
                        "sqs:DeleteMessage",
                        "sqs:GetQueueAttributes",
                        on=[intake.queue.queue_arn, reprocessing.queue.queue_arn],
                    ),
                    allow("s3:GetObject", "s3:GetObjectVersion", on=intake.bucket.arn_for_objects("*")),
                    allow("s3:GetObject", on=[models.bucket.arn_for_objects(each) for each in (pointer, versions)]),
                    # Without it S3 responds 403 for a missing object, as if access were denied.
                    allow("s3:ListBucket", on=[intake.bucket.bucket_arn, models.bucket.bucket_arn]),
                    *learning.allowed_to_function(intake.kind),
                    allow(
                        "dynamodb:GetItem",
                        "dynamodb:PutItem",
                        "dynamodb:UpdateItem",
                        on=outputs.label_table.table_arn,
                    ),
                    allow("sqs:SendMessage", on=output_queues),
                    allow("logs:CreateLogStream", "logs:PutLogEvents", on=log_group.log_group_arn),
                    *([use_of_key(scope, key)] if key else []),
                    *([allow(*NETWORK_ACTIONS, on="*")] if settings.subnet_ids else []),
                ]
            )
        },
    )
    objects = f"AwsSolutions-IAM5[Resource::<{intake.bucket_id}.Arn>/*]"
    suppress_nag_findings(role, {objects: "An object's key is not known before it arrives; it is only read."})
    files = f"AwsSolutions-IAM5[Resource::<{BUCKET_ID}.Arn>/{versions}]"
    suppress_nag_findings(role, {files: "Which versions will serve is not known before; they are only read."})
    if learning.kept:
        logged = [f"Resource::<{LEARNING_BUCKET_ID}.Arn>/{part}/{intake.kind}/*" for part in ("features", "hours")]
        reason = "Each batch has a random key below the kind's prefix; hours are named for the encoder, and only read."
        suppress_nag_findings(role, {f"AwsSolutions-IAM5[{each}]": reason for each in logged})
    if settings.subnet_ids:
        suppress_nag_findings(
            role, {"AwsSolutions-IAM5[Resource::*]": "Lambda makes network interfaces whose ids are not known before."}
        )
    return role


def use_of_key(scope: Construct, key: kms.IKey) -> iam.PolicyStatement:
    """What the role of a function needs of the key, through AWS's services only."""
    return iam.PolicyStatement(
        actions=list(FUNCTION_KEY_ACTIONS), resources=[key.key_arn], conditions=via_services(scope)
    )
