"""CPU time, wall time and peak memory of a piece of work, here or in a process of its own."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tagging.cli.project import root


def peak_mb() -> float:
    """Largest resident size of this process so far, in MB (Linux counts in KB, macOS in bytes)."""
    if sys.platform == "linux":  # getrusage includes the peak of the parent process
        return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def cpu_ms(work: Callable[[], object]) -> float:
    """CPU time of all threads, in milliseconds."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def wall_ms(work: Callable[[], object]) -> float:
    """Wall time, in milliseconds."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def in_own_process(program: str, *arguments: str) -> dict[str, Any]:
    """Run a Python program of this project in a process of its own; the JSON object on its last line of output."""
    command = [sys.executable, "-c", program, *arguments]
    output = subprocess.run(command, cwd=root(), check=True, capture_output=True, text=True).stdout
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    return result
