"""The function that learns from what was tagged: it makes hours of the feature log, and counts and reports of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.functions import function_log_group, use_of_key
from infra.learning import BUCKET_ID, Learning
from infra.models import BUCKET_ID as MODELS_BUCKET_ID
from infra.models import Models
from infra.nag_suppressions import suppress_nag_findings
from infra.outputs import Outputs
from infra.review import Review
from infra.scheduled import scheduled_function
from infra.settings import StageSettings
from tagging.settings import LearnSettings

MINUTE = 20
"""Of each hour: the hour before has had all of its batches five minutes earlier."""
MEMORY_MB = 1769
"""An hour of the log is in memory, three times: about 50,000 mails."""
TIMEOUT_S = 900
WRITTEN = ("hours", "summaries", "review", "quality", "drift")
"""Parts of the bucket that it writes."""
MODELS_READ = ("serving", "versions")


class Learn(Construct):
    """`functions/learn.py` on a schedule."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        code: Path,
        layers: Sequence[lambda_.ILayerVersion],
        learning: Learning,
        models: Models,
        outputs: Outputs,
        review: Review,
        settings: StageSettings,
        key: kms.IKey | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.log_group = function_log_group(self, settings, key)
        # Without reserved concurrency, which an account with a small quota refuses: runs beside each other are safe.
        self.function = scheduled_function(
            self,
            name="learn",
            schedule=f"cron({MINUTE} * * * ? *)",
            event={"event": "hour"},
            code=code,
            layers=layers,
            memory_mb=MEMORY_MB,
            timeout_s=TIMEOUT_S,
            environment=LearnSettings(
                learning_bucket=learning.bucket.bucket_name,
                models_bucket=models.bucket.bucket_name,
                label_table=outputs.label_table.table_name,
                review_table=review.table.table_name,
                reviews_per_week=settings.reviews_per_week,
                features="sampled" if settings.features == "sampled" else "all",
                packs=",".join(
                    f"{each.kind}:{pack}" for each in settings.functions for pack in settings.packs(each.kind)
                ),
                metrics_namespace=settings.metrics_namespace,
                log_level=settings.log_level,
            ).to_env(),
            role=self._role(learning, models, outputs, review, key),
            log_group=self.log_group,
            settings=settings,
            key=key,
        )
        if not settings.local:
            stack = cdk.Stack.of(self)
            name, log = self.function.function_name, self.log_group.log_group_name
            cdk.CfnOutput(stack, "LearnFunctionName", value=name, description="Makes hours of the feature log")
            cdk.CfnOutput(stack, "LearnLogGroup", value=log, description="Its log")

    def _role(
        self, learning: Learning, models: Models, outputs: Outputs, review: Review, key: kms.IKey | None
    ) -> iam.Role:
        """A role with exactly the needed permissions."""

        def allow(*actions: str, on: Sequence[str]) -> iam.PolicyStatement:
            return iam.PolicyStatement(actions=list(actions), resources=list(on))

        def objects(parts: Sequence[str]) -> list[str]:
            return [learning.bucket.arn_for_objects(f"{part}/*") for part in parts]

        table = review.table.table_arn
        versions = [models.bucket.arn_for_objects(f"{part}/*") for part in MODELS_READ]
        statements = [
            # Without it S3 responds 403 for a missing object.
            allow("s3:ListBucket", on=[learning.bucket.bucket_arn, models.bucket.bucket_arn]),
            allow("s3:GetObject", on=[*objects(("features", *WRITTEN)), *versions]),
            allow("s3:PutObject", on=objects(WRITTEN)),
            allow("s3:DeleteObject", on=objects(("hours",))),
            allow("dynamodb:GetItem", on=[outputs.label_table.table_arn, table]),
            allow("dynamodb:PutItem", "dynamodb:UpdateItem", on=[table]),
            allow("dynamodb:Query", on=[f"{table}/index/by_day"]),
            allow("logs:CreateLogStream", "logs:PutLogEvents", on=[self.log_group.log_group_arn]),
            *([use_of_key(self, key)] if key else []),
        ]
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"learn": iam.PolicyDocument(statements=statements)},
        )
        reason = "Objects are named for their time, batches at random; both buckets are of this stage."
        logged = [f"Resource::<{BUCKET_ID}.Arn>/{part}/*" for part in ("features", *WRITTEN)]
        read = [f"Resource::<{MODELS_BUCKET_ID}.Arn>/{part}/*" for part in MODELS_READ]
        suppress_nag_findings(role, {f"AwsSolutions-IAM5[{each}]": reason for each in (*logged, *read)})
        return role
