"""The buckets and tables of a stage in this process: S3 in memory, DynamoDB on moto, under a clock of their own."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from tagging.aws import Clients, client_at
from tagging.corrections import ReviewTable
from tagging.feature_log import FeatureLog, LogStore
from tagging.kinds import Kind
from tagging.local import create_review_table
from tagging.model import Tagger
from tagging.serving import ModelStore
from tagging.simulation.direct_reads import DirectReads
from tagging.simulation.memory_s3 import MemoryS3
from tagging.simulation.stage import SimulatedStage
from tagging.store import LabelTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

KIND: Kind = "mail"
REGION = "us-east-1"


@dataclass
class VirtualClock:
    """The time of a simulation; objects that are written have it as their time of writing."""

    now: datetime


@dataclass(frozen=True)
class ResourceNames:
    """The buckets and tables of a stage that a simulation writes."""

    learning_bucket: str = "learning"
    models_bucket: str = "models"
    label_table: str = "labels"
    review_table: str = "reviews"

    @property
    def buckets(self) -> tuple[str, str]:
        """Both buckets."""
        return self.learning_bucket, self.models_bucket

    @property
    def tables(self) -> tuple[str, str]:
        """Both tables."""
        return self.label_table, self.review_table


@contextmanager
def open_memory(clock: VirtualClock, names: ResourceNames) -> Iterator[Clients]:
    """Clients of empty buckets and tables, gone at the end; their `s3` is a MemoryS3."""
    from moto import mock_aws  # loads all of moto
    from moto.core.models import DEFAULT_ACCOUNT_ID
    from moto.dynamodb.models import dynamodb_backends
    from moto.dynamodb.models.dynamo_type import DynamoType

    with mock_aws():
        s3 = MemoryS3(lambda: clock.now)
        dynamodb = DirectReads(
            _client("dynamodb"),
            dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables,
            lambda value: DynamoType(dict(value)),
        )
        clients = Clients(cast("S3Client", s3), _client("sqs"), cast("DynamoDBClient", dynamodb))
        for bucket in names.buckets:
            s3.create_bucket(Bucket=bucket, versioned=bucket == names.models_bucket)
        clients.dynamodb.create_table(
            TableName=names.label_table,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        create_review_table(clients.dynamodb, names.review_table)
        yield clients


def stage_of(clients: Clients, names: ResourceNames, layer: Tagger, threads: Executor) -> SimulatedStage:
    """The stage of these buckets and tables; `layer` serves until a version is promoted."""
    log = FeatureLog(LogStore(clients.s3, names.learning_bucket), KIND, layer.bundle.version.encoder)
    store = ModelStore(clients.s3, names.models_bucket, KIND)
    rows, reviews = LabelTable(clients.dynamodb, names.label_table), ReviewTable(clients.dynamodb, names.review_table)
    return SimulatedStage(KIND, clients, log, store, rows, reviews, threads, layer)


def _client(service: str) -> Any:
    """A client of AWS's own endpoint, which moto answers for."""
    return client_at(f"https://{service}.{REGION}.amazonaws.com", REGION, service)
