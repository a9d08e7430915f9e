"""`tagging benchmark paired`: cold start and warm CPU of `tag_mail` here, relative to another checkout, in turns."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from benchmarks.options import AsJson
from benchmarks.report import report
from benchmarks.speed.cold import MAIL, Installed, WithPointer, layer_of, mail_function, with_models
from benchmarks.speed.harness import event_of
from benchmarks.speed.instructions import can_count, instruction_figures
from benchmarks.speed.running_function import NoStart, Spent, can_measure, cold_start, running
from benchmarks.speed.versions import models_of
from tagging.cli.project import root
from tagging.local import Function, StubAws
from tagging.serving import REFRESH_S

WARM_UP = 5
"""Events of a process before those that are measured: they open connections and fill caches."""
DRAWS = 2000
Against = Annotated[Path, typer.Option(metavar="DIR", help="The other checkout; this interpreter runs both.")]
Pair = tuple[Spent, Spent]
"""Here, then the other checkout."""


def paired(
    against: Against,
    rounds: Annotated[int, typer.Option(min=1, help="Cold starts of each.")] = 31,
    processes: Annotated[int, typer.Option(min=1, help="Warm processes of each, one after another.")] = 9,
    events: Annotated[int, typer.Option(min=1, help="Mails that each warm process tags, in turns.")] = 40,
    mails: Annotated[int, typer.Option(min=1, help="In each event.")] = 1,
    pointer: WithPointer = False,
    features: Annotated[bool, typer.Option("--features", help="Here, a feature log is written.")] = False,
    shadows: Annotated[int, typer.Option(min=0, max=2, help="With --pointer: shadows that predict, too.")] = 0,
    installed: Installed = False,
    bundle: Annotated[Path | None, typer.Option(metavar="DIR", help="Here, instead of the shipped bundle.")] = None,
    instructions: Annotated[
        bool, typer.Option("--instructions", help="Count instructions by Valgrind instead: slow, but without noise.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Cold start and warm CPU of tag_mail here, divided by those of another checkout; both as deployed.

    Cold: the ratio of medians, with its 95 % interval (bootstrap over rounds). Warm: the ratio of medians in each pair
    of processes; its median, lowest and highest. With `--pointer`, only this checkout reads one, for every event: there
    are two seconds between events. `--against .` compares this checkout with itself without pointer and features.
    """
    if why := can_measure() or (can_count() if instructions else None):
        raise typer.BadParameter(why)
    projects = (root(), against.absolute())
    if not (projects[1] / "functions/tag_mail.py").is_file():
        raise typer.BadParameter(f"{against} is no checkout of this project: it has no functions/tag_mail.py")
    if shadows and not pointer:
        raise typer.BadParameter("--shadows goes with --pointer, which names them")
    if bundle is not None:
        bundle = bundle.absolute()
    documents = models_of(bundle or root() / "layers/mail_model/bundle", shadows) if pointer else {}
    with closing(StubAws(MAIL, documents=documents)) as aws:
        layers = [None if installed else layer_of("tag_mail", project) for project in projects]
        bundles = [project / "layers/mail_model/bundle" for project in projects]
        bundles[0] = bundle or bundles[0]
        here, there = (mail_function(aws.endpoint, *place) for place in zip(bundles, layers, projects, strict=True))
        here = with_models(here) if pointer else here
        if features:
            here = replace(here, environment={**here.environment, "LEARNING_BUCKET": "learning"})
        events_of = WarmEvents(event_of(mails), events, REFRESH_S if pointer else 0.0)
        try:
            if instructions:
                figures = instruction_figures(here, there, aws.endpoint, events_of.event, events)
            else:
                cold = cold_pairs(here, there, aws, rounds)
                warm = [warm_pairs(here, there, aws, events_of, here_first=bool(n % 2)) for n in range(processes)]
                figures = cold_figures(cold) | warm_figures(warm) | {"rounds": rounds, "processes": processes}
        except NoStart as error:
            raise typer.BadParameter(str(error)) from None
    figures |= {"events": events, "mails": mails, "pointer": pointer}
    figures |= {"features": features, "shadows": shadows}
    figures["load_average"] = os.getloadavg()[0]
    report(f"paired: here relative to {against}", figures, as_json)


@dataclass(frozen=True)
class WarmEvents:
    """What each warm process gets: an event so many times, with a pause before each turn of both."""

    event: Mapping[str, Any]
    count: int
    pause_s: float = 0.0


def cold_pairs(here: Function, there: Function, aws: StubAws, rounds: int) -> list[Pair]:
    """Start to first response of both, `rounds` times, alternating which goes first. Raises NoStart."""
    spent: dict[bool, list[Spent]] = {True: [], False: []}
    for number in range(rounds + 1):
        for is_here in (True, False) if number % 2 else (False, True):
            start = cold_start(here if is_here else there, aws, event_of(1))
            if number:  # the first start loads files into the page cache and writes bytecode
                spent[is_here].append(Spent(start.init + start.answer, start.init_cpu + start.answer_cpu))
    return list(zip(spent[True], spent[False], strict=True))


def warm_pairs(here: Function, there: Function, aws: StubAws, events: WarmEvents, *, here_first: bool) -> list[Pair]:
    """One event at a time through a process of each, in turns. Raises NoStart."""
    spent: dict[bool, list[Spent]] = {True: [], False: []}
    order = (here_first, not here_first)
    with ExitStack() as stack:
        started = {is_here: stack.enter_context(running(here if is_here else there, aws.endpoint)) for is_here in order}
        for number in range(WARM_UP + events.count):
            time.sleep(events.pause_s)
            for is_here in order if number % 2 else reversed(order):
                answered = started[is_here].answer(events.event)
                if number >= WARM_UP:
                    spent[is_here].append(answered)
    return list(zip(spent[True], spent[False], strict=True))


def cold_figures(pairs: Sequence[Pair]) -> dict[str, object]:
    """Medians in milliseconds, and the ratio of medians with its 95 % interval: wall time, then CPU time."""
    figures: dict[str, object] = {}
    for clock in ("wall", "cpu"):
        times = np.array([[getattr(spent, clock) for spent in pair] for pair in pairs])
        draws = np.random.default_rng(0).integers(len(times), size=(DRAWS, len(times)))
        here, there = np.median(times, axis=0)
        drawn = np.median(times[draws], axis=1)
        low, high = np.percentile(drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
        figures |= {f"cold_{clock}_ms_here": float(here), f"cold_{clock}_ms_there": float(there)}
        figures |= {f"cold_{clock}_ratio": float(here / there), f"cold_{clock}_interval": _range(low, high)}
    return figures


def warm_figures(runs: Sequence[Sequence[Pair]]) -> dict[str, object]:
    """Median CPU milliseconds of one event, and the ratio over pairs of processes."""
    medians = [[statistics.median(spent.cpu for spent in side) for side in zip(*pairs, strict=True)] for pairs in runs]
    ratios = [here / there for here, there in medians]
    here, there = (statistics.median(side) for side in zip(*medians, strict=True))
    return {
        "warm_cpu_ms_here": here,
        "warm_cpu_ms_there": there,
        "warm_cpu_ratio": statistics.median(ratios),
        "warm_cpu_range": _range(min(ratios), max(ratios)),
    }


def _range(low: float, high: float) -> str:
    return f"{low:.3f} to {high:.3f}"
