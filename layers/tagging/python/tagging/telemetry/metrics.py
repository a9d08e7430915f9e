"""What CloudWatch is told of a batch, as embedded metric format on standard output."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit
from msgspec import Struct, field

OTHER_LABELS = "(other)"
"""What the labels that are no metric of their own are counted under; no label has this id."""


class BatchCounts(Struct, frozen=True):
    """One batch in numbers; times in milliseconds."""

    items: int = 0
    failed: int = 0
    """Messages that go back to the queue."""
    tickets: int = 0
    labels: Iterable[str] = ()
    """Each label, once per item that newly got it."""
    quarantined: Iterable[str] = ()
    """The reason of each input newly quarantined."""
    latency: Sequence[float] = ()
    """Per item, from its message on the queue to its end."""
    stages: Mapping[str, float] = field(default_factory=dict)


class Metrics:
    """Publishes to one namespace, with the function's name as the dimension `service`.

    `alone` are the labels that are metrics of their own, None all; the others are counted together.
    """

    def __init__(self, namespace: str, service: str, alone: Collection[str] | None = None) -> None:
        self._namespace = namespace
        self._service = service
        self._alone = alone
        self._blobs = EphemeralMetrics(namespace=namespace, service=service)

    def publish(self, counts: BatchCounts) -> None:
        """Print the batch's blobs; each label and reason in a blob of its own (one value of a dimension each)."""
        batch = EphemeralMetrics(namespace=self._namespace, service=self._service)
        for name, count in {
            "Items": counts.items,
            "MessagesReturned": counts.failed,
            "Tickets": counts.tickets,
        }.items():
            batch.add_metric(name=name, unit=MetricUnit.Count, value=count)
        for stage, milliseconds in counts.stages.items():
            batch.add_metric(f"Stage{stage.capitalize()}", MetricUnit.Milliseconds, round(milliseconds, 1))
        for milliseconds in counts.latency:  # Powertools begins a new blob at 100 values, EMF's limit
            batch.add_metric("Latency", MetricUnit.Milliseconds, round(milliseconds, 1))
        if batch.metric_set:
            batch.flush_metrics()
        alone = self._alone
        labels = (label if alone is None or label in alone else OTHER_LABELS for label in counts.labels)
        self._publish_each("LabelGiven", "label", labels)
        self._publish_each("Quarantined", "reason", counts.quarantined)

    def _publish_each(self, name: str, dimension: str, values: Iterable[str]) -> None:
        # Not Powertools' single_metric: it sets itself up anew for each label, which costs more than the blob.
        for value, count in Counter(values).items():
            metric = {name: {"Unit": MetricUnit.Count.value, "StorageResolution": 60, "Value": [float(count)]}}
            blob = self._blobs.serialize_metric_set(metric, {"service": self._service, dimension: value})
            print(json.dumps(blob, separators=(",", ":")))
