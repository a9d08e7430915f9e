"""The deployed functions and the layers of each: what the stack puts together and the build makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ItemKind = Literal["mail", "image"]


@dataclass(frozen=True)
class DeployedFunction:
    """One file of `functions/`, named after the kind of item that it tags."""

    kind: ItemKind

    @property
    def name(self) -> str:
        """Its file, and what it is called in logs and metrics: `tag_mail`."""
        return f"tag_{self.kind}"

    @property
    def runtime(self) -> str:
        """The layer of the packages that it imports."""
        return f"runtime-{self.name}"

    @property
    def model(self) -> str:
        """The layer of its bundle."""
        return f"{self.kind}_model"

    @property
    def layers(self) -> tuple[str, ...]:
        """The names of its layers; our own package is one layer for all functions."""
        return (self.runtime, "tagging", self.model)


DEPLOYED = (DeployedFunction("mail"), DeployedFunction("image"))
