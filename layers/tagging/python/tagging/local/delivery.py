"""Runs the queue mappings until all queues are empty: feed, receive, invoke, settle, collect tickets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from tagging.local.clock import Clock
from tagging.local.function_pool import FunctionPool
from tagging.local.invocation import Invocation
from tagging.local.queue_mapping import QueuePoller

MAX_WAITING = 200
"""Messages that may wait in all queues together: moto's time grows with the square of the backlog."""
BATCHES_AHEAD = 1
"""Batches that may wait for each environment while it works."""

OnInvocation = Callable[[dict[str, Any], Invocation], None]
"""Called with the event and its invocation, in the thread that delivers."""
Batch = list[Mapping[str, Any]]


@dataclass(frozen=True)
class Feed:
    """Steps that each add one item to the queues, taken as the queues have room."""

    steps: Iterator[Callable[[], object]]

    def top_up(self, room: int) -> bool:
        """Take at most `room` steps; returns whether there may be more."""
        for _ in range(room):
            step = next(self.steps, None)
            if step is None:
                return False
            step()
        return True


class Delivery:
    """One run of the mappings, until all queues are empty and no failed message will become visible again."""

    def __init__(self, pollers: Sequence[QueuePoller], pools: Mapping[str, FunctionPool], clock: Clock) -> None:
        self._pollers = pollers
        self._pools = pools
        self._clock = clock
        self._running: dict[Future[Invocation], tuple[QueuePoller, Batch, dict[str, Any]]] = {}

    def run(self, feed: Feed, collect: Callable[[], None], on_invocation: OnInvocation) -> None:
        """Deliver until idle; `collect` is called after each invocation, before `on_invocation`."""
        size = sum(len(pool.processes) for pool in self._pools.values())
        max_backlog = sum(
            BATCHES_AHEAD * len(self._pools[poller.mapping.function.name].processes) * poller.mapping.batch_size
            for poller in self._pollers
        )
        has_more = True
        with ThreadPoolExecutor(max_workers=size) as threads:
            while True:
                if has_more:
                    waiting = sum(poller.waiting() for poller in self._pollers)
                    has_more = feed.top_up(min(max_backlog, MAX_WAITING) - waiting)
                started = [self._start(poller, threads) for poller in self._pollers]
                if self._running:
                    self._finish(collect, on_invocation, block=not any(started))
                elif not any(started) and not has_more and not self._wait_for_returns():
                    return

    def _start(self, poller: QueuePoller, threads: ThreadPoolExecutor) -> bool:
        """Receive a batch and start its invocation if the function has a free environment; returns whether it did."""
        poller.bring_back()
        pool = self._pools[poller.mapping.function.name]
        limit = min(len(pool.processes), poller.mapping.max_concurrency)
        if sum(1 for running, _, _ in self._running.values() if running is poller) >= limit:
            return False
        batch = poller.receive()
        if not batch:
            return False
        event = poller.event(batch)
        self._running[threads.submit(pool.invoke, event)] = (poller, batch, event)
        return True

    def _finish(self, collect: Callable[[], None], on_invocation: OnInvocation, *, block: bool) -> None:
        """Settle finished invocations; with `block`, wait for one."""
        returns = [at for poller in self._pollers if (at := poller.next_return()) is not None]
        patience = max(0.01, (min(returns) - self._clock.now()) / self._clock.scale) if returns else None
        done, _ = wait(self._running, timeout=patience if block else 0, return_when=FIRST_COMPLETED)
        for future in done:
            poller, batch, event = self._running.pop(future)
            invocation = future.result()
            poller.settle(batch, invocation)
            collect()
            on_invocation(event, invocation)

    def _wait_for_returns(self) -> bool:
        """Wait until a failed message becomes visible again; returns False if there is none."""
        returns = [at for poller in self._pollers if (at := poller.next_return()) is not None]
        if not returns:
            return False
        self._clock.sleep(min(returns) - self._clock.now())
        return True
