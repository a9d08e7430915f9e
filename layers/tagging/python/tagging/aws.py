"""The clients of AWS that the path of an item needs; the only module that knows boto3."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

__all__ = [
    "AwsError",
    "ClientError",
    "Clients",
    "ParamValidationError",
    "error_code",
    "make_clients",
    "stack_output",
    "stack_outputs",
]

AwsError = (BotoCoreError, ClientError)
"""Whatever AWS, or the way to it, can answer."""

CONNECTIONS = 32
"""Open connections per client: as many as threads call at once, with room to spare."""

_CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    max_pool_connections=CONNECTIONS,
    retries={"mode": "standard", "total_max_attempts": 3},
)


@dataclass(frozen=True)
class Clients:
    """One client per service, shared by all threads (boto3 clients are thread-safe)."""

    s3: S3Client
    sqs: SQSClient
    dynamodb: DynamoDBClient


def make_clients() -> Clients:
    """Clients for the region and the endpoint that the environment names, as boto3 reads it."""
    session = boto3.session.Session()
    return Clients(
        s3=session.client("s3", config=_CONFIG),
        sqs=session.client("sqs", config=_CONFIG),
        dynamodb=session.client("dynamodb", config=_CONFIG),
    )


def client_at(endpoint: str, region: str, service: Any) -> Any:
    """A client of one service at `endpoint`, as nobody: the person's profile, account and proxy are never read."""
    nowhere = dict.fromkeys(("config_file", "credentials_file"), (None, None, os.devnull, None))
    session = botocore.session.Session(session_vars={**nowhere, "profile": (None, None, None, None)})
    return boto3.session.Session(botocore_session=session).client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=_CONFIG.merge(Config(read_timeout=60, proxies={})),
    )


def account_client(service: Any) -> Any:
    """A client of any service for the account and the region that the environment names, as boto3 reads it."""
    return boto3.session.Session().client(service, config=_CONFIG)


def account_region() -> str | None:
    """The region that the environment or the person's profile names."""
    return boto3.session.Session().region_name


def stack_output(stack: str, output: str) -> str:
    """One output of a deployed stack; KeyError where the stack has none of that name, ClientError without a stack."""
    return stack_outputs(stack)[output]


def stack_outputs(stack: str) -> dict[str, str]:
    """All outputs of a deployed stack by their names; ClientError where there is no such stack."""
    cloudformation = boto3.session.Session().client("cloudformation", config=_CONFIG)
    found = cloudformation.describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", [])
    return {each.get("OutputKey", ""): each.get("OutputValue", "") for each in found}


def error_code(error: BaseException) -> str:
    """AWS's code of an error (`AccessDenied`), or the exception's type where AWS gave none; never its text."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "ClientError"))
    return type(error).__name__
