"""The person's own account, as boto3 finds it: clients, region, and the outputs of its stacks."""

from __future__ import annotations

from typing import Any

import boto3

from tagging.aws import CONFIG


def account_client(service: Any) -> Any:
    """A client of any service for the account and the region that the environment or the person's profile names."""
    return boto3.session.Session().client(service, config=CONFIG)


def account_region() -> str | None:
    """The region that the environment or the person's profile names."""
    return boto3.session.Session().region_name


def stack_output(stack: str, output: str) -> str:
    """One output of a deployed stack; KeyError where the stack has none of that name, ClientError without a stack."""
    return stack_outputs(stack)[output]


def stack_outputs(stack: str) -> dict[str, str]:
    """All outputs of a deployed stack by their names; ClientError where there is no such stack."""
    found = account_client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", [])
    return {each.get("OutputKey", ""): each.get("OutputValue", "") for each in found}
