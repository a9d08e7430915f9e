"""The deployed functions and the layers of each, for the stack and the build."""

from __future__ import annotations

from dataclasses import dataclass

from tagging.kinds import KINDS, ItemKind


@dataclass(frozen=True)
class DeployedFunction:
    """One file of `functions/`, for one kind of item."""

    item: ItemKind

    @property
    def kind(self) -> str:
        """Name of the kind of item that it tags."""
        return self.item.name

    @property
    def name(self) -> str:
        """Its file, and its name in logs and metrics: `tag_mail`."""
        return self.item.function

    @property
    def runtime(self) -> str:
        """The layer of the packages that it imports."""
        return f"runtime-{self.name}"

    @property
    def model(self) -> str:
        """The layer of its bundle."""
        return self.item.model

    @property
    def layers(self) -> tuple[str, ...]:
        """The names of its layers; our own package is one layer for all functions."""
        return (self.runtime, "tagging", self.model)


DEPLOYED = tuple(DeployedFunction(kind) for kind in KINDS.values())
