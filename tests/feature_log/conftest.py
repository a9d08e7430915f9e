"""A harness whose service keeps features, in a bucket of its own."""

from __future__ import annotations

import pytest

from tagging.feature_log.storage import LogStore
from tagging.feature_log.writer import FeatureLog
from tests.service_harness import ServiceHarness


def with_log(harness: ServiceHarness) -> ServiceHarness:
    """The harness with a feature log."""
    bucket = f"{harness.bucket}-learning"
    harness.clients.s3.create_bucket(Bucket=bucket)
    encoder = harness.tagger.bundle.version.encoder
    return harness.having(log=FeatureLog(LogStore(harness.clients.s3, bucket), harness.service.kind, encoder))


@pytest.fixture
def logging(each_harness: ServiceHarness) -> ServiceHarness:
    """A harness of each kind with a feature log."""
    return with_log(each_harness)


@pytest.fixture
def logging_mails(harness: ServiceHarness) -> ServiceHarness:
    """A harness of mails with a feature log."""
    return with_log(harness)
