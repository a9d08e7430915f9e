"""The deployed functions and the layers of each, for the stack and the build."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tagging.kinds import KINDS, MAIL, ItemKind

MailEncoder = Literal["english", "multilingual"]


@dataclass(frozen=True)
class DeployedFunction:
    """One file of `functions/`, for one kind of item."""

    item: ItemKind
    encoder: MailEncoder = "english"
    """Which of the bundles that ship for mails it serves."""

    @property
    def kind(self) -> str:
        """Name of the kind of item that it tags."""
        return self.item.name

    @property
    def name(self) -> str:
        """Its file, and its name in logs and metrics: `tag_mail`."""
        return self.item.function

    @property
    def title(self) -> str:
        """Its name, with the bundle's where that is not the default."""
        return self.name if self.encoder == "english" else f"{self.name}-{self.encoder}"

    @property
    def runtime(self) -> str:
        """The layer of the packages that it imports."""
        return f"runtime-{self.name}"

    @property
    def model(self) -> str:
        """The layer of its bundle."""
        return self.item.model if self.encoder == "english" else f"{self.item.model}-{self.encoder}"

    @property
    def layers(self) -> tuple[str, ...]:
        """The names of its layers; our own package is one layer for all functions."""
        return (self.runtime, "tagging", self.model)


def deployed(mail_encoder: MailEncoder) -> tuple[DeployedFunction, ...]:
    """All functions of a stage."""
    return tuple(DeployedFunction(kind, mail_encoder if kind == MAIL else "english") for kind in KINDS.values())


DEPLOYED = deployed("english")
PROBE_LAYERS = (DEPLOYED[0].runtime, "tagging")
"""Layers of the probe's function: the packages of a function that tags, and ours; it loads no bundle."""
