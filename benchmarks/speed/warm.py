"""`tagging benchmark warm` and `batch`: time of a running handler compared with its model alone, with stub clients."""

from __future__ import annotations

import os
import statistics
from operator import truediv
from typing import Annotated

import typer

from benchmarks.options import AsJson
from benchmarks.report import report
from benchmarks.speed.harness import StubClients, event_of, load_shipped_tagger, mail_of, service_on
from benchmarks.speed.module_profile import cpu_by_module
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
    modules: Annotated[bool, typer.Option("--modules", help="CPU of each module inside the handler, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """CPU of the whole handler for one mail, with stub clients, relative to tokeniser and encoder alone.

    Both use the same encoder in the same process, in turns; the ratio is the median over processes, since memory is
    laid out anew in each.
    """
    program = f"import json; from benchmarks.speed.warm import measure; print(json.dumps(measure({tokens}, {rounds})))"
    runs = [in_own_process(program) for _ in range(processes)]
    medians = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    ratios = [run["of_tokeniser_and_encoder"] for run in runs]
    figures: dict[str, object] = medians | {"lowest_process": min(ratios), "highest_process": max(ratios)}
    figures["bound_ms"] = WARM_BOUND * medians["tokeniser_and_encoder_ms"]
    figures |= {"processes": processes, "rounds": rounds, "load_average": os.getloadavg()[0]}
    report("warm: CPU of one mail, medians", figures | (profile(tokens, rounds) if modules else {}), as_json)


def measure(tokens: int, rounds: int) -> dict[str, float]:
    """Medians of CPU milliseconds for one mail: the handler, its encoder on the same texts, their ratio in a turn."""
    tagger = load_shipped_tagger()
    encoder = text_encoder(tagger)
    data = mail_of(tokens, encoder)
    mail, event = parse_mail(data), event_of(1)
    texts = encoded_texts(mail, tagger)
    handler, encoding, full = [], [], []
    with service_on(StubClients(data), tagger) as service:
        for _ in range(rounds):
            handler.append(cpu_ms(lambda: service.handle(event, lambda: 30.0)))
            encoding.append(cpu_ms(lambda: [encoder.encode(text) for text in texts]))
            full.append(cpu_ms(lambda: encoder.encode(mail.full_text)))
    return {
        "tokens": len(encoder.pieces(mail.full_text)),
        "texts": len(texts),
        "handler_ms": statistics.median(handler),
        "tokeniser_and_encoder_ms": statistics.median(encoding),
        "encoder_on_the_whole_text_ms": statistics.median(full),
        "of_tokeniser_and_encoder": statistics.median(map(truediv, handler, encoding)),
    }


def profile(tokens: int, rounds: int) -> dict[str, object]:
    """CPU milliseconds of each module for one mail, inside the handler."""
    tagger = load_shipped_tagger()
    data, event = mail_of(tokens, text_encoder(tagger)), event_of(1)
    with service_on(StubClients(data), tagger) as service:
        service.handle(event, lambda: 30.0)
        spent = cpu_by_module(lambda: service.handle(event, lambda: 30.0), rounds)
    return {f"module_{module}_ms": milliseconds for module, milliseconds in spent.items()}


def encoded_texts(mail: Mail, tagger: Tagger) -> list[str]:
    """The texts of a mail that the bundle's pooling encodes: its sentences, its full text, or both."""
    aggregate = tagger.bundle.manifest.aggregate
    sentences = [mail.full_text[start:end] for start, end in mail_sentences(mail.full_text, len(mail.subject))]
    return [*(sentences if aggregate != "whole" else []), *([mail.full_text] if aggregate != "sentences" else [])]


def text_encoder(tagger: Tagger) -> TextEncoder:
    """The encoder of a bundle for mails and texts."""
    assert isinstance(tagger.bundle.encoder, TextEncoder)
    return tagger.bundle.encoder


def batch(mails: int = 10, delay_ms: float = 20.0, rounds: int = 20, as_json: AsJson = False) -> None:
    """Wall time of one batch when every AWS call takes `delay-ms`, compared with its inference alone."""
    tagger = load_shipped_tagger()
    data = mail_of(128, text_encoder(tagger))
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
