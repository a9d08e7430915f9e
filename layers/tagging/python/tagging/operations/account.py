"""The person's own AWS account, as boto3 finds it: clients, region, and the outputs of its stacks."""

from __future__ import annotations

from typing import Any

import boto3

from tagging.aws import command_config


def account_client(service: Any) -> Any:
    """A client of any service for the account and the region that the environment or the person's profile names."""
    return boto3.session.Session().client(service, config=command_config())


def account_region() -> str | None:
    """The region that the environment or the person's profile names."""
    return boto3.session.Session().region_name


def stack_outputs(stack: str) -> dict[str, str]:
    """All outputs of a deployed stack by their names; ClientError where there is no such stack."""
    stacks = account_client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stacks[0].get("Outputs", [])}


def caller_name() -> str:
    """The identity that AWS knows the person by: the ARN of a user, or of a role with the name of its session."""
    return str(account_client("sts").get_caller_identity()["Arn"])
