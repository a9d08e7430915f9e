"""The deployed functions and the layers of each, for the stack and the build."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tagging.kinds import KINDS, MAIL, ItemKind

MailEncoder = Literal["english", "multilingual"]


@dataclass(frozen=True)
class DeployedFunction:
    """One file of `functions/`, for one kind of item."""

    item: ItemKind
    encoder: MailEncoder = "english"
    """Which of the bundles that ship for mails it serves."""
    own: str | None = None
    """Folder of the bundle of your own that it serves instead, from the project's root."""

    @property
    def kind(self) -> str:
        """Name of the kind of item that it tags."""
        return self.item.name

    @property
    def name(self) -> str:
        """Its file, and its name in logs and metrics: `tag_mail`."""
        return self.item.function

    @property
    def variant(self) -> str:
        """Name of its bundle; empty for the default one. Two folders never have the same name."""
        if self.own is not None:
            word = re.sub(r"[^a-z0-9]+", "", Path(self.own).name.lower())[:12]
            return f"{word or 'own'}-{hashlib.sha256(self.own.encode()).hexdigest()[:6]}"
        return "" if self.encoder == "english" else self.encoder

    @property
    def title(self) -> str:
        """Its name, with the bundle's where that is not the default."""
        return self._with_variant(self.name)

    @property
    def runtime(self) -> str:
        """The layer of the packages that it imports."""
        return f"runtime-{self.name}"

    @property
    def model(self) -> str:
        """The layer of its bundle."""
        return self._with_variant(self.item.model)

    @property
    def bundle(self) -> str:
        """Folder of its bundle from the project's root; for the multilingual one, that of the default."""
        return self.own or self.item.bundle

    @property
    def layers(self) -> tuple[str, ...]:
        """The names of its layers; our own package is one layer for all functions."""
        return (self.runtime, "tagging", self.model)

    def _with_variant(self, name: str) -> str:
        return f"{name}-{self.variant}" if self.variant else name


def deployed(mail_encoder: MailEncoder, own: Mapping[str, str | None] | None = None) -> tuple[DeployedFunction, ...]:
    """All functions of a stage. `own`: kind → folder of a bundle of your own, where it has one."""
    own = own or {}
    return tuple(
        DeployedFunction(kind, mail_encoder if kind == MAIL else "english", own.get(kind.name))
        for kind in KINDS.values()
    )


DEPLOYED = deployed("english")
WITHOUT_BUNDLE = ("probe", "learn", "correct")
"""Files of the functions that tag nothing: a schedule runs them, or people's corrections."""
WITHOUT_BUNDLE_LAYERS = (DEPLOYED[0].runtime, "tagging")
"""Layers of the functions that tag nothing: the packages of a function that tags, and ours; they load no bundle."""


def versions_layer(functions: Sequence[DeployedFunction]) -> str:
    """Name of the layer with the versions of these functions' bundles, without encoders: the hourly function scores
    again with them."""
    return "-".join(["versions", *(function.variant for function in functions if function.variant)])
