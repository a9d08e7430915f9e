"""The execution environments of a function; each runs one invocation at a time."""

from __future__ import annotations

import json
import queue
from collections.abc import Callable
from typing import Any

from tagging.local.function_process import FunctionProcess, Runtime
from tagging.local.invocation import Fault, Invocation
from tagging.local.stack import Function


class FunctionNotStarted(Exception):
    """A function's process did not start; `logs` is its output."""

    def __init__(self, function: Function, fault: Fault, logs: str) -> None:
        opt = f" (here /opt is {' and '.join(map(str, function.layers))})" if "/opt/" in fault.message else ""
        super().__init__(f"{function.name} does not start: {fault.message}{opt}")
        self.logs = logs


class FunctionPool:
    """`size` environments of one function."""

    def __init__(self, function: Function, runtime: Runtime, size: int) -> None:
        self.before_invocation: Callable[[Any], object] = lambda _: None
        """Called with each event before its invocation, in the thread that invokes."""
        self.processes = tuple(FunctionProcess(function, runtime) for _ in range(size))
        self._free: queue.SimpleQueue[FunctionProcess] = queue.SimpleQueue()
        for process in self.processes:
            self._free.put(process)

    def start(self) -> None:
        """Start every environment without waiting for their handlers to load."""
        for process in self.processes:
            process.start()

    def wait_ready(self) -> None:
        """Wait until every environment has started; raises FunctionNotStarted."""
        for process in self.processes:
            if fault := process.wait_ready():
                raise FunctionNotStarted(process.function, fault, process.output())

    def invoke(self, event: Any) -> Invocation:
        """Run one event (any JSON value) in the next free environment."""
        process = self._free.get()
        try:
            self.before_invocation(event)
            return process.invoke(json.dumps(event).encode())
        finally:
            self._free.put(process)

    def stop(self) -> None:
        """End the processes."""
        for process in self.processes:
            process.stop()
