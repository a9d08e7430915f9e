"""The one place that puts a service together: for deployed functions, tests and benchmarks."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from tagging.aws import CONNECTIONS, Clients
from tagging.feature_log import FeatureLog, LogStore
from tagging.intake import Inline, ObjectStore
from tagging.item import Item
from tagging.kinds import Kind
from tagging.model import Bundle, Tagger
from tagging.service import TagService
from tagging.serving import ModelStore, Serving
from tagging.settings import Settings
from tagging.store import LabelChangeQueue, LabelTable, TicketQueue
from tagging.taxonomy import Taxonomy
from tagging.telemetry import Metrics, make_logger

KIND_OF_OBJECTS: dict[Literal["text", "image"], Kind] = {"text": "mail", "image": "image"}
"""Kind of the objects whose event does not name one, by the kind of the bundle's encoder."""


def build_service(
    function: str,
    settings: Settings,
    clients: Clients,
    tagger: Tagger,
    reader: Callable[[Bundle], Callable[[Kind, bytes | Inline], Item]],
) -> TagService:
    """Build the service of a function. `reader` returns the function that reads items for a bundle.

    Raises BundleError if the reader does not fit the tagger's bundle.
    """
    bundle, probes = tagger.bundle, settings.probe_queue_url
    probe_queues = (TicketQueue(clients.sqs, probes, probes=True),) if probes else ()
    changes = settings.label_change_queue_url
    return TagService(
        kind=KIND_OF_OBJECTS[bundle.encoder.kind],
        serving=Serving(tagger, _models(settings, clients, bundle), threads=settings.threads),
        read=reader(bundle),
        objects=ObjectStore(clients.s3, settings.object_bytes, settings.in_flight_bytes),
        table=LabelTable(
            clients.dynamodb,
            settings.label_table,
            handler=f"{function}:{settings.aws_lambda_function_version}",
            quarantine_days=settings.quarantine_days,
            row_days=settings.row_days or None,
        ),
        outputs=(TicketQueue(clients.sqs, settings.ticket_queue_url), *probe_queues),
        metrics=Metrics(
            settings.metrics_namespace,
            function,
            labels_with_metric(settings.label_metrics, bundle.taxonomy),
            critical=bundle.taxonomy.in_use().critical_labels,
        ),
        logger=make_logger(function, settings.log_level, bundle=bundle.version.heads),
        threads=ThreadPoolExecutor(CONNECTIONS),
        log=_log(settings, clients, bundle),
        label_changes=LabelChangeQueue(clients.sqs, changes) if changes else None,
        probes=bool(probes),
    )


def _log(settings: Settings, clients: Clients, bundle: Bundle) -> FeatureLog | None:
    """The feature log of this function; None where the stage keeps nothing."""
    if not settings.learning_bucket:
        return None
    store = LogStore(clients.s3, settings.learning_bucket)
    return FeatureLog(store, KIND_OF_OBJECTS[bundle.encoder.kind], bundle.version.encoder, settings.features)


def _models(settings: Settings, clients: Clients, bundle: Bundle) -> ModelStore | None:
    """The bucket of models; None where the stage has none, and the layer's bundle serves for good."""
    if not settings.models_bucket:
        return None
    return ModelStore(clients.s3, settings.models_bucket, KIND_OF_OBJECTS[bundle.encoder.kind])


def labels_with_metric(which: Literal["all", "critical"], taxonomy: Taxonomy) -> frozenset[str]:
    """Ids of the labels with a separate metric: all of the deployed taxonomy, or its critical ones.

    Whichever versions serve later, their other labels share one metric: the number of metrics is bounded.
    """
    return frozenset(taxonomy.labels if which == "all" else taxonomy.critical_labels)
