"""Instructions of a function's process, counted by Valgrind: the same on every run, whatever else the machine does."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.speed.running_function import NoStart
from tagging.local import Function, Runtime

_COUNTED = re.compile(r"Collected : (\d+)")
_PROCESS = """
import importlib, json, sys

class Context:
    def get_remaining_time_in_millis(self):
        return 30_000

module, event, count = sys.argv[1:]
handler = importlib.import_module(module).handler
for _ in range(int(count)):
    assert handler(json.loads(event), Context()) == {"batchItemFailures": []}
"""


def can_count() -> str | None:
    """Why instructions cannot be counted here; None where they can."""
    return None if shutil.which("valgrind") else "needs Valgrind: install the package valgrind"


def instruction_figures(
    here: Function, there: Function, endpoint: str, event: Mapping[str, Any], events: int
) -> dict[str, object]:
    """Millions of instructions of a cold start with its first event, and of one more event; and their ratios.

    Raises NoStart.
    """
    counts = {}
    for name, function in (("here", here), ("there", there)):
        _run([], function, endpoint, event, 1)  # writes bytecode
        first, more = (count_instructions(function, endpoint, event, count) for count in (1, 1 + events))
        counts[name] = {"cold": first / 1e6, "warm": (more - first) / events / 1e6}
    figures: dict[str, object] = {}
    for part in ("cold", "warm"):
        figures |= {f"{part}_million_{name}": count[part] for name, count in counts.items()}
        figures[f"{part}_instructions_ratio"] = counts["here"][part] / counts["there"][part]
    return figures


def count_instructions(function: Function, endpoint: str, event: Mapping[str, Any], count: int) -> int:
    """Instructions of a process that imports the handler and calls it `count` times. Raises NoStart."""
    with tempfile.TemporaryDirectory() as folder:
        tool = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out"]
        found = _COUNTED.search(_run(tool, function, endpoint, event, count))
    if found is None:
        raise NoStart(f"Valgrind counted nothing of {function.name}")
    return int(found[1])


def _run(tool: list[str], function: Function, endpoint: str, event: Mapping[str, Any], count: int) -> str:
    """What the process, or the tool that runs it, writes as errors. Raises NoStart."""
    done = subprocess.run(
        [*tool, sys.executable, "-c", _PROCESS, function.name, json.dumps(event), str(count)],
        cwd=function.code,
        env=Runtime(endpoint, Path()).environment(function, "127.0.0.1:9") | {"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise NoStart(f"{function.name} did not answer: {done.stderr.strip().splitlines()[-1]}")
    return done.stderr
