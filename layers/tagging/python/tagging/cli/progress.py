"""Progress of long work on standard error: bars in a terminal, elsewhere a plain line every few seconds."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

Report = Callable[[str, int, int | None], None]
"""Called with a stage of the work, how much of it is done, and of how much; None where that is not known."""
SECONDS = 5.0
"""Between two plain lines; work that takes less prints none."""
T = TypeVar("T")


@contextmanager
def show_progress(stage: str | None = None) -> Iterator[Report]:
    """What reports progress while the work within lasts; it begins with `stage`, if there is one."""
    console = Console(stderr=True)
    plain = not console.is_terminal or console.is_dumb_terminal
    with _plain_lines() if plain else _bars(console) as report:
        if stage is not None:
            report(stage, 0, None)
        yield report


def track(items: Iterable[T], stage: str, total: int) -> Iterator[T]:
    """The items; progress is shown while they are taken."""
    with show_progress() as report:
        report(stage, 0, total)
        for done, item in enumerate(items, 1):
            yield item
            report(stage, done, total)


@contextmanager
def _bars(console: Console) -> Iterator[Report]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=None)
            bars.update(tasks[stage], completed=done, total=total)

        yield report


@contextmanager
def _plain_lines() -> Iterator[Report]:
    begin = time.monotonic()
    ended = threading.Event()
    now: list[str] = ["starting"]

    def report(stage: str, done: int, total: int | None) -> None:
        now[0] = stage if total is None else f"{stage}: {done:,} of {total:,}"

    def print_lines() -> None:
        while not ended.wait(SECONDS):
            print(f"tagging: {now[0]} ({time.monotonic() - begin:.0f} s)", file=sys.stderr, flush=True)

    thread = threading.Thread(target=print_lines, daemon=True)
    thread.start()
    try:
        yield report
    finally:
        ended.set()
        thread.join()
