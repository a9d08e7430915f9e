"""The local cloud's clock for visibility timeouts, windows and deduplication, which tests can speed up."""

from __future__ import annotations

import time


class Clock:
    """Seconds since its creation, `scale` times as fast as real time.

    Only waiting is scaled: a function's timeout is real time, because its work is real.
    """

    def __init__(self, scale: float = 1.0) -> None:
        if scale <= 0:
            raise ValueError("scale must be above 0")
        self.scale = scale
        self._start = time.monotonic()
        self._skipped = 0.0

    def now(self) -> float:
        """Scaled seconds since the clock's creation."""
        return (time.monotonic() - self._start) * self.scale + self._skipped

    def sleep(self, seconds: float) -> None:
        """Wait for this many scaled seconds."""
        if seconds > 0:
            time.sleep(seconds / self.scale)

    def skip(self, seconds: float) -> None:
        """Advance the clock without waiting."""
        self._skipped += max(0.0, seconds)
