"""Another version of a bundle: the same heads under another id, so that only serving it differs."""

from __future__ import annotations

import json
from pathlib import Path

from msgspec.structs import replace

from tagging.model import checksum_of
from tagging.serving import MANIFEST, Change, files_in, promoted, version_prefix

MODELS_BUCKET = "models"


def models_of(folder: Path, shadows: int = 0) -> dict[str, bytes]:
    """The bucket of models as `/bucket/key`: a pointer to other versions of the bundle in `folder`, and their files.

    One is the champion, and so many are its shadows.
    """
    (champion, _), *others = versions = [other_version(folder, number) for number in range(1 + shadows)]
    pointer = promoted(None, "mail", champion, Change("benchmark", "2026-11-28T12:00:00.000+00:00", "a measurement"))
    pointer = replace(pointer, shadows=tuple(version for version, _ in others))
    keys = {f"serving/{pointer.kind}.json": pointer.to_json()}
    for version, files in versions:
        keys |= {version_prefix(pointer.kind, version) + name: content for name, content in files.items()}
    return {f"/{MODELS_BUCKET}/{key}": content for key, content in keys.items()}


def other_version(folder: Path, number: int = 0) -> tuple[str, dict[str, bytes]]:
    """The id and the files of a version that tags as the bundle in this folder does; another id for each number."""
    files = files_in(folder)
    manifest = json.loads(files[MANIFEST])
    manifest["about"] = {**manifest.get("about", {}), "benchmark": f"another version {number}".removesuffix(" 0")}
    manifest["checksum"] = checksum_of(manifest)
    return manifest["checksum"][:12], files | {MANIFEST: json.dumps(manifest).encode()}
