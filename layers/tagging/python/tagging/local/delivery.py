"""Runs the queue mappings until nothing is left to do: feed, receive, invoke, settle, collect tickets."""

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
"""Messages that are let wait in all queues together: moto slows down with the square of the backlog."""
BATCHES_AHEAD = 1
"""Batches that are let wait for each environment: they are fed while it works, and moto stays quick."""

OnInvocation = Callable[[dict[str, Any], Invocation], None]
"""Called with the event and what came of it, in the thread that delivers."""
Batch = list[Mapping[str, Any]]


@dataclass(frozen=True)
class Feed:
    """Work that is begun little by little: each step puts one thing in front of the mappings."""

    steps: Iterator[Callable[[], object]]

    def top_up(self, room: int) -> bool:
        """Take as many steps as there is room; whether there may be more."""
        for _ in range(room):
            step = next(self.steps, None)
            if step is None:
                return False
            step()
        return True


class Delivery:
    """One run of the mappings, until all queues are empty and nothing is on its way back to them."""

    def __init__(self, pollers: Sequence[QueuePoller], pools: Mapping[str, FunctionPool], clock: Clock) -> None:
        self._pollers = pollers
        self._pools = pools
        self._clock = clock
        self._running: dict[Future[Invocation], tuple[QueuePoller, Batch, dict[str, Any]]] = {}

    def run(self, feed: Feed, collect: Callable[[], None], on_invocation: OnInvocation) -> None:
        """Deliver until idle; `collect` is called after each invocation, before `on_invocation`."""
        size = sum(len(pool.processes) for pool in self._pools.values())
        ahead = sum(
            BATCHES_AHEAD * len(self._pools[poller.mapping.function.name].processes) * poller.mapping.batch_size
            for poller in self._pollers
        )
        hungry = True
        with ThreadPoolExecutor(max_workers=size) as threads:
            while True:
                if hungry:
                    waiting = sum(poller.waiting() for poller in self._pollers)
                    hungry = feed.top_up(min(ahead, MAX_WAITING) - waiting)
                began = [self._begin(poller, threads) for poller in self._pollers]
                if self._running:
                    self._finish(collect, on_invocation, block=not any(began))
                elif not any(began) and not hungry and not self._wait_for_returns():
                    return

    def _begin(self, poller: QueuePoller, threads: ThreadPoolExecutor) -> bool:
        """Receive a batch and start its invocation, if the function has a free environment."""
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
        """Settle the invocations that are done; wait for one where there is nothing else to do."""
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
        """Wait until a failed message becomes visible again; False if none will."""
        returns = [at for poller in self._pollers if (at := poller.next_return()) is not None]
        if not returns:
            return False
        self._clock.sleep(min(returns) - self._clock.now())
        return True
