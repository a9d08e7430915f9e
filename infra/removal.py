"""What becomes of what holds data when its stack goes."""

from __future__ import annotations

from aws_cdk import RemovalPolicy

from infra.settings import StageSettings


def removal_policy(settings: StageSettings) -> RemovalPolicy:
    """Stays where the stage says so, goes otherwise."""
    return RemovalPolicy.RETAIN if settings.retain else RemovalPolicy.DESTROY
