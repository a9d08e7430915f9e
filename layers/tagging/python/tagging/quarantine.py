"""An input that can never be tagged, whatever kind of item it should have been, and how it says so."""

from __future__ import annotations

from msgspec import Struct


class Quarantine(Struct, frozen=True):
    """Why an input can never be tagged; never a word of its content."""

    reason: str
    detail: str = ""
    handler: str = ""
    """The version of the function that decided (`tag_mail:7`); empty where the table was not told."""


class Untaggable(Exception):
    """No retry helps: the input goes to quarantine. Neither field ever holds content."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        """A code that ends up in rows and metrics: it never changes its meaning."""
        self.detail = detail


class WrongKind(Untaggable):
    """The item is of a kind that is not tagged here; `tagged` names what is."""

    def __init__(self, tagged: str) -> None:
        super().__init__("wrong_kind", f"only {tagged} are tagged here")
