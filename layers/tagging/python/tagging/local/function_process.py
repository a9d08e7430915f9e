"""One execution environment of a function: a child process with its own Runtime API, as in Lambda."""

from __future__ import annotations

import importlib.util
import json
import queue
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tagging.local.invocation import Fault, Invocation, read_fault, read_output
from tagging.local.moto_server import CHILD_ENVIRONMENT
from tagging.local.runtime_api import Outcome, Request, RuntimeApi
from tagging.local.stack import Function

INIT_SECONDS = 60.0
"""Limit of a function's start. Lambda allows 10, on processors that are otherwise idle."""


@dataclass(frozen=True)
class Runtime:
    """How function processes are run."""

    endpoint: str
    """URL of AWS."""
    folder: Path
    """Folder of the processes' output."""
    own_client: bool = False
    """Use our own client of the Runtime API even where awslambdaric is installed."""

    def command(self, function: Function, api: str) -> list[str]:
        """The command of a function's process."""
        if importlib.util.find_spec("awslambdaric") is not None and not self.own_client:
            return [sys.executable, "-m", "awslambdaric", function.handler]
        names = {
            "function_name": function.name,
            "function_version": "$LATEST",
            "memory_limit_in_mb": str(function.memory),
            "log_group_name": f"/aws/lambda/{function.name}",
            "log_stream_name": "local",
        }
        return [sys.executable, "-m", "tagging.local.runtime_client", function.handler, api, json.dumps(names)]

    def environment(self, function: Function, api: str) -> dict[str, str]:
        """The template's variables and those that Lambda sets; nothing else."""
        return {
            **CHILD_ENVIRONMENT,
            **function.environment,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
            "AWS_LAMBDA_RUNTIME_API": api,
            "LAMBDA_TASK_ROOT": str(function.code),
            "_HANDLER": function.handler,
        }


class FunctionProcess:
    """Runs one invocation at a time; the next invocation replaces a process that timed out or ended."""

    def __init__(self, function: Function, runtime: Runtime) -> None:
        self.function = function
        self._runtime = runtime
        self._output = runtime.folder / f"{function.name}-{uuid.uuid4().hex[:8]}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._api: RuntimeApi | None = None
        self._ready = False
        self._started = 0.0
        self._init_seconds: float | None = None

    def start(self) -> None:
        """Start the process without waiting for its handler to load."""
        self.stop()
        self._output.touch()
        self._api = api = RuntimeApi()
        self._started = time.monotonic()
        with self._output.open("ab") as output:
            process = subprocess.Popen(
                self._runtime.command(self.function, api.address),
                cwd=self.function.code,
                env=self._runtime.environment(self.function, api.address),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        self._process = process
        threading.Thread(target=_report_end, args=(process, api), daemon=True).start()

    def wait_ready(self) -> Fault | None:
        """Wait until the handler is loaded; returns the fault if it cannot be."""
        if self._process is None:
            self.start()
        if self._ready:
            return None
        outcome = self._outcome(INIT_SECONDS)
        if outcome.kind == "ready":
            self._ready = True
            self._init_seconds = outcome.at - self._started
            return None
        return self._stop_with_fault(outcome, "did not start in time")

    def invoke(self, event: bytes) -> Invocation:
        """Run the handler with an event (JSON); a timeout kills the process, as Lambda does."""
        if fault := self.wait_ready():
            return self._invocation(None, fault, 0.0)
        assert self._api is not None
        started, timeout = time.monotonic(), self.function.timeout
        deadline_ms = int((time.time() + timeout) * 1000)
        self._api.offer(Request(str(uuid.uuid4()), event, self.function.arn, deadline_ms))
        outcome = self._outcome(timeout)
        if outcome.kind == "response":
            try:
                return self._invocation(json.loads(outcome.payload), None, outcome.at - started)
            except ValueError:
                return self._invocation(
                    None, Fault("Runtime.InvalidResponse", "the answer is not JSON"), outcome.at - started
                )
        if outcome.kind == "error":
            return self._invocation(None, read_fault(outcome.payload), outcome.at - started)
        fault = self._stop_with_fault(outcome, f"timed out after {timeout:.2f} seconds")
        return self._invocation(None, fault, outcome.at - started)

    def kill(self) -> None:
        """End the process at once; a running invocation ends with a fault."""
        if self._process is not None:
            self._process.kill()

    def stop(self) -> None:
        """End the process, if there is one."""
        self.kill()
        if self._process is not None:
            self._process.wait()
        if self._api is not None:
            self._api.close()
        self._process, self._api, self._ready = None, None, False

    def output(self) -> str:
        """Output of the process since the last call."""
        # The process appends (O_APPEND), so the part that was read can be truncated.
        with self._output.open("r+b") as file:
            output = file.read()
            file.truncate(0)
        return output.decode("utf-8", "replace")

    def _outcome(self, seconds: float) -> Outcome:
        """The next outcome; skips `ready` once the process has started."""
        assert self._api is not None
        end = time.monotonic() + seconds
        while True:
            try:
                outcome = self._api.outcomes.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                return Outcome("exited")
            if outcome.kind != "ready" or not self._ready:
                return outcome

    def _stop_with_fault(self, outcome: Outcome, otherwise: str) -> Fault:
        assert self._process is not None
        status, was_ready = self._process.poll(), self._ready
        self.stop()
        if outcome.kind == "init_error":
            return read_fault(outcome.payload)
        if status is not None:
            return Fault("Runtime.ExitError", f"the process of {self.function.name} ended with status {status}")
        return Fault("Sandbox.Timedout" if was_ready else "Runtime.InitTimeout", f"{self.function.name} {otherwise}")

    def _invocation(self, answer: Any, fault: Fault | None, seconds: float) -> Invocation:
        logs, metrics = read_output(self.output())
        init, self._init_seconds = self._init_seconds, None
        return Invocation(answer, fault, logs, metrics, seconds, init)


def _report_end(process: subprocess.Popen[bytes], api: RuntimeApi) -> None:
    process.wait()
    api.outcomes.put(Outcome("exited"))
