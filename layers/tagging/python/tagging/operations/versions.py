"""Versions in the bucket of models: pushed, listed, retired."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagging.model import BundleError, OtherEncoder
from tagging.operations.models import Models, VersionRefused
from tagging.operations.pointer_history import PointerState, read_state
from tagging.operations.retirement import is_retired, mark_retired
from tagging.operations.thresholds import BY_HAND
from tagging.serving import LAYER, MANIFEST, Pointer, files_of, load_version, version_id, version_prefix

if TYPE_CHECKING:
    from tagging.model import Bundle


@dataclass(frozen=True)
class PushedVersion:
    """A version that the bucket holds now."""

    version: str
    kind: str
    written: tuple[str, ...]
    """Names of the files that the bucket lacked."""
    bytes: int
    labels: int


@dataclass(frozen=True)
class ListedVersion:
    """A version of the bucket, and its role."""

    version: str
    kind: str
    role: str
    """champion, challenger, shadow, previous, retired; empty without one."""
    pushed: datetime
    encoder: str
    labels: int
    fault: str = ""
    """Why it must not be served."""
    origin: str = ""
    """What it was trained on, and the thresholds that were set by hand; empty where its manifest does not say."""


def push_version(models: Models, bundle: Bundle) -> PushedVersion:
    """Check a bundle's version as serving does, self-test included, and write what the bucket lacks of it.

    A retired version is in use again. Raises VersionRefused.
    """
    return push_files(models, files_of(Path(bundle.folder), bundle), version_id(bundle), bundle)


def push_files(models: Models, files: Mapping[str, bytes], version: str, bundle: Bundle) -> PushedVersion:
    """Push the files of a version as `push_version` does; `bundle` has its encoder. Raises VersionRefused."""
    if bundle.version.encoder != models.layer.encoder:
        raise VersionRefused(
            f"{version} was made for encoder {bundle.version.encoder}, and {models.layer.encoder} is deployed: "
            "deploy its encoder, or train it on the deployed one; nothing was pushed"
        )
    try:
        labels = load_version(files, version, bundle).bundle.decisions
    except (BundleError, OtherEncoder) as error:
        raise VersionRefused(f"{' '.join(str(error).split())}; nothing was pushed") from None
    written = models.store.write_version(version, files)
    models.check(version)  # files that were there already may be damaged
    if not written and is_retired(models, version):
        mark_retired(models, version, retired=False)
    sizes = sum(map(len, files.values()))
    return PushedVersion(version, models.kind, tuple(written), sizes, len(labels))


def list_versions(models: Models) -> Iterator[ListedVersion]:
    """Every complete version, the newest first; those that must not be served with the reason."""
    pointer = read_state(models).last_good
    found = [_listed(models, version, pointer) for version in models.store.version_ids()]
    yield from sorted(found, key=lambda each: each.pushed, reverse=True)


def role_of(version: str, pointer: Pointer | None) -> str:
    """The role of a version; without a pointer, `layer` is the champion."""
    if pointer is None:
        return "champion" if version == LAYER else ""
    share = pointer.challenger
    if share is not None and share.version == version:
        return f"challenger {share.share:.4g}"
    if version in pointer.shadows:
        return "shadow"
    roles = {pointer.previous: "previous", pointer.champion: "champion"}
    return roles.get(version, "")


def retire_version(models: Models, version: str) -> None:
    """Mark a version as retired: the bucket's lifecycle removes it. Raises VersionRefused if it has a role."""
    _refuse_role(version, read_state(models))
    mark_retired(models, version, retired=True)
    state = read_state(models)
    if role_of(version, state.last_good):  # promoted meanwhile
        mark_retired(models, version, retired=False)
        _refuse_role(version, state)


def _refuse_role(version: str, state: PointerState) -> None:
    role = role_of(version, state.last_good)
    if role:
        raise VersionRefused(f"{version} is {role.split()[0]}: {state}; nothing was changed")


def _listed(models: Models, version: str, pointer: Pointer | None) -> ListedVersion:
    key = version_prefix(models.kind, version) + MANIFEST
    pushed = models.s3.head_object(Bucket=models.store.bucket, Key=key)["LastModified"]
    role = role_of(version, pointer) or ("retired" if is_retired(models, version) else "")
    try:
        parts = models.check(version)
    except VersionRefused as error:
        return ListedVersion(version, models.kind, role, pushed, "", 0, str(error))
    labels = len(parts.taxonomy.labels)
    origin = _origin(parts.manifest.about)
    return ListedVersion(version, models.kind, role, pushed, parts.manifest.encoder, labels, origin=origin)


def _origin(about: Mapping[str, Any]) -> str:
    by_hand = ", ".join(f"{label} {threshold:g}" for label, threshold in about.get(BY_HAND, {}).items())
    parts = [f"{about['data']} ({about.get('rows', '?')} rows)"] if "data" in about else []
    return "; ".join([*parts, *([f"thresholds by hand: {by_hand}"] if by_hand else [])])
