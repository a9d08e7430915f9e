"""Properties whose accidental change would lose data: a change must also be made in never_by_accident.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.infra.conftest import Stack

EXPECTED = Path(__file__).with_name("never_by_accident.json")
PROTECTED = {
    "S3::Bucket": ("VersioningConfiguration", "LifecycleConfiguration", "BucketName"),
    "DynamoDB::Table": (
        *("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "TimeToLiveSpecification", "TableName"),
        *("DeletionProtectionEnabled", "PointInTimeRecoverySpecification"),
    ),
    "SQS::Queue": ("MessageRetentionPeriod", "QueueName", "FifoQueue", "DeduplicationScope", "FifoThroughputLimit"),
    "Logs::LogGroup": ("RetentionInDays",),
}
"""Properties that decide whether a resource is replaced, and how long it keeps its data."""


def protected(stack: Stack) -> dict[str, Any]:
    return {
        name: {policy: each.get(policy) for policy in ("DeletionPolicy", "UpdateReplacePolicy")}
        | {key: each["Properties"][key] for key in properties if key in each["Properties"]}
        for kind, properties in PROTECTED.items()
        for name, each in sorted(stack.all(kind).items())
    }


def test_no_resource_with_data_is_replaced_or_keeps_it_for_a_shorter_time(prod: Stack) -> None:
    assert protected(prod) == json.loads(EXPECTED.read_text())


def test_settings_do_not_change_the_resources_with_data(prod: Stack, dev: Stack, everything: Stack) -> None:
    probe = {name for name in protected(prod) if name.startswith(("ProbeLog", "OutputsProbeQueue"))}
    assert len(probe) == 2, "a day of the probe's own tickets, and its log"
    changes = {name for name in protected(everything) if name.startswith("OutputsLabelChange")}
    assert len(changes) == 2, "a queue and its dead letters"
    assert set(protected(prod)) == set(protected(dev)) | probe == set(protected(everything)) - changes
