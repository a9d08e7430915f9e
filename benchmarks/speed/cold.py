"""`tagging benchmark cold`: init and first response of `tag_mail` as deployed, relative to a minimal handler."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.options import AsJson, Bundle, shipped_bundle
from benchmarks.report import report
from benchmarks.speed.harness import HEADERS, SENTENCES, event_of
from benchmarks.speed.running_function import (
    ColdStart,
    NoStart,
    can_measure,
    cold_start,
    handler_function,
    python_path,
    running,
)
from benchmarks.speed.versions import MODELS_BUCKET, models_of
from tagging.cli.project import root
from tagging.local import Function, Runtime, StubAws
from tagging.settings import Settings

MAIL = (HEADERS + " ".join(SENTENCES)).encode()
MINIMAL_HANDLER = "benchmarks/peers/handlers"
"""Folder of floor.py."""
_IMPORT = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+([\w.]+)$", re.M)
"""A line of `python -X importtime`: microseconds in the module itself, microseconds with its imports, its name."""
Installed = Annotated[
    bool, typer.Option("--installed", help="tag_mail uses the packages installed here, not those of its layer.")
]
WithPointer = Annotated[
    bool, typer.Option("--pointer", help="A pointer names another version of the bundle than the layer's.")
]
Imports = Annotated[bool, typer.Option("--imports", help="Import time of each package, too.")]


@dataclass(frozen=True)
class Starts:
    """Cold starts of the minimal handler and of tag_mail, measured in turns."""

    floor: Sequence[ColdStart]
    ours: Sequence[ColdStart]

    def figures(self) -> dict[str, object]:
        """Medians in milliseconds, and the ratios of ours to the floor's: wall time, then CPU time."""
        medians: dict[str, object] = {}
        ratios: dict[str, object] = {}
        for kind, suffix in (("wall", ""), ("cpu", "_cpu")):
            sums = {}
            for name, starts in (("floor", self.floor), ("tag_mail", self.ours)):
                init = [getattr(start, f"init{suffix}") for start in starts]
                answer = [getattr(start, f"answer{suffix}") for start in starts]
                sums[name] = statistics.median(map(sum, zip(init, answer, strict=True)))
                medians[f"{name}_init_{kind}_ms"] = statistics.median(init)
                medians[f"{name}_first_answer_{kind}_ms"] = statistics.median(answer)
                medians[f"{name}_{kind}_ms"] = sums[name]
            ratios[f"{kind}_of_floor"] = sums["tag_mail"] / sums["floor"]
        calls = {"floor_calls": " ".join(self.floor[0].calls), "tag_mail_calls": " ".join(self.ours[0].calls)}
        return medians | ratios | calls


def cold(
    rounds: int = 11,
    bundle: Bundle = None,
    installed: Installed = False,
    pointer: WithPointer = False,
    imports: Imports = False,
    as_json: AsJson = False,
) -> None:
    """Cold start of tag_mail, on its layer as built, relative to a minimal handler (the floor).

    The floor imports numpy, onnxruntime and tokenizers, opens the encoder, makes boto3's clients of S3, SQS and
    DynamoDB, and makes the same calls for its first mail.

    Also prints the CPU time of the started process while it waits for its next event, which shows spinning threads.
    """
    if why := can_measure():
        raise typer.BadParameter(why)
    folder = (bundle or shipped_bundle()).absolute()
    documents = models_of(folder) if pointer else {}
    with closing(StubAws(MAIL, documents=documents)) as aws:
        floor, ours = functions_on(aws.endpoint, folder, None if installed else layer_of("tag_mail", root()))
        if pointer:
            floor, ours = with_models(floor, documents), with_models(ours)
        try:
            starts = measure(floor, ours, aws, rounds)
            idle = idle_cpu(ours, aws)
            import_ms = import_times(ours, aws.endpoint) if imports else {}
        except NoStart as error:
            raise typer.BadParameter(str(error)) from None
    figures = (
        starts.figures()
        | {"tag_mail_idle_cpu_ms_a_second": idle, "rounds": rounds, "load_average": os.getloadavg()[0]}
        | {f"import_{package}_ms": milliseconds for package, milliseconds in list(import_ms.items())[:15]}
    )
    report("cold: start to first answer, medians", figures, as_json)


def functions_on(endpoint: str, bundle: Path, layer: Path | None = None) -> tuple[Function, Function]:
    """The minimal handler and tag_mail as deployed, with AWS at `endpoint`; `layer` as in `mail_function`."""
    ours = mail_function(endpoint, bundle, layer, root())
    minimal = {name: ours.environment[name] for name in ("BUNDLE", "LABEL_TABLE", "TICKET_QUEUE_URL")}
    return handler_function("floor.handler", root() / MINIMAL_HANDLER, minimal), ours


def with_models(function: Function, documents: Collection[str] = ()) -> Function:
    """The function with a bucket of models; the minimal handler reads all `documents` of it with its first event."""
    prefix = f"/{MODELS_BUCKET}/"
    keys = json.dumps([path.removeprefix(prefix) for path in documents])
    return replace(function, environment={**function.environment, "MODELS_BUCKET": MODELS_BUCKET, "MODELS": keys})


def mail_function(endpoint: str, bundle: Path, layer: Path | None, project: Path) -> Function:
    """tag_mail of a checkout of this project; `layer`: its runtime layer, None for the packages installed here."""
    settings = Settings(
        stage="benchmark", label_table="labels", ticket_queue_url=f"{endpoint}/0/tickets.fifo", bundle=str(bundle)
    )
    environment = settings.to_env() | python_path(project, layer)
    return handler_function("tag_mail.handler", project / "functions", environment)


def layer_of(function: str, project: Path) -> Path:
    """The function's runtime layer of a checkout, built for this machine by that checkout's own code."""
    done = subprocess.run(
        [sys.executable, "-m", "layers.runtime.here", function],
        cwd=project,
        env=os.environ | python_path(project),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise typer.BadParameter(f"{done.stderr.strip()}; --installed measures without it")
    return Path(done.stdout.strip())


def measure(floor: Function, ours: Function, aws: StubAws, rounds: int, *, warm_up: bool = True) -> Starts:
    """Start both in turns, alternating which goes first, so that noise affects both. Raises NoStart."""
    event = event_of(1)
    starts: dict[str, list[ColdStart]] = {floor.name: [], ours.name: []}
    if warm_up:  # loads files into the page cache and writes bytecode
        for function in (floor, ours):
            cold_start(function, aws, event)
    for number in range(rounds):
        for function in (floor, ours) if number % 2 else (ours, floor):
            starts[function.name].append(cold_start(function, aws, event))
    return Starts(starts[floor.name], starts[ours.name])


def idle_cpu(function: Function, aws: StubAws, seconds: float = 2.0) -> float:
    """CPU time of a started function between events, in milliseconds a second. Raises NoStart."""
    with running(function, aws.endpoint) as started:
        for _ in range(3):
            started.answer(event_of(1))
        return started.idle(seconds)


def import_times(function: Function, endpoint: str) -> dict[str, float]:
    """Milliseconds of each top-level package by itself while the handler's module is imported, largest first.

    The module's own share includes its work at import: the service is built, its bundle loaded and checked.
    """
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", f"import {function.handler.partition('.')[0]}"],
        cwd=function.code,
        env=Runtime(endpoint, Path()).environment(function, "127.0.0.1:9"),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise NoStart(f"{function.name} cannot be imported: {done.stderr.splitlines()[-1]}")
    spent: Counter[str] = Counter()
    for microseconds, module in _IMPORT.findall(done.stderr):
        spent[module.partition(".")[0]] += int(microseconds)
    return {package: microseconds / 1000 for package, microseconds in spent.most_common()}
