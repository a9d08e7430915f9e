"""`tagging benchmark warm|batch|memory`: what the handler costs beside the model, its AWS calls answered at once."""

from __future__ import annotations

import base64
import io
import json
import os
import statistics
import subprocess
import sys
import time
from bisect import bisect_left
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.clock import cpu, peak_mb, wall
from benchmarks.report import report
from tagging.aws import CONNECTIONS, client_at
from tagging.cli.project import root
from tagging.intake import ObjectStore
from tagging.item import Mail
from tagging.mail import parse_mail, read_mail
from tagging.model import Tagger, TextEncoder, load_encoder, mail_sentences
from tagging.service import TagService
from tagging.start import load_tagger
from tagging.store import LabelTable, TicketQueue
from tagging.telemetry import Metrics, make_logger

SENTENCES = (
    "Hello, I am writing about my current account.",
    "Yesterday I tried to pay in a shop and my debit card was refused twice.",
    "The balance that the app shows is also wrong, a transfer from last week is missing.",
    "Could you please check what happened and tell me how long it takes to get this fixed?",
    "I also want to know whether there is a fee when I withdraw money abroad.",
    "If the card is broken, please send me a new one to my home address.",
    "Thank you and kind regards",
)
ENCODER = "layers/mail_model/bundle/encoder"
WARM_BOUND = 1.15
"""CPU of the whole handler for one mail, of its tokeniser and encoder alone."""
BATCH_BOUND, BATCH_BOUND_MS = 1.3, 100
"""Wall time of a batch of ten at 20 ms an AWS call: this much of its inference, and so many milliseconds."""
MEMORY_BOUND_MB = 250
"""Peak of the process, mails of up to 1 MB."""
AsJson = Annotated[bool, typer.Option("--json", help="JSON, nothing else.")]
"""The option that every benchmark has."""


def mail_of(tokens: int, encoder: TextEncoder) -> bytes:
    """A plain mail whose subject and text have this many word pieces, as far as the sequence length allows."""
    head = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: Card and balance\r\n\r\n"
    words = " ".join(SENTENCES * (1 + tokens // 100)).split(" ")

    def pieces(count: int) -> int:
        return len(encoder.encode(parse_mail(head + " ".join(words[:count]).encode()).whole).pieces)

    count = bisect_left(range(1, len(words)), tokens, key=pieces)
    return head + " ".join(words[: count + 1]).encode()


class AnsweringAws:
    """Stands for the three clients: every call waits `delay_s` and succeeds."""

    def __init__(self, mail: bytes, delay_s: float = 0.0) -> None:
        self._mail = mail
        self._delay_s = delay_s

    def get_object(self, **_: Any) -> dict[str, Any]:
        """One mail, whatever is asked for."""
        time.sleep(self._delay_s)
        return {"Body": io.BytesIO(self._mail), "ContentLength": len(self._mail)}

    def put_item(self, **_: Any) -> dict[str, Any]:
        """Written."""
        time.sleep(self._delay_s)
        return {}

    update_item = put_item
    send_message_batch = put_item


@contextmanager
def service_on(aws: Any, tagger: Tagger) -> Iterator[TagService]:
    """A service wired as functions/tag_mail.py wires it, its output thrown away."""
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), ThreadPoolExecutor(CONNECTIONS) as threads:
        yield TagService(
            kind="mail",
            tagger=tagger,
            read=read_mail,
            objects=ObjectStore(aws, 40 * 1024 * 1024, 64 * 1024 * 1024),
            table=LabelTable(aws, "table"),
            tickets=TicketQueue(aws, "queue"),
            metrics=Metrics("Tagging", "tag_mail"),
            logger=make_logger(f"benchmark-{id(aws)}", "INFO"),
            threads=threads,
        )


def event_of(mails: int) -> dict[str, Any]:
    """An SQS event of that many messages, each with one object's notification."""
    records = []
    for number in range(mails):
        stored = {"key": f"{number}.eml", "size": 1000, "eTag": "e", "versionId": f"v{number}", "sequencer": "0A"}
        record = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put"}
        body = {"Records": [record | {"s3": {"bucket": {"name": "mails"}, "object": stored}}]}
        records.append({"eventSource": "aws:sqs", "messageId": str(number), "body": json.dumps(body)})
    return {"Records": records}


def warm(tokens: int = 128, rounds: int = 200, as_json: AsJson = False) -> None:
    """CPU of the whole handler for one mail, AWS calls answered at once, beside tokeniser and encoder alone."""
    tagger = load()
    texts_encoder = load_encoder(root() / ENCODER)[0]
    mail = mail_of(tokens, texts_encoder)
    parsed = parse_mail(mail)
    texts = heard_texts(parsed, tagger)
    event = event_of(1)
    handler, encoder, whole = [], [], []
    with service_on(AnsweringAws(mail), tagger) as service:
        for _ in range(rounds):  # in turns, so that a noisy moment meets all of them
            handler.append(cpu(lambda: service.handle(event, lambda: 30.0)))
            encoder.append(cpu(lambda: [texts_encoder.encode(text) for text in texts]))
            whole.append(cpu(lambda: texts_encoder.encode(parsed.whole)))
    figures = {
        "tokens": len(texts_encoder.encode(parsed.whole).pieces),
        "texts": len(texts),
        "handler_ms": statistics.median(handler),
        "tokeniser_and_encoder_ms": statistics.median(encoder),
        "encoder_on_the_whole_text_ms": statistics.median(whole),
    }
    figures["of_tokeniser_and_encoder"] = figures["handler_ms"] / figures["tokeniser_and_encoder_ms"]
    figures["bound_ms"] = WARM_BOUND * figures["tokeniser_and_encoder_ms"]
    report("warm: CPU of one mail, medians", figures, as_json)


def heard_texts(mail: Mail, tagger: Tagger) -> list[str]:
    """What the bundle has encoded of a mail: its sentences, its whole text, or both."""
    aggregate = tagger.bundle.manifest.aggregate
    sentences = [mail.whole[start:end] for start, end in mail_sentences(mail.whole, len(mail.subject))]
    return [*(sentences if aggregate != "whole" else []), *([mail.whole] if aggregate != "sentences" else [])]


def batch(mails: int = 10, delay_ms: float = 20.0, rounds: int = 20, as_json: AsJson = False) -> None:
    """Wall time of one batch when every AWS call takes `delay-ms`, beside its inference alone."""
    tagger = load()
    mail = mail_of(128, load_encoder(root() / ENCODER)[0])
    parsed = parse_mail(mail)
    event = event_of(mails)
    whole, inference = [], []
    with service_on(AnsweringAws(mail, delay_ms / 1000), tagger) as service:
        for _ in range(rounds):
            whole.append(wall(lambda: service.handle(event, lambda: 30.0)))
            inference.append(wall(lambda: [tagger.tag(parsed) for _ in range(mails)]))
    figures = {"mails": mails, "batch_ms": statistics.median(whole), "inference_ms": statistics.median(inference)}
    figures["beyond_inference_ms"] = figures["batch_ms"] - figures["inference_ms"]
    figures["bound_ms"] = BATCH_BOUND * figures["inference_ms"] + BATCH_BOUND_MS
    report(f"batch: wall time, every AWS call {delay_ms:g} ms, medians", figures, as_json)


def memory(megabytes: float = 1.0, as_json: AsJson = False) -> None:
    """Peak memory of a process that serves: start, small mails, then batches of large ones."""
    program = f"from benchmarks.speed.handler import serve_large; serve_large({megabytes})"
    out = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    report("memory: peak of the handler's process", json.loads(out.splitlines()[-1]), as_json)


def serve_large(megabytes: float) -> None:
    """What `memory` runs in a process of its own; prints JSON."""
    clients = [client_at("http://127.0.0.1:9", "eu-west-1", name) for name in ("s3", "sqs", "dynamodb")]
    tagger = load()
    started = peak_mb()
    for mail in large_mails(int(megabytes * 1_000_000)):
        with service_on(AnsweringAws(mail), tagger) as service:
            assert service.handle(event_of(10), lambda: 30.0) == {"batchItemFailures": []}
    print(
        json.dumps({"clients": len(clients), "started_mb": started, "peak_mb": peak_mb(), "bound_mb": MEMORY_BOUND_MB})
    )


def large_mails(size: int) -> Iterator[bytes]:
    """Mails of `size` bytes: plain text, HTML, and text with an attachment."""
    sentences = " ".join(SENTENCES)
    text = (sentences + "\r\n") * (size // len(sentences))
    head = "From: a@example.com\r\nSubject: Card\r\nMIME-Version: 1.0\r\n"
    yield f"{head}\r\n{text}"[:size].encode()
    yield f"{head}Content-Type: text/html\r\n\r\n<p>{text.replace('. ', '.</p><p>')}"[:size].encode()
    attached = base64.encodebytes(bytes(size * 3 // 4 - 1000)).decode()
    yield (
        f'{head}Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\n{sentences}\r\n--b\r\n'
        "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{attached}\r\n--b--\r\n"
    ).encode()


def load() -> Tagger:
    """The shipped bundle, on one thread as in Lambda."""
    return load_tagger(root() / "layers/mail_model/bundle", threads=1)
