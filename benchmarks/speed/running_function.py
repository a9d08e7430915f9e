"""A function's process under the real `awslambdaric`, as AWS runs it: its start, its responses, its idle time."""

from __future__ import annotations

import importlib.util
import json
import os
import queue
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tagging.local import INIT_SECONDS, Function, Outcome, Request, Runtime, RuntimeApi, StubAws


class NoStart(Exception):
    """The function did not start, or did not respond to an event; the message says which and why."""


@dataclass(frozen=True)
class Spent:
    """Wall time, and CPU time of all threads of the function's process, in milliseconds."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class ColdStart:
    """One start, in milliseconds; CPU is of all threads of the function's process."""

    init: float
    """From the start of the process until it requests its first event."""
    answer: float
    """From that event until its response."""
    init_cpu: float
    answer_cpu: float
    calls: tuple[str, ...]
    """The AWS calls of its first event."""


class RunningFunction:
    """A process that has requested its first event."""

    def __init__(self, function: Function, process: subprocess.Popen[bytes], api: RuntimeApi, init: Spent) -> None:
        self.init = init
        """From the start of the process until it requested its first event."""
        self._function = function
        self._process = process
        self._api = api

    def answer(self, event: Mapping[str, Any]) -> Spent:
        """Time of one event until its response. Raises NoStart, also where a message goes back to its queue."""
        cpu, offered = _cpu_ms(self._process.pid), time.monotonic()
        deadline_ms = int((time.time() + self._function.timeout) * 1000)
        self._api.offer(Request("measured", json.dumps(event).encode(), self._function.arn, deadline_ms))
        outcome = _next_outcome(self._api, self._process, "response")
        spent = Spent((outcome.at - offered) * 1000, _cpu_ms(self._process.pid) - cpu)
        if (response := json.loads(outcome.payload)) != {"batchItemFailures": []}:
            raise NoStart(f"{self._function.name} gave its message back: {response}")
        return spent

    def idle(self, seconds: float) -> float:
        """CPU time of the process while it waits for an event, in milliseconds a second."""
        time.sleep(0.1)  # lets the last response finish: its connection, its garbage
        cpu, start = _cpu_ms(self._process.pid), time.monotonic()
        time.sleep(seconds)
        return (_cpu_ms(self._process.pid) - cpu) / (time.monotonic() - start)


def can_measure() -> str | None:
    """Why functions cannot be run here; None where they can."""
    if sys.platform != "linux":
        return "needs Linux: awslambdaric is there for no other system"
    if importlib.util.find_spec("awslambdaric") is None:
        return "needs awslambdaric: install the extra `local`"
    return None


def handler_function(handler: str, folder: Path, environment: Mapping[str, str]) -> Function:
    """The function whose `handler` (`tag_mail.handler`) is in `folder`, at the memory size of one vCPU."""
    name = handler.partition(".")[0]
    arn = f"arn:aws:lambda:eu-west-1:000000000000:function:{name}"
    return Function(name, arn, handler, folder, (), environment, timeout=60, memory=1769)


def python_path(project: Path, layer: Path | None = None) -> dict[str, str]:
    """The variable that names a function's packages: its runtime layer, if given, then the `tagging` of `project`."""
    folders = [layer / "python"] if layer else []
    return {"PYTHONPATH": os.pathsep.join(map(str, [*folders, project / "layers/tagging/python"]))}


def cold_start(function: Function, aws: StubAws, event: Mapping[str, Any]) -> ColdStart:
    """Start the function in a new process, send it one event, and end it. Raises NoStart."""
    aws.calls()  # drops the calls of an earlier process
    with running(function, aws.endpoint) as started:
        first = started.answer(event)
    return ColdStart(started.init.wall, first.wall, started.init.cpu, first.cpu, aws.calls())


@contextmanager
def running(function: Function, endpoint: str) -> Iterator[RunningFunction]:
    """Start the function in a new process, with AWS at `endpoint`, and end it afterwards. Raises NoStart."""
    with tempfile.TemporaryDirectory() as folder, Path(folder, "output").open("w+b") as output:
        api, runtime = RuntimeApi(), Runtime(endpoint, Path(folder))
        with one_processor():
            start = time.monotonic()
            process = subprocess.Popen(
                runtime.command(function, api.address),
                cwd=function.code,
                env=runtime.environment(function, api.address),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        try:
            ready = _next_outcome(api, process, "ready")
            yield RunningFunction(function, process, api, Spent((ready.at - start) * 1000, _cpu_ms(process.pid)))
        finally:
            process.kill()
            process.wait()
            api.close()


@contextmanager
def one_processor() -> Iterator[None]:
    """Processes that this thread starts inside run on one processor, which is what 1,769 MB buy in Lambda."""
    allowed = os.sched_getaffinity(0)  # of this thread; a new process inherits it
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def _next_outcome(api: RuntimeApi, process: subprocess.Popen[bytes], kind: str) -> Outcome:
    """The next outcome, which must be of this kind; skips `ready` while it waits for a response."""
    end = time.monotonic() + INIT_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            outcome = api.outcomes.get(timeout=0.2)
        except queue.Empty:
            continue
        if outcome.kind == "ready" and kind == "response":
            continue
        if outcome.kind != kind:
            raise NoStart(f"instead of a {kind}: {outcome.kind} {outcome.payload.decode('utf-8', 'replace')[:500]}")
        return outcome
    raise NoStart(f"no {kind}; the process ended with status {process.poll()}")


def _cpu_ms(process: int) -> float:
    """CPU time of a process so far, all its threads, in milliseconds."""
    # The id of the process's CPU clock, as clock_getcpuclockid(3) computes it on Linux.
    return time.clock_gettime((~process << 3) | 2) * 1000
