"""What would cost data if it changed by accident: a change has to be written into never_by_accident.json, too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.infra.conftest import Stack

WRITTEN = Path(__file__).with_name("never_by_accident.json")
HELD = {
    "S3::Bucket": ("VersioningConfiguration", "LifecycleConfiguration", "BucketName"),
    "DynamoDB::Table": (
        *("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "TimeToLiveSpecification", "TableName"),
        *("DeletionProtectionEnabled", "PointInTimeRecoverySpecification"),
    ),
    "SQS::Queue": ("MessageRetentionPeriod", "QueueName", "FifoQueue", "DeduplicationScope", "FifoThroughputLimit"),
    "Logs::LogGroup": ("RetentionInDays",),
}
"""Properties that decide whether a resource is made anew, and how long it keeps what it holds."""


def held(stack: Stack) -> dict[str, Any]:
    return {
        name: {policy: each.get(policy) for policy in ("DeletionPolicy", "UpdateReplacePolicy")}
        | {key: each["Properties"][key] for key in properties if key in each["Properties"]}
        for kind, properties in HELD.items()
        for name, each in sorted(stack.all(kind).items())
    }


def test_nothing_that_holds_data_is_made_anew_or_kept_shorter(prod: Stack) -> None:
    assert held(prod) == json.loads(WRITTEN.read_text())


def test_a_setting_does_not_move_what_holds_data(prod: Stack, dev: Stack, everything: Stack) -> None:
    assert set(held(prod)) == set(held(dev)) == set(held(everything))
