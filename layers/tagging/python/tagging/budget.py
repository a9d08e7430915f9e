"""What reading one input may cost: the declared function of its size that every limit and deadline serves."""

from __future__ import annotations

from dataclasses import dataclass

_MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Budget:
    """Most that one input costs a function that runs with all of one processor (1,769 MB of memory)."""

    cpu_seconds: float
    peak_bytes: int
    """Of the whole process: the interpreter, the packages, the input's bytes and all that is made of them."""


def reading_budget(size: int) -> Budget:
    """For `parse_mail` or `decode_image` and an input of so many bytes: 1 s and 300 MiB, and 50 ms and 6 MiB a MiB."""
    return Budget(1 + 0.05 * size / _MEBIBYTE, 300 * _MEBIBYTE + 6 * size)
