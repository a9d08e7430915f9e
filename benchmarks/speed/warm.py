"""`tagging benchmark warm` and `batch`: time of a running handler compared with its model alone, with stub clients."""

from __future__ import annotations

import statistics
from typing import Annotated

import typer

from benchmarks.options import AsJson
from benchmarks.report import report
from benchmarks.speed.harness import StubClients, event_of, load_shipped_tagger, mail_of, service_on
from benchmarks.usage import cpu_ms, in_own_process, wall_ms
from tagging.item import Mail
from tagging.mail import parse_mail
from tagging.model import Tagger, TextEncoder, mail_sentences

WARM_BOUND = 1.15
"""CPU of the whole handler for one mail, divided by the CPU of its tokeniser and encoder."""
BATCH_BOUND, BATCH_BOUND_MS = 1.3, 100
"""Bound on a batch of ten at 20 ms an AWS call: factor on its inference, plus milliseconds."""


def warm(
    tokens: int = 128,
    rounds: Annotated[int, typer.Option(min=1, help="Mails in each process.")] = 40,
    processes: Annotated[int, typer.Option(min=1, help="Processes, one after another.")] = 7,
    as_json: AsJson = False,
) -> None:
    """CPU of the whole handler for one mail, with stub clients, compared with tokeniser and encoder alone.

    Both run on the same encoder in the same process, alternately. Memory is laid out anew in each process.
    """
    program = f"import json; from benchmarks.speed.warm import measure; print(json.dumps(measure({tokens}, {rounds})))"
    runs = [in_own_process(program) for _ in range(processes)]
    ratios = [run["handler_ms"] / run["tokeniser_and_encoder_ms"] for run in runs]
    figures: dict[str, object] = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    figures |= {
        "of_tokeniser_and_encoder": statistics.median(ratios),
        "lowest_process": min(ratios),
        "highest_process": max(ratios),
        "bound": WARM_BOUND,
        "processes": processes,
        "rounds": rounds,
    }
    report("warm: CPU of one mail, medians", figures, as_json)


def measure(tokens: int, rounds: int) -> dict[str, float]:
    """Medians of CPU milliseconds for one mail: the handler, and its encoder on the same texts, in turns."""
    tagger = load_shipped_tagger()
    encoder = tagger.bundle.encoder
    assert isinstance(encoder, TextEncoder)
    data = mail_of(tokens, encoder)
    mail, event = parse_mail(data), event_of(1)
    texts = encoded_texts(mail, tagger)
    handler, encoding = [], []
    with service_on(StubClients(data), tagger) as service:
        for _ in range(rounds):
            handler.append(cpu_ms(lambda: service.handle(event, lambda: 30.0)))
            encoding.append(cpu_ms(lambda: [encoder.encode(text) for text in texts]))
    return {
        "tokens": len(encoder.pieces(mail.full_text)),
        "texts": len(texts),
        "handler_ms": statistics.median(handler),
        "tokeniser_and_encoder_ms": statistics.median(encoding),
    }


def encoded_texts(mail: Mail, tagger: Tagger) -> list[str]:
    """The texts of a mail that the bundle's pooling encodes: its sentences, its full text, or both."""
    aggregate = tagger.bundle.manifest.aggregate
    sentences = [mail.full_text[start:end] for start, end in mail_sentences(mail.full_text, len(mail.subject))]
    return [*(sentences if aggregate != "whole" else []), *([mail.full_text] if aggregate != "sentences" else [])]


def batch(mails: int = 10, delay_ms: float = 20.0, rounds: int = 20, as_json: AsJson = False) -> None:
    """Wall time of one batch when every AWS call takes `delay-ms`, compared with its inference alone."""
    tagger = load_shipped_tagger()
    encoder = tagger.bundle.encoder
    assert isinstance(encoder, TextEncoder)
    data = mail_of(128, encoder)
    mail, event = parse_mail(data), event_of(mails)
    handler, inference = [], []
    with service_on(StubClients(data, delay_ms / 1000), tagger) as service:
        for _ in range(rounds):
            handler.append(wall_ms(lambda: service.handle(event, lambda: 30.0)))
            inference.append(wall_ms(lambda: [tagger.tag(mail) for _ in range(mails)]))
    figures = {"mails": mails, "batch_ms": statistics.median(handler), "inference_ms": statistics.median(inference)}
    figures["beyond_inference_ms"] = figures["batch_ms"] - figures["inference_ms"]
    figures["bound_ms"] = BATCH_BOUND * figures["inference_ms"] + BATCH_BOUND_MS
    report(f"batch: wall time, every AWS call {delay_ms:g} ms, medians", figures, as_json)
