"""The champion of a kind as the hourly function loads it: without its encoder, from its bucket or its layer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from tagging import model
from tagging.kinds import KINDS, Kind
from tagging.model import Bundle, BundleError, OtherEncoder, VersionParts
from tagging.serving import (
    LAYER,
    MANIFEST,
    ModelStore,
    Pointer,
    VersionMissing,
    check_files,
    files_in,
)
from tagging.taxonomy import ALL_PACKS, Taxonomy
from tagging.validation import InvalidDocument, from_json

ID_DIGITS: Final = 12
"""Hexadecimal digits of a version's checksum that are its id."""


class _Manifest(Struct, frozen=True):
    """The part of a bundle's manifest that names its encoder."""

    encoder: str


class ServedVersion(Struct, frozen=True):
    """The version that serves a kind."""

    kind: Kind
    version: str
    """Its id, also where it is the layer's."""
    generation: int
    """Of the pointer; 0 without one."""
    since: str
    """When the pointer changed last (ISO 8601); empty without one."""
    bundle: Bundle
    renamed: Mapping[str, str] = {}
    """Label of earlier versions → the label that it is now, where it was renamed or merged."""

    @property
    def encoder(self) -> str:
        """Version of the encoder."""
        return self.bundle.version.encoder

    @property
    def scored_by(self) -> str:
        """Changes with thresholds and with the packs that are on."""
        return self.bundle.version.thresholds


def find_served(kind: Kind, folder: Path, packs: str, store: ModelStore | None) -> ServedVersion | None:
    """The champion of a kind: that of its pointer, or else the layer's; None where no bundle of it is deployed.

    `packs`: those that are on, as `kind:pack`, separated by commas.

    As in serving, the layer's serves where the champion was made for another encoder, and `previous` where it must not
    be served. Raises BundleError for a damaged layer, PointerError, and botocore's errors.
    """
    files = files_in(folder / kind)
    if not files:
        return None
    layer = model.check_version(files, folder / kind, _encoder_of(files, folder / kind))
    stored = None if store is None else store.read_pointer()
    if store is None or stored is None:
        return _served(kind, layer, packs)
    pointer = stored.pointer
    return _served(kind, _serving(pointer, layer, store), packs, pointer)


def _served(kind: Kind, parts: VersionParts, packs: str, pointer: Pointer | None = None) -> ServedVersion:
    known = (*parts.taxonomy.packs, ALL_PACKS)
    on = [each.partition(":")[2] for each in packs.split(",") if each.partition(":")[0] == kind]
    return ServedVersion(
        kind=kind,
        version=parts.manifest.checksum[:ID_DIGITS],
        generation=pointer.generation if pointer else 0,
        since=pointer.at if pointer else "",
        bundle=model.scoring_version(parts, KINDS[kind].encoder, Path(kind)).with_packs(
            [each for each in on if each in known]
        ),
        renamed=_renamed(parts.taxonomy),
    )


def _serving(pointer: Pointer, layer: VersionParts, store: ModelStore) -> VersionParts:
    """The parts of the version that serves by this pointer."""
    for version in filter(None, (pointer.champion, pointer.previous)):
        if version in (LAYER, layer.manifest.checksum[:ID_DIGITS]):
            return layer
        try:
            return check_files(store.read_version(version), version, layer.manifest.encoder)
        except OtherEncoder:
            return layer
        except (BundleError, VersionMissing):
            continue
    return layer


def _renamed(taxonomy: Taxonomy) -> dict[str, str]:
    renamed: dict[str, str] = {}
    for change in taxonomy.changes:
        if len(change.new) == 1:  # a split says nothing of its parts, and what was deprecated is gone
            moved = dict.fromkeys(change.old, change.new[0])
            renamed = {old: moved.get(new, new) for old, new in renamed.items()} | moved
    return renamed


def _encoder_of(files: Mapping[str, bytes], folder: Path) -> str:
    """Version of the encoder that a bundle's manifest names. Raises BundleError."""
    try:
        return from_json(files.get(MANIFEST, b""), _Manifest).encoder
    except InvalidDocument as error:
        raise BundleError(folder / MANIFEST, str(error)) from None
