"""The project's stack on the local cloud, and the operator's commands run against it as their stage `local`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tagging import feature_log
from tagging.cli.main import app
from tagging.local.clock import Clock
from tagging.local.cloud import LocalCloud
from tagging.local.moto_server import CHILD_ENVIRONMENT
from tests.operate.on_cloud import Run, harness_on, take
from tests.operate.pending_tickets import PendingTickets
from tests.service_harness import ServiceHarness


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """No batch still writes the feature log when a test forgets an item: `forget` need not wait for it."""
    monkeypatch.setattr(feature_log, "SETTLED", timedelta(0))


@pytest.fixture(scope="session")
def running_cloud(root: Path) -> Iterator[LocalCloud]:
    with LocalCloud.start(root, clock=Clock(240), functions=["tag_mail"]) as cloud:
        cloud.wait_ready()
        yield cloud


@pytest.fixture
def cloud(running_cloud: LocalCloud) -> LocalCloud:
    """The running stack with empty queues, buckets and table."""
    s3, dynamodb = running_cloud.client("s3"), running_cloud.client("dynamodb")
    for queue in running_cloud.stack.queues:
        take(running_cloud, queue.url)
    for bucket in running_cloud.stack.buckets:
        listed = s3.list_object_versions(Bucket=bucket.name)
        for each in [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]:
            s3.delete_object(Bucket=bucket.name, Key=each["Key"], VersionId=each["VersionId"])
    for table, keys in zip(running_cloud.stack.tables, (("id",), ("item", "entry")), strict=True):
        for item in dynamodb.scan(TableName=table)["Items"]:
            dynamodb.delete_item(TableName=table, Key={name: item[name] for name in keys})
    for mapping in running_cloud.stack.mappings:
        if not mapping.enabled:
            running_cloud.client("lambda").update_event_source_mapping(UUID=mapping.uuid, Enabled=False)
    for collector in running_cloud.collectors:
        collector.sent.clear()
    return running_cloud


@pytest.fixture
def run(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `tagging` with these words against the local cloud."""
    for name, value in {**CHILD_ENVIRONMENT, "AWS_ENDPOINT_URL": cloud.endpoint, "COLUMNS": "200"}.items():
        if name != "PATH":
            monkeypatch.setenv(name, value)
    stage = ("--stage", "local")
    return lambda *words: CliRunner().invoke(app, [*words, *(() if "--stage" in words else stage)])


@pytest.fixture
def stricter(cloud: LocalCloud, harness: ServiceHarness) -> ServiceHarness:
    """The service as it was before a fix: it takes no mail over 10 bytes."""
    return harness_on(cloud, harness, max_bytes=10, handler="tag_mail:1", quarantine_days=90)


@pytest.fixture(params=["harness", "image_harness"])
def pending_tickets(request: pytest.FixtureRequest, cloud: LocalCloud) -> PendingTickets:
    """For mails, then for images."""
    harness: ServiceHarness = request.getfixturevalue(request.param)
    return PendingTickets(harness_on(cloud, harness), cloud)


@pytest.fixture
def pending_mail_tickets(harness: ServiceHarness, cloud: LocalCloud) -> PendingTickets:
    return PendingTickets(harness_on(cloud, harness), cloud)
