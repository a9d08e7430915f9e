"""The metrics of a batch, printed in CloudWatch's embedded metric format (EMF)."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit
from msgspec import Struct, field

OTHER_LABELS = "(other)"
"""The metric of all labels without a separate metric, also of those that only a version has; no label has this id."""
ZEROS_EVERY_S = 60.0
"""Seconds between two zeros of a critical label in one environment: CloudWatch's period."""


class BatchCounts(Struct, frozen=True):
    """The counts of one batch; times in milliseconds."""

    items: int = 0
    failed: int = 0
    """Messages that go back to the queue."""
    tickets: int = 0
    challenger: int = 0
    """Items that the challenger of a canary served."""
    labels: Iterable[str] = ()
    """Each assigned label, once per newly written row."""
    flips: Mapping[str, int] = field(default_factory=dict)
    """Critical label → items of which a shadow decides it otherwise than the champion."""
    quarantined: Iterable[str] = ()
    """The reason of each newly quarantined input."""
    review_reasons: Iterable[str] = ()
    """Each reason for a review, once per newly written row."""
    latency: Sequence[float] = ()
    """Per item, from the sending of its message to the end of its batch."""
    stages: Mapping[str, float] = field(default_factory=dict)
    served: Container[str] | None = None
    """The labels of the version that serves; None: all that the deployment knows."""
    faults: Iterable[str] = ()
    """Names of the metrics that count what is wrong with who serves, each once."""


class Metrics:
    """Publishes to one namespace, with the function's name as the dimension `service`.

    `separate`: ids of the labels with a separate metric, None for all; the others share one.
    `critical`: ids of the labels whose absence matters. Each is published as zero at most once a minute, so that an
    alarm can tell a label that was never assigned from one that is not measured.
    """

    def __init__(
        self,
        namespace: str,
        service: str,
        separate: Collection[str] | None = None,
        critical: Iterable[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._namespace = namespace
        self._service = service
        self._separate = separate
        self._critical = dict.fromkeys(critical, 0)
        self._clock = clock
        self._zeros_due = clock()
        self._blobs = EphemeralMetrics(namespace=namespace, service=service)

    def publish(self, counts: BatchCounts) -> None:
        """Print the batch's blobs; each label and reason in a blob of its own (one value of a dimension each)."""
        batch = EphemeralMetrics(namespace=self._namespace, service=self._service)
        for name, count in {
            "Items": counts.items,
            "MessagesReturned": counts.failed,
            "Tickets": counts.tickets,
            **({"ChallengerItems": counts.challenger} if counts.challenger else {}),
            **dict.fromkeys(counts.faults, 1),
        }.items():
            batch.add_metric(name=name, unit=MetricUnit.Count, value=count)
        for stage, milliseconds in counts.stages.items():
            batch.add_metric(f"Stage{stage.capitalize()}", MetricUnit.Milliseconds, round(milliseconds, 1))
        for milliseconds in counts.latency:  # Powertools starts a new blob at 100 values, EMF's limit
            batch.add_metric("Latency", MetricUnit.Milliseconds, round(milliseconds, 1))
        if batch.metric_set:
            batch.flush_metrics()
        assigned = Counter(self._zeros(counts.served))
        assigned.update(map(self._dimension, counts.labels))
        self._publish_each("LabelGiven", "label", assigned)
        flips: Counter[str] = Counter()
        for label, count in counts.flips.items():
            flips[self._dimension(label)] += count
        self._publish_each("ShadowFlips", "label", flips)
        self._publish_each("Quarantined", "reason", Counter(counts.quarantined))
        self._publish_each("ReviewReason", "reason", Counter(counts.review_reasons))

    def _dimension(self, label: str) -> str:
        """The value of the dimension `label` by which a label is counted."""
        return label if self._separate is None or label in self._separate else OTHER_LABELS

    def _zeros(self, served: Container[str] | None) -> Mapping[str, int]:
        """The critical labels that are served with zero, if a minute has passed since the last time."""
        now = self._clock()
        if now < self._zeros_due:
            return {}
        self._zeros_due = now + ZEROS_EVERY_S
        return {label: zero for label, zero in self._critical.items() if served is None or label in served}

    def _publish_each(self, name: str, dimension: str, counts: Mapping[str, int]) -> None:
        # Not Powertools' single_metric: its setup for each label costs more than the blob.
        for value, count in counts.items():
            metric = {name: {"Unit": MetricUnit.Count.value, "StorageResolution": 60, "Value": [float(count)]}}
            blob = self._blobs.serialize_metric_set(metric, {"service": self._service, dimension: value})
            print(json.dumps(blob, separators=(",", ":")))
