"""The time and memory that reading one input may use, as a function of its size. All limits follow from it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct

from tagging.quarantine import Quarantined

_MEBIBYTE = 1 << 20
CPU_TOLERANCE_FACTOR = 2
"""Factor by which the serving processor may be slower than the one for which the budget is declared."""

Result = TypeVar("Result")


class Budget(Struct, frozen=True):
    """Upper limits for one input in a function with one whole vCPU (1,769 MB of memory)."""

    cpu_seconds: float
    peak_bytes: int
    """Of the whole process: interpreter, packages, the input and everything made from it."""


def reading_budget(size: int) -> Budget:
    """Budget of `parse_mail` or `decode_image` for `size` bytes: 1 s and 300 MiB, plus 50 ms and 6 MiB per MiB."""
    return Budget(1 + 0.05 * size / _MEBIBYTE, 300 * _MEBIBYTE + 6 * size)


def within(budget: Budget, read: Callable[[], Result]) -> Result:
    """Call `read` and return its result. Raises Quarantined if this thread's CPU time exceeded the budget.

    Code in C cannot be interrupted: the check is at the end, so the rest of the batch is not at risk a second time.
    """
    start = time.thread_time()
    result = read()
    if time.thread_time() - start > CPU_TOLERANCE_FACTOR * budget.cpu_seconds:
        raise Quarantined("over_budget", "reading it took more time than its size allows")
    return result
