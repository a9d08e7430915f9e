"""`tagging benchmark memory`: peak memory of the handler on large mails."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

from benchmarks.options import AsJson
from benchmarks.report import report
from benchmarks.speed.harness import SENTENCES, StubClients, event_of, load_shipped_tagger, service_on
from benchmarks.usage import in_own_process, peak_mb
from tagging.aws import client_at

MEMORY_BOUND_MB = 250
"""Peak of the process, mails of up to 1 MB."""


def memory(megabytes: float = 1.0, as_json: AsJson = False) -> None:
    """Peak memory of a process that tags batches of large mails."""
    program = f"from benchmarks.speed.memory import serve_large; serve_large({megabytes})"
    report("memory: peak of the handler's process", in_own_process(program), as_json)


def serve_large(megabytes: float) -> None:
    """The process that `memory` measures; prints JSON."""
    clients = [client_at("http://127.0.0.1:9", "eu-west-1", name) for name in ("s3", "sqs", "dynamodb")]
    tagger = load_shipped_tagger()
    started = peak_mb()
    for mail in large_mails(int(megabytes * 1_000_000)):
        with service_on(StubClients(mail), tagger) as service:
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
