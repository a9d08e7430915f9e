"""What reading one input may cost: the declared function of its size that every limit and deadline serves."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct

from tagging.quarantine import Untaggable

_MEBIBYTE = 1 << 20
SLOWER = 2
"""How many times slower than the declared function's processor the one may be that serves."""

Result = TypeVar("Result")


class Budget(Struct, frozen=True):
    """Most that one input costs a function that runs with all of one processor (1,769 MB of memory)."""

    cpu_seconds: float
    peak_bytes: int
    """Of the whole process: the interpreter, the packages, the input's bytes and all that is made of them."""


def reading_budget(size: int) -> Budget:
    """For `parse_mail` or `decode_image` and an input of so many bytes: 1 s and 300 MiB, and 50 ms and 6 MiB a MiB."""
    return Budget(1 + 0.05 * size / _MEBIBYTE, 300 * _MEBIBYTE + 6 * size)


class OverBudget(Untaggable):
    """Reading an input took so long that the rest of its batch was at risk: it is not tagged, and not tried again."""

    def __init__(self) -> None:
        super().__init__("over_budget", "reading it took more time than its size allows")


def within(budget: Budget, read: Callable[[], Result]) -> Result:
    """What `read` gives, if this thread's processor time for it was within the budget. Raises OverBudget at its end."""
    began = time.thread_time()
    result = read()
    if time.thread_time() - began > SLOWER * budget.cpu_seconds:
        raise OverBudget
    return result
