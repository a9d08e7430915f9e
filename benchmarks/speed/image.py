"""`tagging benchmark image`: time and memory of decoding an image, of the worst inputs, and of encoder and heads."""

from __future__ import annotations

import io
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from PIL import Image as pil

from benchmarks.options import AsJson
from benchmarks.report import report
from benchmarks.speed.worst_images import worst_images
from benchmarks.usage import cpu_ms, in_own_process, peak_mb
from tagging.aws import client_at
from tagging.budget import reading_budget
from tagging.image import ImageLimits, decode_image, image_reader
from tagging.quarantine import Quarantined
from tagging.start import load_bundle

SIZE = 192
"""Side of the encoder's input in pixels, where no bundle sets it."""
Bundle = Annotated[Path | None, typer.Option(help="An image bundle, to measure its encoder and heads too.")]


def image(bundle: Bundle = None, rounds: int = 15, as_json: AsJson = False) -> None:
    """CPU of decoding a 12-megapixel JPEG relative to Pillow, peak memory of the worst inputs, encoder and heads."""
    data = photo(4000, 3000)
    ours, pillows = [], []
    for _ in range(rounds):  # in turns, so that noise affects both
        ours.append(cpu_ms(lambda: decode_image(data, SIZE)))
        pillows.append(cpu_ms(lambda: decode_in_full(data)))
    figures: dict[str, object] = {
        "photo_bytes": len(data),
        "decode_ms": statistics.median(ours),
        "full_pillow_decode_ms": statistics.median(pillows),
        "of_a_full_decode": statistics.median(ours) / statistics.median(pillows),
    }
    if bundle is not None:
        tagger = load_bundle(bundle, threads=1)
        decoded = image_reader(tagger.bundle)("image", data)
        figures["encoder_and_heads_ms"] = statistics.median(cpu_ms(lambda: tagger.tag(decoded)) for _ in range(rounds))
    report("image: CPU of one 12-megapixel JPEG, medians; peak memory of a process", figures | peaks(bundle), as_json)


def photo(width: int, height: int) -> bytes:
    """A JPEG like a phone's: light over a scene, a little noise, quality 90."""
    noise = np.random.default_rng(4)
    light = np.add.outer(np.linspace(0, 90, height), np.linspace(30, 120, width))
    objects = 40 * (np.sin(np.arange(width) / 97)[None] * np.sin(np.arange(height) / 61)[:, None] > 0.3)
    grey = light + objects + noise.normal(0, 4, (height, width))
    pixels = np.stack([grey + 20, grey, grey - 15], axis=-1).clip(0, 255).astype(np.uint8)
    out = io.BytesIO()
    pil.fromarray(pixels).save(out, "JPEG", quality=90)
    return out.getvalue()


def decode_in_full(data: bytes) -> object:
    """Plain Pillow: decode every pixel, then resize."""
    return np.asarray(pil.open(io.BytesIO(data)).convert("RGB").resize((SIZE, SIZE), pil.Resampling.BICUBIC))


def peaks(bundle: Path | None) -> dict[str, object]:
    """Peak resident memory in MB over the worst inputs, each decoded in a process of its own."""
    program = "from benchmarks.speed.image import decode_file; import sys; decode_file(*sys.argv[1:])"
    peak_of: dict[str, float] = {}
    outcome_of: dict[str, str] = {}
    over_budget: list[str] = []
    cpu_of: dict[str, float] = {}
    started = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for name, data in worst_images(ImageLimits()):
            path = Path(folder, name)
            path.write_bytes(data)
            figures = in_own_process(program, str(path), *([str(bundle)] if bundle else []))
            path.unlink()
            budget = reading_budget(len(data)).cpu_seconds
            if figures["cpu_s"] > budget:
                over_budget.append(f"{name}: {figures['cpu_s']:.2f} s of {budget:.2f}")
            cpu_of[name] = figures["cpu_s"] / budget
            peak_of[name], outcome_of[name] = figures["peak_mb"], figures["outcome"]
            started = max(started, figures["started_mb"])
    worst = max(peak_of, key=peak_of.__getitem__)
    return {
        "started_mb": started,
        "peak_mb": peak_of[worst],
        "peak_input": worst,
        "most_of_its_cpu_budget": max(cpu_of.values()),
        "over_cpu_budget": ", ".join(over_budget) or "none",
        **{f"peak_{name}_mb": peak for name, peak in peak_of.items()},
        "refused": ", ".join(f"{name}: {reason}" for name, reason in outcome_of.items() if reason != "tagged"),
    }


def decode_file(path: str, bundle: str | None = None) -> None:
    """The process that `peaks` measures: one file, with the function's clients and bundle loaded; prints JSON."""
    clients = [client_at("http://127.0.0.1:9", "eu-west-1", name) for name in ("s3", "sqs", "dynamodb")]
    tagger = load_bundle(Path(bundle), threads=1) if bundle else None
    data = Path(path).read_bytes()
    started = peak_mb()
    outcome, begin = "tagged", time.process_time()
    try:
        if tagger is None:
            decode_image(data, SIZE)
        else:
            tagger.tag(image_reader(tagger.bundle)("image", data))
    except Quarantined as error:
        outcome = error.reason
    cpu_s = time.process_time() - begin
    print(
        json.dumps(
            {"clients": len(clients), "started_mb": started, "peak_mb": peak_mb(), "outcome": outcome, "cpu_s": cpu_s}
        )
    )
