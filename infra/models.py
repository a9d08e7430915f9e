"""The bucket of models: versions that are written once, and the pointers that say which of them serve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.buckets import bucket_id, private_bucket
from infra.removal import emptied_on_destroy
from infra.settings import StageSettings

RETIRED = {"retired": "true"}
"""The tag of a version's files that nobody needs any more."""
RETIRED_DAYS = 90
"""Days until S3 removes a retired version, and as many again in which its bytes can be fetched by their version id."""
BUCKET_ID = bucket_id("models")
_EMPTYING = "Custom::S3AutoDeleteObjectsCustomResourceProvider"


class Models(Construct):
    """The bucket. Its policy holds for everybody: no version is overwritten, no pointer blindly, nothing is deleted.

    Versions are single uploads: S3 takes no condition on the parts of a larger one, nor on a copy, so both are denied.
    """

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
            self, "models", settings=settings, key=key, access_logs=access_logs, lifecycle_rules=_lifecycle()
        )
        for sid, actions, objects, conditions in self._denied(settings):
            self.bucket.add_to_resource_policy(
                iam.PolicyStatement(
                    sid=sid,
                    effect=iam.Effect.DENY,
                    principals=[iam.AnyPrincipal()],
                    actions=actions,
                    resources=[self.bucket.arn_for_objects(objects)],
                    conditions=conditions,
                )
            )

    def _denied(self, settings: StageSettings) -> Sequence[tuple[str, list[str], str, Mapping[str, Any] | None]]:
        """Statement id, actions, objects and condition of everything that is denied."""
        not_new, not_after = {"s3:if-none-match": "true"}, {"s3:if-match": "true"}
        # A deletion would allow to write a version again, and a deleted pointer let the layer serve. Lifecycle rules
        # need no permission. A stage that is emptied when it is destroyed is emptied by CDK's function.
        emptying = {"ArnNotEquals": {"aws:PrincipalArn": self._emptying_role()}}
        return (
            ("VersionsAreWrittenOnce", ["s3:PutObject"], "versions/*", {"Null": not_new}),
            ("PointersChangeAfterReading", ["s3:PutObject"], "serving/*", {"Null": not_new | not_after}),
            (
                "NothingIsDeleted",
                ["s3:DeleteObject", "s3:DeleteObjectVersion"],
                "*",
                emptying if emptied_on_destroy(settings) else None,
            ),
        )

    def _emptying_role(self) -> str | None:
        provider = cdk.Stack.of(self).node.try_find_child(_EMPTYING)
        return None if provider is None else cast(cdk.CustomResourceProviderBase, provider).role_arn


def _lifecycle() -> list[s3.LifecycleRule]:
    """Only retired versions expire; old pointers, which are the history of who served, stay."""
    days = cdk.Duration.days(RETIRED_DAYS)
    return [
        s3.LifecycleRule(
            id="retired",
            prefix="versions/",
            tag_filters=RETIRED,
            expiration=days,
            noncurrent_version_expiration=days,
        ),
        # S3 takes no filter by tag beside it.
        s3.LifecycleRule(id="markers", prefix="versions/", expired_object_delete_marker=True),
    ]
