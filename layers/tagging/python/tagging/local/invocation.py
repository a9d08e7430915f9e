"""What came of one invocation of a function."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tagging.local.emf import Metric, read_metrics


@dataclass(frozen=True)
class Fault:
    """Why an invocation has no answer: the handler's exception, a timeout, a process that ended or did not start."""

    type: str
    message: str


@dataclass(frozen=True)
class Invocation:
    """One invocation, as Lambda would report it; times in seconds of real time."""

    answer: Any
    """What the handler returned; None beside a fault."""
    fault: Fault | None
    logs: tuple[str, ...]
    metrics: tuple[Metric, ...]
    seconds: float
    init_seconds: float | None
    """How long the function took to start, where this invocation is the first that its process got."""


def read_output(output: str) -> tuple[tuple[str, ...], tuple[Metric, ...]]:
    """Log lines and metrics out of what a function printed."""
    logs: list[str] = []
    metrics: list[Metric] = []
    for line in output.splitlines():
        found = read_metrics(line)
        if found is not None:
            metrics += found
        elif line.strip():
            logs.append(line)
    return tuple(logs), tuple(metrics)


def read_fault(payload: bytes) -> Fault:
    """The fault that a runtime reported as JSON."""
    try:
        given = json.loads(payload)
        return Fault(str(given.get("errorType")), str(given.get("errorMessage")))
    except (ValueError, AttributeError):
        return Fault("Runtime.Unknown", "the runtime reported an error that is not JSON")
