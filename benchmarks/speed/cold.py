"""`tagging benchmark cold`: init and first answer of `tag_mail` as deployed, beside a floor that cannot be avoided."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.report import report
from benchmarks.speed.cold_start import ColdStart, NoStart, can_measure, cold_start, handler_function, import_times
from benchmarks.speed.handler import SENTENCES, AsJson, event_of
from benchmarks.speed.running_function import running
from tagging.cli.project import root
from tagging.local import Function, StubAws
from tagging.settings import Settings

MAIL = ("From: a@example.com\r\nTo: b@example.com\r\nSubject: Card and balance\r\n\r\n" + " ".join(SENTENCES)).encode()
FLOOR = "benchmarks/peers/handlers"
Bundle = Annotated[Path | None, typer.Option(metavar="DIR", help="The shipped bundle if left out.")]
Installed = Annotated[
    bool, typer.Option("--installed", help="tag_mail finds its packages where everything here does, not in its layer.")
]
Imports = Annotated[bool, typer.Option("--imports", help="What each package costs at import, too.")]


@dataclass(frozen=True)
class Starts:
    """Cold starts of the floor and of ours, taken in turns."""

    floor: Sequence[ColdStart]
    ours: Sequence[ColdStart]

    def figures(self) -> dict[str, object]:
        """Medians in milliseconds, and ours over the floor's: wall time, then CPU time."""
        found: dict[str, object] = {}
        ratios: dict[str, object] = {}
        for kind, suffix in (("wall", ""), ("cpu", "_cpu")):
            sums = {}
            for name, starts in (("floor", self.floor), ("tag_mail", self.ours)):
                init = [getattr(each, f"init{suffix}") for each in starts]
                answer = [getattr(each, f"answer{suffix}") for each in starts]
                sums[name] = statistics.median(map(sum, zip(init, answer, strict=True)))
                found[f"{name}_init_{kind}_ms"] = statistics.median(init)
                found[f"{name}_first_answer_{kind}_ms"] = statistics.median(answer)
                found[f"{name}_{kind}_ms"] = sums[name]
            ratios[f"{kind}_of_floor"] = sums["tag_mail"] / sums["floor"]
        calls = {"floor_calls": " ".join(self.floor[0].calls), "tag_mail_calls": " ".join(self.ours[0].calls)}
        return found | ratios | calls


def cold(
    rounds: int = 11,
    bundle: Bundle = None,
    installed: Installed = False,
    imports: Imports = False,
    as_json: AsJson = False,
) -> None:
    """Cold start of tag_mail, on its layer as built, beside a floor that cannot be avoided.

    The floor imports numpy, onnxruntime and tokenizers, opens the encoder, makes boto3's clients of S3, SQS and
    DynamoDB, and makes the same calls for its first mail.

    And what the started process burns while it waits for its next event: threads that spin would show there.
    """
    if why := can_measure():
        raise typer.BadParameter(why)
    served = bundle or root() / "layers/mail_model/bundle"
    with closing(StubAws(MAIL)) as aws:
        floor, ours = functions_on(aws.endpoint, served.absolute(), None if installed else layer_of("tag_mail"))
        try:
            starts = measure(floor, ours, aws, rounds)
            idle = idle_cpu(ours, aws)
            spent = import_times(ours, aws.endpoint) if imports else {}
        except NoStart as error:
            raise typer.BadParameter(str(error)) from None
    figures = (
        starts.figures()
        | {"tag_mail_idle_cpu_ms_a_second": idle, "rounds": rounds, "load_average": os.getloadavg()[0]}
        | import_figures(spent)
    )
    report("cold: start to first answer, medians", figures, as_json)


def functions_on(endpoint: str, bundle: Path, layer: Path | None = None) -> tuple[Function, Function]:
    """The floor, told where its things are, and tag_mail as deployed; `layer`: where ours finds its packages first."""
    settings = Settings(
        stage="benchmark", label_table="labels", ticket_queue_url=f"{endpoint}/0/tickets.fifo", bundle=str(bundle)
    )
    environment = settings.to_env()
    plain = {name: environment[name] for name in ("BUNDLE", "LABEL_TABLE", "TICKET_QUEUE_URL")}
    packages = {"PYTHONPATH": str(layer / "python")} if layer else {}
    floor = handler_function("floor.handler", root() / FLOOR, plain)
    return floor, handler_function("tag_mail.handler", root() / "functions", environment | packages)


def layer_of(function: str) -> Path:
    """The function's runtime layer as built, but for this machine; a process of its own: it is the project's."""
    words = [sys.executable, "-m", "layers.runtime.here", function]
    done = subprocess.run(words, cwd=root(), capture_output=True, text=True)
    if done.returncode:
        raise typer.BadParameter(f"{done.stderr.strip()}; --installed measures without it")
    return Path(done.stdout.strip())


def measure(floor: Function, ours: Function, aws: StubAws, rounds: int, *, warm_up: bool = True) -> Starts:
    """Start both in turns, each first every other time, so that a noisy moment meets both. Raises NoStart."""
    event: Mapping[str, Any] = event_of(1)
    found: dict[str, list[ColdStart]] = {floor.name: [], ours.name: []}
    if warm_up:  # files into the page cache, bytecode written
        for function in (floor, ours):
            cold_start(function, aws, event)
    for number in range(rounds):
        for function in (floor, ours) if number % 2 else (ours, floor):
            found[function.name].append(cold_start(function, aws, event))
    return Starts(found[floor.name], found[ours.name])


def idle_cpu(function: Function, aws: StubAws, seconds: float = 2.0) -> float:
    """CPU time that a started function takes between events, in milliseconds a second. Raises NoStart."""
    with running(function, aws.endpoint) as started:
        for _ in range(3):
            started.answer(event_of(1))
        return started.idle(seconds)


def import_figures(spent: Mapping[str, float], most: int = 15) -> dict[str, object]:
    """The dearest packages, as figures."""
    return {f"import_{package}_ms": milliseconds for package, milliseconds in list(spent.items())[:most]}
