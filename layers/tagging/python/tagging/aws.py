"""The clients of AWS that the path of an item needs: boto3's own, made by botocore without what boto3 adds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from msgspec import Struct

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

__all__ = [
    "CONFIG",
    "AwsError",
    "ClientError",
    "Clients",
    "ParamValidationError",
    "client_at",
    "error_code",
    "make_clients",
]

AwsError = (BotoCoreError, ClientError)
"""Whatever AWS, or the way to it, can answer."""

CONNECTIONS = 32
"""Open connections per client: as many as threads call at once, with room to spare."""

CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    max_pool_connections=CONNECTIONS,
    retries={"mode": "standard", "total_max_attempts": 3},
)
"""No call may take more of a function's time than this: the queue delivers again what fails."""


class Clients(Struct, frozen=True):
    """One client per service, shared by all threads (they are thread-safe)."""

    s3: S3Client
    sqs: SQSClient
    dynamodb: DynamoDBClient


def make_clients() -> Clients:
    """Clients for the region and the endpoint that the environment names, as boto3 reads it.

    `import boto3` would bring resources and parallel transfers, which nothing here uses, to every start.
    """
    session = botocore.session.Session()
    made: dict[str, Any] = {name: session.create_client(name, config=CONFIG) for name in ("s3", "sqs", "dynamodb")}
    return Clients(**made)


def client_at(endpoint: str, region: str, service: Any) -> Any:
    """A client of one service at `endpoint`, as nobody: the person's profile, account and proxy are never read."""
    nowhere = dict.fromkeys(("config_file", "credentials_file"), (None, None, os.devnull, None))
    session = botocore.session.Session(session_vars={**nowhere, "profile": (None, None, None, None)})
    return session.create_client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=CONFIG.merge(Config(read_timeout=60, proxies={})),
    )


def error_code(error: BaseException) -> str:
    """AWS's code of an error (`AccessDenied`), or the exception's type where AWS gave none; never its text."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "ClientError"))
    return type(error).__name__
