"""The transport between a worker and AWS: it records every call and injects a fault at one of them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError
from moto.core.models import botocore_stubber

from tagging.aws import Clients

Fault = Literal["refused", "lost", "timed_out", "killed_before", "killed_after"]
"""Failing before it takes effect, failing after it, no answer in time, the function ended before it and after it."""
FAULTS: tuple[Fault, ...] = get_args(Fault)
ENOUGH_S, TOO_LITTLE_S = 30.0, 5.0


class Killed(BaseException):
    """The function's process ended; no code of the function catches this."""


@dataclass(frozen=True, order=True)
class Call:
    """Identifies one call of an invocation, independently of the thread that makes it."""

    operation: str
    item: str
    number: int
    """How many calls of this operation this item had before in the invocation."""

    def __str__(self) -> str:
        return f"{self.operation}({self.item})[{self.number}]"


@dataclass(frozen=True)
class Plan:
    """The fault or action at one call of the next invocation."""

    fault: Fault | None = None
    call: Call | None = None
    """The call; or else the `place`-th call of `operation`, counted over all items."""
    operation: str = ""
    place: int = 0
    meanwhile: Callable[[], object] | None = None
    """Done while the worker waits at this call; before it takes effect, or after."""
    after: bool = False


UNBROKEN = Plan()


class Wire:
    """Replaces moto's transport for some clients; calls take effect one at a time, as AWS's calls on one item do.

    `names` gives ids a name that is the same in every run.
    """

    _one_at_a_time = threading.RLock()

    def __init__(self, clients: Clients, names: dict[str, str]) -> None:
        self._names = names
        self._current = threading.local()
        self._counting = threading.Lock()
        for client in (clients.s3, clients.sqs, clients.dynamodb):
            client.meta.events.unregister("before-send", botocore_stubber)
            client.meta.events.register("before-parameter-build", self._begin)
            client.meta.events.register("before-send", self._send)
        self.expect(UNBROKEN)

    def expect(self, plan: Plan) -> None:
        """Be ready for the next invocation."""
        self._plan = plan
        self._seen: Counter[tuple[str, str]] = Counter()
        self._of_operation: Counter[str] = Counter()
        self._dead = self._late = False
        self.broken: Call | None = None
        self.calls: list[Call] = []

    def remaining_s(self) -> float:
        """The invocation's time that is left: little once a call has timed out."""
        return TOO_LITTLE_S if self._late else ENOUGH_S

    def _begin(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        operation, item = model.name, self._item(params)
        with self._counting:
            call = Call(operation, item, self._seen[operation, item])
            place = self._of_operation[operation]
            self._seen[operation, item] += 1
            self._of_operation[operation] += 1
            self.calls.append(call)
            plan = self._plan
            meant = call == plan.call or (plan.call is None and (operation, place) == (plan.operation, plan.place))
            if meant:
                self.broken = call
        self._current.meant, self._current.attempts = meant, 0

    def _item(self, params: dict[str, Any]) -> str:
        if "Entries" in params:
            return "tickets"
        found = params.get("VersionId") or params.get("Key") or params.get("Prefix") or params.get("Item")
        if found is None:  # a query
            return str(params["ExpressionAttributeValues"][":value"]["S"])
        full = found if isinstance(found, str) else str((found.get("id") or found["item"])["S"])
        if full.startswith("features/") and "Prefix" not in params:
            return "log"  # the key has a random token
        sort, _, item_id = full.rpartition("#")
        return f"{sort} {self._names.get(item_id, item_id)}".strip()

    def _send(self, request: Any, **_: Any) -> Any:
        if self._dead:
            raise Killed
        self._current.attempts += 1
        if not self._current.meant:
            return self._through(request)
        self._wait(after=False)
        answer = self._broken(request) if self._plan.fault else self._through(request)
        self._wait(after=True)
        return answer

    def _wait(self, *, after: bool) -> None:
        plan = self._plan
        if plan.meanwhile is not None and plan.after == after and self._current.attempts == 1:
            plan.meanwhile()

    def _broken(self, request: Any) -> Any:
        """The fault; boto3 tries again as it is deployed, and the same happens to it again."""
        fault, url = self._plan.fault, "https://aws.invalid"
        if fault == "killed_before":
            self._dead = True
            raise Killed
        if fault == "refused":
            raise EndpointConnectionError(endpoint_url=url)
        if fault != "timed_out" or self._current.attempts == 1:
            self._through(request)
        if fault == "killed_after":
            self._dead = True
            raise Killed
        if fault == "lost":
            raise ConnectionClosedError(endpoint_url=url)
        self._late = True
        raise ReadTimeoutError(endpoint_url=url)

    def _through(self, request: Any) -> Any:
        with self._one_at_a_time:
            return botocore_stubber("before-send", request)
