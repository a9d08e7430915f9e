"""The execution environments of the functions, handed out one invocation at a time."""

from __future__ import annotations

import json
import queue
from collections.abc import Collection
from typing import Any

from tagging.local.function_process import FunctionProcess, Runtime
from tagging.local.invocation import Fault, Invocation
from tagging.local.stack import Function


class FunctionPool:
    """`size` environments of one function."""

    def __init__(self, function: Function, runtime: Runtime, size: int) -> None:
        self.processes = tuple(FunctionProcess(function, runtime) for _ in range(size))
        self._free: queue.SimpleQueue[FunctionProcess] = queue.SimpleQueue()
        for process in self.processes:
            self._free.put(process)

    def start(self) -> None:
        """Begin to start every environment; they load their handlers while the caller goes on."""
        for process in self.processes:
            process.start()

    def wait_ready(self) -> Fault | None:
        """Wait for every environment to start; the first fault if one does not."""
        faults: Collection[Fault] = [fault for each in self.processes if (fault := each.wait_ready())]
        return next(iter(faults), None)

    def invoke(self, event: Any) -> Invocation:
        """Run one event (anything that JSON can say), waiting for a free environment."""
        process = self._free.get()
        try:
            return process.invoke(json.dumps(event).encode())
        finally:
            self._free.put(process)

    def output(self) -> str:
        """What the environments printed outside invocations: at their start."""
        return "".join(process.output() for process in self.processes)

    def stop(self) -> None:
        """End the processes."""
        for process in self.processes:
            process.stop()
