"""Whether resources with data outlive their stack."""

from __future__ import annotations

from aws_cdk import RemovalPolicy

from infra.settings import StageSettings


def removal_policy(settings: StageSettings) -> RemovalPolicy:
    """Retain if the stage says so, destroy otherwise."""
    return RemovalPolicy.RETAIN if settings.retain else RemovalPolicy.DESTROY
