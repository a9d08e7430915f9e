"""The AWS clients on the path of an item, made by botocore alone: importing boto3 would slow every start."""

from __future__ import annotations

import functools
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
    "ABSENT",
    "CONCURRENT",
    "CONFIG",
    "FORBIDDEN",
    "PRECEDED",
    "AwsError",
    "ClientError",
    "Clients",
    "ParamValidationError",
    "client_at",
    "command_config",
    "error_code",
    "make_clients",
    "make_mail_client",
    "share_loader",
]

AwsError = (BotoCoreError, ClientError)
"""All errors of a call to AWS, including those of the connection."""

CONNECTIONS = 32
"""Open connections per client: more than the threads that call at the same time."""

ABSENT = frozenset({"NoSuchKey", "404"})
"""Codes of S3 for an object that is not there."""
FORBIDDEN = frozenset({"AccessDenied", "403"})
"""Codes of S3 for an object that may not be read; so it answers for one that is not there, too, who may not list."""
PRECEDED = frozenset({"PreconditionFailed", "412"})
"""Codes of a conditional write whose condition does not hold: another one came first."""
CONCURRENT = frozenset({"ConditionalRequestConflict", "409"})
"""Codes of a conditional write beside another one, of which nobody knows yet whether it succeeds."""

CONFIG = Config(
    connect_timeout=1,
    read_timeout=3,
    max_pool_connections=CONNECTIONS,
    retries={"mode": "standard", "total_max_attempts": 2},
)
"""Timeouts and retries of a call, 9 s in all; after these the queue delivers the message again.

Less than the time that a batch keeps for its writes (`RESERVE_S`): a call that hangs fails before Lambda stops the
function, so that only its message goes back and not the whole batch.
"""


def command_config() -> Config:
    """Timeouts for a person's command, which can wait for a slow answer longer than a batch."""
    return CONFIG.merge(Config(read_timeout=30))


class Clients(Struct, frozen=True):
    """One client per service, shared by all threads (they are thread-safe)."""

    s3: S3Client
    sqs: SQSClient
    dynamodb: DynamoDBClient


def make_clients() -> Clients:
    """Clients for the region and endpoint of the environment (the same variables that boto3 reads)."""
    session = botocore.session.Session()
    clients: dict[str, Any] = {name: session.create_client(name, config=CONFIG) for name in ("s3", "sqs", "dynamodb")}
    return Clients(**clients)


def make_mail_client() -> Any:
    """A client of SES, for the region and endpoint of the environment; there are no types of it."""
    return botocore.session.Session().create_client("sesv2", config=CONFIG)


def client_at(endpoint: str, region: str, service: Any) -> Any:
    """A client of one service at `endpoint` with dummy credentials; profile, account and proxy are ignored.

    CloudFormation gets ten minutes and one attempt: a simulation creates the whole stack before it answers, and a
    second attempt would find the buckets of the first.
    """
    once: dict[str, Any] = {"read_timeout": 600, "retries": {"mode": "standard", "total_max_attempts": 1}}
    patience = once if service == "cloudformation" else {"read_timeout": 60}
    no_files = dict.fromkeys(("config_file", "credentials_file"), (None, None, os.devnull, None))
    session = botocore.session.Session(session_vars={**no_files, "profile": (None, None, None, None)})
    return session.create_client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=CONFIG.merge(Config(proxies={}, **patience)),
    )


def error_code(error: BaseException) -> str:
    """The AWS error code (`AccessDenied`), or the exception's type where there is none; never the text."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "ClientError"))
    return type(error).__name__


def share_loader() -> None:
    """Give all botocore sessions of this process one loader: reading its files takes ten times as long as a client."""
    botocore.session.create_loader = functools.cache(botocore.session.create_loader)
