"""One cold start as AWS runs it: the real `awslambdaric` in a new process, to its first request and first answer."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.speed.running_function import NoStart, running
from tagging.local import Function, Runtime, StubAws

__all__ = ["ColdStart", "NoStart", "can_measure", "cold_start", "handler_function", "import_times"]

_IMPORT = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+([\w.]+)$", re.M)
"""A line of `python -X importtime`: microseconds in the module itself, with what it imports, its name."""


@dataclass(frozen=True)
class ColdStart:
    """One start, in milliseconds; CPU is of all threads of the function's process."""

    init: float
    """From the start of the process until it asks for its first event."""
    answer: float
    """From that event until its answer."""
    init_cpu: float
    answer_cpu: float
    calls: tuple[str, ...]
    """The AWS calls of its first event."""


def can_measure() -> str | None:
    """Why cold starts cannot be measured here; None where they can."""
    if sys.platform != "linux":
        return "needs Linux: awslambdaric is there for no other system"
    if importlib.util.find_spec("awslambdaric") is None:
        return "needs awslambdaric: install the extra `local`"
    return None


def handler_function(handler: str, folder: Path, environment: Mapping[str, str]) -> Function:
    """The function whose `handler` (`tag_mail.handler`) lies in `folder`, at the memory size of one vCPU."""
    name = handler.partition(".")[0]
    arn = f"arn:aws:lambda:eu-west-1:000000000000:function:{name}"
    return Function(name, arn, handler, folder, (), environment, timeout=60, memory=1769)


def cold_start(function: Function, aws: StubAws, event: Mapping[str, Any]) -> ColdStart:
    """Start the function in a new process, give it one event, and end it. Raises NoStart."""
    aws.calls()  # what an earlier process left
    with running(function, aws.endpoint) as started:
        first = started.answer(event)
    return ColdStart(started.init.wall, first.wall, started.init.cpu, first.cpu, aws.calls())


def import_times(function: Function, endpoint: str) -> dict[str, float]:
    """Milliseconds that each top-level package costs by itself as the handler's module is imported, dearest first.

    The module's own share is what it does at import: a service is wired, its bundle loaded and checked.
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
