"""A review table and a label table of a test's own, and corrections to write."""

from __future__ import annotations

import io
import uuid

import pytest
from msgspec.structs import replace

from tagging.aws import Clients, client_at
from tagging.corrections import Recorder, ReviewTable, build_recorder
from tagging.local import create_review_table
from tagging.local.s3_events import REGION
from tagging.settings import CorrectSettings
from tagging.store import LabelTable, Revision, Row
from tagging.telemetry import make_logger
from tests.corrections.samples import BUNDLE


@pytest.fixture(scope="session")
def clients(moto: str) -> Clients:
    return Clients(**{name: client_at(moto, REGION, name) for name in ("s3", "sqs", "dynamodb")})


@pytest.fixture
def reviews(clients: Clients) -> ReviewTable:
    """An empty review table."""
    name = f"review-{uuid.uuid4().hex}"
    create_review_table(clients.dynamodb, name)
    return ReviewTable(clients.dynamodb, name)


@pytest.fixture
def rows(clients: Clients) -> LabelTable:
    """A label table with the rows of two mails, `mail-1` and `mail-2`."""
    name = f"rows-{uuid.uuid4().hex}"
    clients.dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    table = LabelTable(clients.dynamodb, name)
    for item in ("mail-1", "mail-2"):
        revision = Revision("2026-11-20T08:00:00.000+00:00", BUNDLE, labels=("refund",), scores={"refund": 0.9})
        table.put(Row(item, "text", {"message": item}, attempt="first", revision=revision))
    return table


@pytest.fixture
def logs() -> io.StringIO:
    """What the recorder logs."""
    return io.StringIO()


@pytest.fixture
def recorder(clients: Clients, rows: LabelTable, reviews: ReviewTable, logs: io.StringIO) -> Recorder:
    """A recorder on both tables, without a bucket for plans."""
    settings = CorrectSettings(label_table=rows.name, review_table=reviews.name)
    logger = make_logger(reviews.name, "INFO")
    logger.logger_handler.setStream(logs)
    return replace(build_recorder(settings, clients), logger=logger)
