"""The result of one invocation of a function."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tagging.local.emf import Metric, read_metrics


@dataclass(frozen=True)
class Fault:
    """Why an invocation has no response: an exception, a timeout, or a process that did not start or ended."""

    type: str
    message: str


@dataclass(frozen=True)
class Invocation:
    """One invocation, as Lambda would report it; times in seconds of real time."""

    answer: Any
    """Return value of the handler; None with a fault."""
    fault: Fault | None
    logs: tuple[str, ...]
    metrics: tuple[Metric, ...]
    seconds: float
    init_seconds: float | None
    """Duration of the function's start, for the first invocation of a process."""


def read_output(output: str) -> tuple[tuple[str, ...], tuple[Metric, ...]]:
    """Log lines and metrics from a function's output."""
    logs: list[str] = []
    metrics: list[Metric] = []
    for line in output.splitlines():
        line_metrics = read_metrics(line)
        if line_metrics is not None:
            metrics += line_metrics
        elif line.strip():
            logs.append(line)
    return tuple(logs), tuple(metrics)


def read_fault(payload: bytes) -> Fault:
    """The fault that a runtime reported as JSON."""
    try:
        error = json.loads(payload)
        return Fault(str(error.get("errorType")), str(error.get("errorMessage")))
    except (ValueError, AttributeError):
        return Fault("Runtime.Unknown", "the runtime reported an error that is not JSON")
