"""A stage of the month in a box: buckets in memory, tables on moto in this process, under a clock of their own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tagging.aws import Clients, client_at
from tagging.corrections import ReviewTable
from tagging.feature_log import FeatureLog, LogStore
from tagging.kinds import Kind
from tagging.local import create_review_table
from tagging.model import Tagger
from tagging.serving import ModelStore, files_of
from tagging.simulation.box_versions import write_box_bundles
from tagging.simulation.memory_s3 import MemoryS3
from tagging.simulation.stage import SimulatedStage
from tagging.start import load_bundle
from tagging.store import LabelTable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KIND: Kind = "mail"
REGION = "us-east-1"
LABEL_TABLE, REVIEW_TABLE, LEARNING_BUCKET, MODELS_BUCKET = "labels", "reviews", "learning", "models"
THREADS = 4


@dataclass
class VirtualClock:
    """The time of a simulation; objects that are written have it as their time of writing."""

    now: datetime


@dataclass(frozen=True)
class Box:
    """An empty stage, and the versions that may serve it; the first one does, as the bundle of the layer."""

    stage: SimulatedStage
    taggers: list[Tagger]
    versions: Path
    """The layer `versions`: a folder for each kind."""


@contextmanager
def open_box(clock: VirtualClock) -> Iterator[Box]:
    """A stage of its own, gone at the end."""
    from moto import mock_aws  # loads all of moto

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tagging-box-")))
        stack.enter_context(mock_aws())
        threads = stack.enter_context(ThreadPoolExecutor(THREADS))
        taggers = [load_bundle(bundle) for bundle in write_box_bundles(folder)]
        s3 = cast("S3Client", MemoryS3(lambda: clock.now))
        clients = Clients(s3, _client("sqs"), _client("dynamodb"))
        _make_resources(clients)
        first = taggers[0]
        log = FeatureLog(LogStore(clients.s3, LEARNING_BUCKET), KIND, first.bundle.version.encoder)
        store = ModelStore(clients.s3, MODELS_BUCKET, KIND)
        rows, reviews = LabelTable(clients.dynamodb, LABEL_TABLE), ReviewTable(clients.dynamodb, REVIEW_TABLE)
        stage = SimulatedStage(KIND, clients, log, store, rows, reviews, threads, first)
        for tagger in taggers:
            stage.push(tagger)
        yield Box(stage, taggers, write_layer(folder / "versions", first))


def write_layer(folder: Path, tagger: Tagger) -> Path:
    """The layer `versions` of one bundle: without its encoder; its folder."""
    for name, content in files_of(tagger.bundle.folder, tagger.bundle).items():
        (folder / KIND / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / KIND / name).write_bytes(content)
    return folder


def _client(service: str) -> Any:
    """A client of AWS's own endpoint, which moto answers for."""
    return client_at(f"https://{service}.{REGION}.amazonaws.com", REGION, service)


def _make_resources(clients: Clients) -> None:
    for bucket in (LEARNING_BUCKET, MODELS_BUCKET):
        clients.s3.create_bucket(Bucket=bucket)
    clients.dynamodb.create_table(
        TableName=LABEL_TABLE,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    create_review_table(clients.dynamodb, REVIEW_TABLE)
