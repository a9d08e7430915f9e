"""The function that learns from what was tagged; so far, it makes hours of the feature log of its batches."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.functions import function_log_group, use_of_key
from infra.learning import BUCKET_ID, Learning
from infra.nag_suppressions import suppress_nag_findings
from infra.scheduled import scheduled_function
from infra.settings import StageSettings
from tagging.settings import LearnSettings

MINUTE = 20
"""Of each hour: the hour before has had all of its batches five minutes earlier."""
MEMORY_MB = 1769
"""An hour of the log is in memory, three times: about 50,000 mails."""
TIMEOUT_S = 900


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
                learning_bucket=learning.bucket.bucket_name, log_level=settings.log_level
            ).to_env(),
            role=self._role(learning, key),
            log_group=self.log_group,
            settings=settings,
            key=key,
        )

    def _role(self, learning: Learning, key: kms.IKey | None) -> iam.Role:
        """A role with exactly the needed permissions."""

        def allow(*actions: str, on: Sequence[str]) -> iam.PolicyStatement:
            return iam.PolicyStatement(actions=list(actions), resources=list(on))

        batches, hours = (learning.bucket.arn_for_objects(f"{part}/*") for part in ("features", "hours"))
        statements = [
            allow("s3:ListBucket", on=[learning.bucket.bucket_arn]),
            allow("s3:GetObject", on=[batches, hours]),
            allow("s3:PutObject", "s3:DeleteObject", on=[hours]),
            allow("logs:CreateLogStream", "logs:PutLogEvents", on=[self.log_group.log_group_arn]),
            *([use_of_key(self, key)] if key else []),
        ]
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"learn": iam.PolicyDocument(statements=statements)},
        )
        reason = "Batches have random keys, and hours are named for their time; the bucket is of this stage."
        logged = [f"Resource::<{BUCKET_ID}.Arn>/{part}/*" for part in ("features", "hours")]
        suppress_nag_findings(role, {f"AwsSolutions-IAM5[{each}]": reason for each in logged})
        return role
