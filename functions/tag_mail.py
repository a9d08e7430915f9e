"""Tags the mails and texts of an intake queue: wired once when Lambda starts it, then one batch a call."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tagging.aws import CONNECTIONS, make_clients
from tagging.label_table import LabelTable
from tagging.logs import make_logger
from tagging.mail_reader import read_mail
from tagging.metrics import Metrics
from tagging.objects import ObjectStore
from tagging.service import TagService
from tagging.settings import Settings
from tagging.tagger import Tagger
from tagging.ticket_queue import TicketQueue

FUNCTION = "tag_mail"

settings = Settings.from_env()
tagger = Tagger.load(Path(settings.bundle), threads=settings.threads)
clients = make_clients()
service = TagService(
    kind="mail",
    tagger=tagger,
    read=read_mail,
    objects=ObjectStore(clients.s3, settings.object_bytes, settings.in_flight_bytes),
    table=LabelTable(clients.dynamodb, settings.label_table),
    tickets=TicketQueue(clients.sqs, settings.ticket_queue_url),
    metrics=Metrics(settings.metrics_namespace, FUNCTION),
    logger=make_logger(FUNCTION, settings.log_level, bundle=tagger.bundle.version.heads),
    threads=ThreadPoolExecutor(CONNECTIONS),
)


def handler(event: object, context: Any) -> dict[str, list[dict[str, str]]]:
    """Lambda's entry point; `context` tells the time that remains."""
    return service.handle(event, lambda: context.get_remaining_time_in_millis() / 1000)
