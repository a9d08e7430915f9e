"""A harness whose service keeps features, in a bucket of its own."""

from __future__ import annotations

import pytest

from tagging.aws import Clients, client_at
from tagging.feature_log.storage import LogStore
from tagging.feature_log.writer import FeatureLog
from tagging.local.s3_events import REGION
from tests.service_harness import ServiceHarness


def with_log(harness: ServiceHarness) -> ServiceHarness:
    """The harness with a feature log."""
    bucket = f"{harness.bucket}-learning"
    harness.clients.s3.create_bucket(Bucket=bucket)
    encoder = harness.tagger.bundle.version.encoder
    return harness.having(log=FeatureLog(LogStore(harness.clients.s3, bucket), harness.service.kind, encoder))


@pytest.fixture
def store(moto: str, request: pytest.FixtureRequest) -> LogStore:
    """An empty log."""
    clients = Clients(**{name: client_at(moto, REGION, name) for name in ("s3", "sqs", "dynamodb")})
    bucket = f"log-{abs(hash(request.node.nodeid)):x}"
    clients.s3.create_bucket(Bucket=bucket)
    return LogStore(clients.s3, bucket)


@pytest.fixture
def logging(each_harness: ServiceHarness) -> ServiceHarness:
    """A harness of each kind with a feature log."""
    return with_log(each_harness)


@pytest.fixture
def logging_mails(harness: ServiceHarness) -> ServiceHarness:
    """A harness of mails with a feature log."""
    return with_log(harness)
