"""The service of `tag_mail` on stub clients without latency, with the mails and events that benchmarks give it."""

from __future__ import annotations

import io
import json
import os
import time
from bisect import bisect_left
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from benchmarks.options import shipped_bundle
from tagging.aws import CONNECTIONS, Clients
from tagging.bootstrap import build_service
from tagging.mail import mail_reader, parse_mail
from tagging.model import Tagger, TextEncoder
from tagging.service import TagService
from tagging.settings import Settings
from tagging.start import load_bundle
from tagging.telemetry import make_logger

SENTENCES = (
    "Hello, I am writing about my current account.",
    "Yesterday I tried to pay in a shop and my debit card was refused twice.",
    "The balance that the app shows is also wrong, a transfer from last week is missing.",
    "Could you please check what happened and tell me how long it takes to get this fixed?",
    "I also want to know whether there is a fee when I withdraw money abroad.",
    "If the card is broken, please send me a new one to my home address.",
    "Thank you and kind regards",
)
HEADERS = "From: a@example.com\r\nTo: b@example.com\r\nSubject: Card and balance\r\n\r\n"


def mail_of(tokens: int, encoder: TextEncoder) -> bytes:
    """A plain mail whose subject and text have this many word pieces, up to the sequence length."""
    words = " ".join(SENTENCES * (1 + tokens // 100)).split(" ")

    def pieces(count: int) -> int:
        return len(encoder.pieces(parse_mail((HEADERS + " ".join(words[:count])).encode()).full_text))

    count = bisect_left(range(1, len(words)), tokens, key=pieces)
    return (HEADERS + " ".join(words[: count + 1])).encode()


class StubClients:
    """Stands for the three clients: every call waits `delay_s` and succeeds."""

    def __init__(self, mail: bytes, delay_s: float = 0.0) -> None:
        self._mail = mail
        self._delay_s = delay_s

    def get_object(self, **_: Any) -> dict[str, Any]:
        """The mail, for any key."""
        time.sleep(self._delay_s)
        return {"Body": io.BytesIO(self._mail), "ContentLength": len(self._mail)}

    def put_item(self, **_: Any) -> dict[str, Any]:
        """Success."""
        time.sleep(self._delay_s)
        return {}

    update_item = put_item
    send_message_batch = put_item


@contextmanager
def service_on(stub: Any, tagger: Tagger) -> Iterator[TagService]:
    """A service as functions/tag_mail.py builds it, with `stub` as all its clients; its output is thrown away."""
    settings = Settings(stage="benchmark", label_table="table", ticket_queue_url="queue")
    with Path(os.devnull).open("w") as devnull, redirect_stdout(devnull), ThreadPoolExecutor(CONNECTIONS) as threads:
        service = build_service("tag_mail", settings, Clients(stub, stub, stub), tagger, mail_reader)
        yield replace(service, logger=make_logger(f"benchmark-{id(stub)}", "INFO"), threads=threads)


def event_of(mails: int) -> dict[str, Any]:
    """An SQS event of that many messages, each with the notification of one object."""
    records = []
    for number in range(mails):
        stored = {"key": f"{number}.eml", "size": 1000, "eTag": "e", "versionId": f"v{number}", "sequencer": "0A"}
        record = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put"}
        body = {"Records": [record | {"s3": {"bucket": {"name": "mails"}, "object": stored}}]}
        records.append({"eventSource": "aws:sqs", "messageId": str(number), "body": json.dumps(body)})
    return {"Records": records}


def load_shipped_tagger() -> Tagger:
    """The shipped mail bundle, on one thread as in Lambda."""
    return load_bundle(shipped_bundle(), packs=["all"], threads=1)
