"""`tagging demo --challenger`: the challenger of a run, and what the champion gives the same items."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tagging.cli.bundles import load, serve_each
from tagging.kinds import ItemKind, kind_of_encoder
from tagging.local import (
    CanaryItem,
    ItemFile,
    ItemRun,
    LocalCloud,
    begin_canary,
    compare_items,
    served_by_challenger,
)
from tagging.quarantine import Quarantined

if TYPE_CHECKING:
    from tagging.model import Bundle
    from tagging.serving import Pointer


@dataclass
class Canary:
    """A challenger beside the bundle in a layer of the local cloud."""

    challenger: Bundle
    champion: Path | None
    """Folder of the bundle that replaces the shipped one; None for the shipped one."""
    share: float
    pointer: Pointer | None = None

    @property
    def kind(self) -> ItemKind:
        """The kind of the items that it tags."""
        return kind_of_encoder(self.challenger.encoder.kind)

    def begin(self, cloud: LocalCloud) -> None:
        """Push it and write the pointer."""
        self.pointer = begin_canary(cloud, self.kind.name, self.challenger, self.share)

    def compare(self, run: ItemRun, files: list[ItemFile]) -> tuple[list[CanaryItem], int]:
        """The items that it served beside the champion's labels, and how many of its kind were tagged."""
        assert self.pointer is not None
        served = served_by_challenger(run.items, self.pointer)
        rows = [item.row for item in run.items if item.kind == self.kind.name and item.row is not None]
        tagged = [row for row in rows if row.revision.quarantine is None]
        serving = serve_each([self.kind.name], self.champion, heads="all")[self.kind.name]
        contents = {file.key: file for file in files}
        labels: dict[str, frozenset[str]] = {}
        for item in served:
            try:
                label_set = serving.tagger.tag(serving.read(item.kind, contents[item.key].read()))
            except Quarantined:
                continue
            labels[item.id] = frozenset(label.id for label in label_set.labels)
        return compare_items(served, labels), len(tagged)


def find_canary(folder: Path, champion: Path | None, share: float) -> Canary:
    """The canary of a bundle; BadParameter where it cannot serve beside the champion."""
    challenger, _ = load_beside(folder, champion)
    return Canary(challenger, champion, share)


def load_beside(folder: Path, champion: Path | None) -> tuple[Bundle, Bundle]:
    """A bundle and the champion of its kind, by default the shipped one.

    BadParameter where they are the same, or not for the same encoder.
    """
    other = load(folder).bundle
    kind = kind_of_encoder(other.encoder.kind)
    deployed = serve_each([kind.name], champion, heads="all")[kind.name].tagger.bundle
    if other.version.encoder != deployed.version.encoder:
        versions = f"{other.version.encoder}, and the champion has {deployed.version.encoder}"
        raise typer.BadParameter(f"{folder} was made for encoder {versions}: give the same one as --bundle")
    if other.manifest.checksum == deployed.manifest.checksum:
        raise typer.BadParameter(f"{folder} is the champion itself")
    return other, deployed
