"""A sampling profiler of CPU time by module of this package, which slows the measured code by about a hundredth."""

from __future__ import annotations

import signal
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import tagging

INTERVAL_S = 0.0003
_PACKAGE = str(Path(tagging.__file__).parent) + "/"
_TRANSPARENT = "model/onnx_model.py"
"""Its time counts for its caller: the encoder or the heads."""


def cpu_by_module(work: Callable[[], object], repeats: int) -> dict[str, float]:
    """CPU milliseconds of this thread for one `work`, by module (`model/sentences`), largest first.

    Each sample gives the time since the sample before to the innermost function of this package. A call of C code
    delays the signal until it returns, and is counted in full.
    """
    spent: defaultdict[str, float] = defaultdict(float)
    last = time.thread_time()

    def sample(_: int, frame: FrameType | None) -> None:
        nonlocal last
        now = time.thread_time()
        spent[_module_of(frame)] += now - last
        last = now

    before = signal.signal(signal.SIGALRM, sample)
    signal.setitimer(signal.ITIMER_REAL, INTERVAL_S, INTERVAL_S)
    try:
        for _ in range(repeats):
            work()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    largest_first = sorted(spent.items(), key=lambda item: -item[1])
    return {module: seconds * 1000 / repeats for module, seconds in largest_first}


def _module_of(frame: FrameType | None) -> str:
    while frame is not None:
        module = frame.f_code.co_filename.removeprefix(_PACKAGE)
        if module != frame.f_code.co_filename and module != _TRANSPARENT:
            return module.removesuffix(".py")
        frame = frame.f_back
    return "elsewhere"
