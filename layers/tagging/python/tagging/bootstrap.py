"""Builds the service of one deployed function from its environment, its clients and its bundle."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from tagging.aws import CONNECTIONS, make_clients
from tagging.intake import Inline, Kind, ObjectStore
from tagging.item import Item
from tagging.model import Bundle
from tagging.service import TagService
from tagging.start import Start
from tagging.store import LabelTable, TicketQueue
from tagging.taxonomy import Taxonomy
from tagging.telemetry import Metrics, make_logger


def wire(
    function: str, kind: Kind, reader: Callable[[Bundle], Callable[[Kind, bytes | Inline], Item]], start: Start
) -> TagService:
    """Build the service of a function. `reader` returns the function that reads items for a bundle.

    `kind` is the kind of objects whose event does not name one. Raises BundleError.
    """
    settings, clients = start.settings, make_clients()
    tagger = start.tagger.result()
    return TagService(
        kind=kind,
        tagger=tagger,
        read=reader(tagger.bundle),
        objects=ObjectStore(clients.s3, settings.object_bytes, settings.in_flight_bytes),
        table=LabelTable(
            clients.dynamodb,
            settings.label_table,
            handler=f"{function}:{settings.aws_lambda_function_version}",
            quarantine_days=settings.quarantine_days,
        ),
        tickets=TicketQueue(clients.sqs, settings.ticket_queue_url),
        metrics=Metrics(
            settings.metrics_namespace, function, labels_alone(settings.label_metrics, tagger.bundle.taxonomy)
        ),
        logger=make_logger(function, settings.log_level, bundle=tagger.bundle.version.heads),
        threads=ThreadPoolExecutor(CONNECTIONS),
    )


def labels_alone(which: Literal["all", "critical"], taxonomy: Taxonomy) -> frozenset[str] | None:
    """Ids of the labels that are published as separate metrics; None: all."""
    if which == "all":
        return None
    return frozenset(id for id, label in taxonomy.labels.items() if label.critical)
