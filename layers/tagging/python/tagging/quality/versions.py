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
    version_id,
)
from tagging.taxonomy import ALL_PACKS
from tagging.validation import InvalidDocument, from_json

FOLDER: Final = Path("/opt/versions")
"""Where the layer `versions` is mounted: the deployed bundles without their encoders, one folder for each kind."""


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

    As in serving, the layer's serves where the champion was made for another encoder, and `previous` where it must not
    be served. Raises BundleError for a damaged layer, PointerError, and botocore's errors.
    """
    files = files_in(folder / kind)
    if not files:
        return None
    layer = _bundle(model.check_version(files, folder / kind, _encoder_of(files, folder / kind)), kind, packs)
    stored = None if store is None else store.read_pointer()
    if store is None or stored is None:
        return ServedVersion(kind, version_id(layer), 0, "", layer)
    pointer = stored.pointer
    bundle = _serving(pointer, layer, kind, packs, store)
    return ServedVersion(kind, version_id(bundle), pointer.generation, pointer.at, bundle)


def _serving(pointer: Pointer, layer: Bundle, kind: Kind, packs: str, store: ModelStore) -> Bundle:
    for version in filter(None, (pointer.champion, pointer.previous)):
        if version in (LAYER, version_id(layer)):
            return layer
        try:
            return _bundle(check_files(store.read_version(version), version, layer.version.encoder), kind, packs)
        except OtherEncoder:
            return layer
        except (BundleError, VersionMissing):
            continue
    return layer


def _bundle(parts: VersionParts, kind: Kind, packs: str) -> Bundle:
    bundle = model.scoring_version(parts, KINDS[kind].encoder, Path(kind))
    known = (*parts.taxonomy.packs, ALL_PACKS)
    return bundle.with_packs([pack for pack in packs.split(",") if pack in known])


def _encoder_of(files: Mapping[str, bytes], folder: Path) -> str:
    """Version of the encoder that a bundle's manifest names. Raises BundleError."""
    try:
        return from_json(files.get(MANIFEST, b""), _Manifest).encoder
    except InvalidDocument as error:
        raise BundleError(folder / MANIFEST, str(error)) from None
