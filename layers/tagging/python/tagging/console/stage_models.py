"""The versions of a stage as the console reads them; they never change, so those that were read are kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tagging import operations
from tagging.console.source import Asked, ServedLabels
from tagging.operations import Accepted, Deployment, Models, VersionRefused
from tagging.serving import LAYER, PointerError

if TYPE_CHECKING:
    from tagging.kinds import Kind
    from tagging.model import Bundle
    from tagging.operations import PointerPlan
    from tagging.serving import Pointer


_VERSION: Final = re.compile(f"[0-9a-f]{{1,12}}|{LAYER}")


def check_version(text: str) -> None:
    """Raise VersionRefused for what cannot be a version's id: commands take folders, too; a form names versions."""
    if not _VERSION.fullmatch(text):
        raise VersionRefused(f"{text[:100]} is no version's id: it has 12 of the digits 0 to 9 and a to f")


@dataclass
class StageModels:
    """Versions and pointers by kind."""

    deployment: Deployment
    at_hand: Mapping[Kind, Sequence[Path]] = field(default_factory=dict)
    """Bundles on this machine, by kind: one may be that of the deployed layer."""
    _models: dict[Kind, Models] = field(default_factory=dict)
    _served: dict[tuple[Kind, str], ServedLabels] = field(default_factory=dict)
    _scoring: dict[tuple[Kind, str], Bundle] = field(default_factory=dict)

    def of(self, kind: Kind) -> Models:
        """The versions of a kind. Raises StageNotReadable."""
        if kind not in self._models:
            self._models[kind] = operations.find_models(self.deployment, kind, self.at_hand.get(kind, ()))
        return self._models[kind]

    def pointer(self, kind: Kind) -> Pointer | None:
        """The last good pointer."""
        models = self.of(kind)
        try:
            stored = models.store.read_pointer()
        except PointerError:
            return operations.read_state(models).last_good
        return None if stored is None else stored.pointer

    def served(self, kind: Kind) -> ServedLabels:
        """Who serves."""
        models, pointer = self.of(kind), self.pointer(kind)
        version = LAYER if pointer is None else pointer.champion
        if (kind, version) not in self._served:
            parts = models.check(version)
            self._served[kind, version] = ServedLabels(
                version,
                models.layer.version if version == LAYER else version,
                models.taxonomy(parts).in_use(),
                {label: decision.threshold for label, decision in parts.decisions.items()},
                self.load(kind, version).version,
            )
        return self._served[kind, version]

    def plan(self, kind: Kind, asked: Asked) -> PointerPlan:
        """A change of who serves, not written. Raises OperationError."""
        models, version = self.of(kind), asked.version
        if asked.role == "rollback":
            return operations.plan_rollback(models)
        check_version(version)
        if asked.role == "end_shadow":
            return operations.plan_end_of_shadow(models, version)
        if asked.role == "shadow":
            return operations.plan_shadow(models, version)
        accepted = Accepted(asked.replace_taxonomy, asked.unwatched)
        return operations.plan_promotion(models, version, share=asked.share, accepted=accepted)

    def named(self, kind: Kind, version: str) -> Bundle:
        """The version that a form names, by its id or the beginning of it. Raises VersionRefused."""
        check_version(version)
        return self.load(kind, self.of(kind).resolve(version))

    def champion(self, kind: Kind) -> tuple[str, Bundle]:
        """Id and version of who serves."""
        served = self.served(kind)
        return served.id, self.load(kind, served.version)

    def load(self, kind: Kind, version: str) -> Bundle:
        """A version that scores features. Raises VersionRefused."""
        if (kind, version) not in self._scoring:
            self._scoring[kind, version] = self.of(kind).scoring(version)
        return self._scoring[kind, version]
