"""A function's process under the real `awslambdaric`: started, given events, and left alone, on the clock."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tagging.local import INIT_SECONDS, Function, Outcome, Request, Runtime, RuntimeApi


class NoStart(Exception):
    """The function did not start, or did not answer an event; the message says which and why."""


@dataclass(frozen=True)
class Spent:
    """Wall time, and CPU time of all threads of the function's process, in milliseconds."""

    wall: float
    cpu: float


class RunningFunction:
    """A process that has asked for its first event."""

    def __init__(self, function: Function, process: subprocess.Popen[bytes], api: RuntimeApi, init: Spent) -> None:
        self.init = init
        """From the start of the process until it asked for its first event."""
        self._function = function
        self._process = process
        self._api = api

    def answer(self, event: Mapping[str, Any]) -> Spent:
        """What one event costs until its answer. Raises NoStart, also where a message goes back."""
        cpu, offered = _cpu_ms(self._process.pid), time.monotonic()
        deadline_ms = int((time.time() + self._function.timeout) * 1000)
        self._api.offer(Request("measured", json.dumps(event).encode(), self._function.arn, deadline_ms))
        answered = _outcome(self._api, self._process, "response")
        spent = Spent((answered.at - offered) * 1000, _cpu_ms(self._process.pid) - cpu)
        if (found := json.loads(answered.payload)) != {"batchItemFailures": []}:
            raise NoStart(f"{self._function.name} gave its message back: {found}")
        return spent

    def idle(self, seconds: float) -> float:
        """CPU time that the process takes while it waits for an event, in milliseconds a second."""
        time.sleep(0.1)  # the last answer's own end: its connection, its garbage
        cpu, began = _cpu_ms(self._process.pid), time.monotonic()
        time.sleep(seconds)
        return (_cpu_ms(self._process.pid) - cpu) / (time.monotonic() - began)


@contextmanager
def running(function: Function, endpoint: str) -> Iterator[RunningFunction]:
    """Start the function in a new process, with AWS at `endpoint`, and end it afterwards. Raises NoStart."""
    with tempfile.TemporaryDirectory() as folder, Path(folder, "output").open("w+b") as output:
        api, runtime = RuntimeApi(), Runtime(endpoint, Path(folder))
        with one_processor():
            began = time.monotonic()
            process = subprocess.Popen(
                runtime.command(function, api.address),
                cwd=function.code,
                env=runtime.environment(function, api.address),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        try:
            ready = _outcome(api, process, "ready")
            yield RunningFunction(function, process, api, Spent((ready.at - began) * 1000, _cpu_ms(process.pid)))
        finally:
            process.kill()
            process.wait()
            api.close()


@contextmanager
def one_processor() -> Iterator[None]:
    """What this thread starts meanwhile runs on one processor, as much as 1,769 MB buy; the thread itself goes back."""
    allowed = os.sched_getaffinity(0)  # of this thread, which is what a new process inherits
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def _outcome(api: RuntimeApi, process: subprocess.Popen[bytes], wanted: str) -> Outcome:
    """The next outcome, which is to be the one wanted; that it asks for more is none once it runs."""
    end = time.monotonic() + INIT_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            found = api.outcomes.get(timeout=0.2)
        except queue.Empty:
            continue
        if found.kind == "ready" and wanted == "response":
            continue
        if found.kind != wanted:
            raise NoStart(f"instead of a {wanted}: {found.kind} {found.payload.decode('utf-8', 'replace')[:500]}")
        return found
    raise NoStart(f"no {wanted}; the process ended with status {process.poll()}")


def _cpu_ms(process: int) -> float:
    """CPU time of a process so far, all its threads, in milliseconds."""
    # The number of its clock, as clock_getcpuclockid(3) makes it on Linux.
    return time.clock_gettime((~process << 3) | 2) * 1000
