"""A stage's versions and pointer of one kind, and the deployed layer that they are compared with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tagging import model
from tagging.kinds import KINDS, Kind
from tagging.model import BundleError
from tagging.operations.deployment import DeployedLayer, Deployment
from tagging.operations.errors import OperationError, StageNotReadable
from tagging.serving import LAYER, ModelStore, VersionMissing, check_files, files_in, version_prefix
from tagging.taxonomy import ALL_PACKS, Taxonomy, nearest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from tagging.model import Bundle, VersionParts

SHORTEST_ID = 4
"""Characters from which the beginning of a version's id stands for it."""


class VersionRefused(OperationError):
    """A version that does not exist, or must not be served; the message says why."""


@dataclass(frozen=True)
class Models:
    """The bucket of models of a stage, for one kind of item."""

    stage: str
    kind: Kind
    s3: S3Client
    store: ModelStore
    layer: DeployedLayer
    at_hand: tuple[Path, ...] = ()
    """Bundles on this machine, one of which may be that of the deployed layer."""

    def check(self, version: str) -> VersionParts:
        """The parts of a version, checked as serving does without its encoder; `layer` is the deployed bundle.

        Raises VersionRefused, and OtherEncoder and other BundleErrors as VersionRefused.
        """
        try:
            files = self.files(version)
            return check_files(files, self.layer.version if version == LAYER else version, self.layer.encoder)
        except BundleError as error:
            raise VersionRefused(" ".join(str(error).split())) from None

    def files(self, version: str) -> dict[str, bytes]:
        """The files of a version, by name, unchecked; `layer` is the deployed bundle. Raises VersionRefused."""
        try:
            return self._layer_files() if version == LAYER else self.store.read_version(version)
        except VersionMissing as error:
            raise VersionRefused(" ".join(str(error).split())) from None

    def taxonomy(self, parts: VersionParts) -> Taxonomy:
        """The heads of a version that run: its packs are those of the deployed layer."""
        return parts.taxonomy.with_packs(self._packs(parts))

    def scoring(self, version: str) -> Bundle:
        """A version that scores features, without its encoder, its packs on as serving has them.

        Raises VersionRefused.
        """
        parts = self.check(version)
        bundle = model.scoring_version(parts, KINDS[self.kind].encoder, Path(version))
        return bundle.with_packs(self._packs(parts))

    def _packs(self, parts: VersionParts) -> list[str]:
        known = (*parts.taxonomy.packs, ALL_PACKS)
        return [pack for pack in self.layer.packs if pack in known]

    def resolve(self, text: str) -> str:
        """The id that `text` stands for: an id or its beginning, `layer`, or the folder of its bundle.

        Raises VersionRefused where there is no such version; the message names the nearest one.
        """
        if text == LAYER:
            return LAYER
        folder = Path(text)
        if folder.is_dir():
            text = _id_of(folder)
        ids = self.store.version_ids()
        matching = [each for each in ids if each.startswith(text)] if len(text) >= SHORTEST_ID else []
        if len(matching) == 1:
            return matching[0]
        if len(matching) > 1:
            raise VersionRefused(f"{text} is the beginning of {', '.join(matching)}")
        if folder.is_dir():
            raise VersionRefused(f"the version of {folder} is {text}, and it was not pushed: tagging versions push")
        if self._is_half_uploaded(text):
            raise VersionRefused(f"version {text} is half uploaded: push it again")
        existing = f"; there is: {', '.join(ids)}" if 0 < len(ids) <= 5 else "" if ids else "; none was pushed yet"
        near = nearest(text, ids)
        raise VersionRefused(f"there is no version {text} for {KINDS[self.kind].plural}{near or existing}")

    def _is_half_uploaded(self, version: str) -> bool:
        prefix = version_prefix(self.kind, version)
        return bool(self.s3.list_objects_v2(Bucket=self.store.bucket, Prefix=prefix, MaxKeys=1).get("Contents"))

    def _layer_files(self) -> dict[str, bytes]:
        version = self.layer.version
        for folder in self.at_hand:
            if (folder / "manifest.json").is_file() and _id_of(folder) == version:
                return files_in(folder)
        try:
            return self.store.read_version(version)
        except VersionMissing:
            message = f"the deployed layer's bundle {version} is not on this machine, and it was not pushed"
            raise VersionRefused(message) from None


def _id_of(folder: Path) -> str:
    """The id of the version in a bundle's folder. Raises VersionRefused if it is no bundle."""
    try:
        checksum = msgspec.json.decode((folder / "manifest.json").read_bytes())["checksum"]
        return str(checksum)[:12]
    except (OSError, msgspec.DecodeError, KeyError, TypeError):
        raise VersionRefused(f"{folder} is no bundle: it has no manifest.json with a checksum") from None


def find_models(deployment: Deployment, kind: Kind, at_hand: Sequence[Path] = ()) -> Models:
    """The models of one kind; StageNotReadable where the stage has no bucket of models."""
    layer = deployment.layers.get(kind)
    if not deployment.models_bucket or layer is None:
        raise StageNotReadable(f"stage {deployment.stage} has no bucket of models: deploy it again")
    store = ModelStore(deployment.clients.s3, deployment.models_bucket, kind)
    return Models(deployment.stage, kind, deployment.clients.s3, store, layer, tuple(at_hand))


def kinds_with_models(deployment: Deployment) -> Iterator[Kind]:
    """The kinds whose versions the stage can serve."""
    return (kind.name for kind in KINDS.values() if kind.name in deployment.layers)
