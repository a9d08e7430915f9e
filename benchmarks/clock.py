"""What a piece of work costs: CPU time, wall time, memory."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path


def peak_mb() -> float:
    """Largest resident size of this process so far, in MB (Linux counts in KB, macOS in bytes)."""
    if sys.platform == "linux":  # getrusage's figure begins with what the process that started this one had
        return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def cpu(work: Callable[[], object]) -> float:
    """CPU time of all threads, in milliseconds."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def wall(work: Callable[[], object]) -> float:
    """Wall time, in milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
