"""The local cloud's clock: visibility timeouts, windows and deduplication run on it, so that tests can speed it up."""

from __future__ import annotations

import time


class Clock:
    """Seconds since it was made, counted `scale` times as fast as real ones.

    Only waiting is scaled: a function's own timeout is real time, because its work is real.
    """

    def __init__(self, scale: float = 1.0) -> None:
        if scale <= 0:
            raise ValueError("a clock runs forwards: scale must be above 0")
        self.scale = scale
        self._begin = time.monotonic()
        self._skipped = 0.0

    def now(self) -> float:
        """Scaled seconds since the clock was made."""
        return (time.monotonic() - self._begin) * self.scale + self._skipped

    def sleep(self, seconds: float) -> None:
        """Wait for so many scaled seconds."""
        if seconds > 0:
            time.sleep(seconds / self.scale)

    def skip(self, seconds: float) -> None:
        """Move on without waiting, as if hours had passed."""
        self._skipped += max(0.0, seconds)
