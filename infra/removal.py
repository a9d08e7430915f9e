"""Whether resources with data outlive their stack, and whether destroying the stack empties its buckets."""

from __future__ import annotations

from aws_cdk import RemovalPolicy

from infra.settings import StageSettings


def removal_policy(settings: StageSettings) -> RemovalPolicy:
    """Retain if the stage says so, destroy otherwise.

    What a first deployment creates before it fails is deleted even then: it holds no data, and would keep its name.
    """
    return RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if settings.retain else RemovalPolicy.DESTROY


def emptied_on_destroy(settings: StageSettings) -> bool:
    """Whether `cdk destroy` deletes the objects in the stage's buckets: S3 deletes no bucket that holds any."""
    return not (settings.retain or settings.local)
