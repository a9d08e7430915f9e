"""Labels with their own metric, and the shared metric of all others."""

from __future__ import annotations

import json

import pytest

from tagging.bootstrap import labels_with_metric
from tagging.telemetry.metrics import OTHER_LABELS, BatchCounts, Metrics
from tests.service_harness import ServiceHarness

GIVEN = ("threat", "refund", "card", "refund")


def counted(capsys: pytest.CaptureFixture[str], alone: frozenset[str] | None) -> dict[str, list[float]]:
    Metrics("Tagging", "tag_mail", alone).publish(BatchCounts(items=3, labels=GIVEN))
    blobs = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return {blob["label"]: blob["LabelGiven"] for blob in blobs if "label" in blob}


def test_by_default_every_label_has_its_own_metric(capsys: pytest.CaptureFixture[str]) -> None:
    assert counted(capsys, None) == {"threat": [1.0], "refund": [2.0], "card": [1.0]}


def test_the_other_labels_share_one_metric_and_none_is_lost(capsys: pytest.CaptureFixture[str]) -> None:
    assert counted(capsys, frozenset({"threat"})) == {"threat": [1.0], OTHER_LABELS: [3.0]}
    assert counted(capsys, frozenset()) == {OTHER_LABELS: [4.0]}


def test_critical_labels_are_those_of_the_taxonomy(tagger) -> None:
    taxonomy = tagger.bundle.taxonomy
    assert labels_with_metric("all", taxonomy) == set(taxonomy.labels)
    assert labels_with_metric("critical", taxonomy) == {id for id, label in taxonomy.labels.items() if label.critical}
    assert labels_with_metric("critical", taxonomy)


def test_labels_that_only_a_version_has_are_other_ones_whatever_the_setting(
    tagger, capsys: pytest.CaptureFixture[str]
) -> None:
    taxonomy = tagger.bundle.taxonomy
    own = next(iter(taxonomy.labels))
    Metrics("Tagging", "tag_mail", labels_with_metric("all", taxonomy)).publish(
        BatchCounts(items=2, labels=[own, "label_of_another_team", "one_more"])
    )
    blobs = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {blob["label"]: blob["LabelGiven"] for blob in blobs if "label" in blob} == {own: [1.0], OTHER_LABELS: [2.0]}


def test_a_critical_label_is_zero_once_a_minute_while_nothing_has_it(capsys: pytest.CaptureFixture[str]) -> None:
    now = [5.0]
    metrics = Metrics("Tagging", "tag_mail", frozenset({"threat", "fraud"}), ("threat", "fraud"), lambda: now[0])

    def published(*labels: str) -> dict[str, list[float]]:
        metrics.publish(BatchCounts(items=1, labels=labels))
        blobs = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return {blob["label"]: blob["LabelGiven"] for blob in blobs if "label" in blob}

    assert published("threat") == {"threat": [1.0], "fraud": [0.0]}
    now[0] += 59
    assert published("threat") == {"threat": [1.0]}
    now[0] += 1
    assert published() == {"threat": [0.0], "fraud": [0.0]}
    assert published() == {}


def test_a_function_publishes_zeros_for_the_critical_labels_of_its_bundle(
    each_harness: ServiceHarness, capsys: pytest.CaptureFixture[str]
) -> None:
    each_harness.handle("not json")
    blobs = [blob for line in capsys.readouterr().out.splitlines() if "_aws" in (blob := json.loads(line))]
    zeros = {blob["label"] for blob in blobs if blob.get("LabelGiven") == [0.0]}
    assert zeros == set(each_harness.tagger.bundle.taxonomy.critical_labels)
