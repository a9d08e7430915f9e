"""A small stack with one probe function that follows instructions in its messages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tagging.local.clock import Clock
from tagging.local.cloud import LocalCloud
from tagging.local.template import Template

SCALE = 120.0
"""The probe's minute of visibility timeout takes half a second."""


@pytest.fixture(scope="session")
def probe_template() -> Template:
    return Template.read(Path(__file__).parent / "probe" / "probe-local.template.json")


@pytest.fixture(scope="session")
def running_probe(probe_template: Template, root: Path) -> Iterator[LocalCloud]:
    with LocalCloud.start(root, template=probe_template, clock=Clock(SCALE)) as cloud:
        cloud.wait_ready()
        yield cloud


@pytest.fixture
def probe(running_probe: LocalCloud) -> LocalCloud:
    """The running stack, with empty queues."""
    sqs = running_probe.client("sqs")
    for queue in running_probe.stack.queues:  # a queue can be purged only once a minute, in moto too
        while messages := sqs.receive_message(QueueUrl=queue.url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                sqs.delete_message(QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"])
    return running_probe
