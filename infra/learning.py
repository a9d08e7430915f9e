"""The bucket of the feature log: what items were decided from, for as long as the items themselves."""

from __future__ import annotations

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.buckets import bucket_id, private_bucket
from infra.settings import StageSettings

BATCH_DAYS = 14
"""Days that batches are kept after they were compacted: as far back as compaction catches up after an outage."""
BUCKET_ID = bucket_id("learning")


class Learning(Construct):
    """The bucket, without versions: what `tagging forget` erases is gone."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        key: kms.IKey | None,
        access_logs: s3.IBucket | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.bucket = private_bucket(
            self,
            "learning",
            settings=settings,
            key=key,
            access_logs=access_logs,
            lifecycle_rules=_lifecycle(settings),
            versioned=False,
        )
        self.kept = settings.features != "off"

    def of_kind(self, kind: str) -> tuple[list[str], list[str]]:
        """ARNs of a kind's batches, and of its batches and hours."""
        batches, hours = (self.bucket.arn_for_objects(f"{part}/{kind}/*") for part in ("features", "hours"))
        return [batches], [batches, hours]

    def allowed_to_function(self, kind: str) -> Sequence[iam.PolicyStatement]:
        """What a function that tags may do: write batches of its kind, and read what was logged of it."""
        if not self.kept:
            return ()
        written, read = self.of_kind(kind)
        return (
            iam.PolicyStatement(actions=["s3:PutObject"], resources=written),
            iam.PolicyStatement(actions=["s3:GetObject"], resources=read),
            # Without it S3 responds 403 for a missing object. A condition on the prefix would not hold for such a read.
            iam.PolicyStatement(actions=["s3:ListBucket"], resources=[self.bucket.bucket_arn]),
        )


def _lifecycle(settings: StageSettings) -> list[s3.LifecycleRule]:
    """Batches expire once their hours stand for them; hours and what was counted of them as the stage says."""
    days = settings.days_of_features
    batches = cdk.Duration.days(min(BATCH_DAYS, days or BATCH_DAYS))
    aborted = s3.LifecycleRule(id="uploads", abort_incomplete_multipart_upload_after=cdk.Duration.days(7))
    named = ("hours", "summaries") if days else ()  # both name items
    return [
        s3.LifecycleRule(id="batches", prefix="features/", expiration=batches),
        *(s3.LifecycleRule(id=each, prefix=f"{each}/", expiration=cdk.Duration.days(days)) for each in named),
        aborted,
    ]
