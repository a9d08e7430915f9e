"""Outputs of a row by name, and the protocol of what produces and sends one: tickets are the first output."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Final, Literal, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from tagging.store.outcome import Outcome

OutputState = Literal["none", "pending", "sent"]
TICKET: Final = "ticket"
PROBE_TICKET: Final = "probe"
"""The ticket of a probe, which goes to a queue of its own."""
_PREFIX: Final = "output_"


class Output(Struct, frozen=True):
    """One output of a row that is due: the stored content is what every attempt sends."""

    state: OutputState
    content: str | None = None
    """None once the item is erased."""


class OutputChannel(Protocol):
    """Produces the content of one output and sends it. To add an output: such a class, and its line in bootstrap."""

    @property
    def name(self) -> str:
        """Lowercase letters and `_`; rows store it, so it never changes."""

    def content(self, outcome: Outcome, /) -> str | None:
        """The content to send for an outcome; None if none is due. The row keeps it."""

    def send(self, contents: Mapping[str, str], threads: Executor, /) -> Mapping[str, str]:
        """Send contents (item id → content); returns the refused ones (item id → error code). Never raises.

        Contents may be sent again after a crash, always the same bytes: their receiver must recognise the item id.
        """


def state_attribute(output: str) -> str:
    """The attribute of a row that holds the state of an output."""
    return output if output == TICKET else f"{_PREFIX}{output}"


def output_names(attributes: Mapping[str, object]) -> list[str]:
    """Names of the outputs whose state a row's attributes hold."""
    return [TICKET, *(name.removeprefix(_PREFIX) for name in attributes if name.startswith(_PREFIX))]
