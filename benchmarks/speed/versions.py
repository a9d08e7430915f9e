"""Another version of a bundle: the same heads under another id, so that only serving it differs."""

from __future__ import annotations

import json
from pathlib import Path

from tagging.model import checksum_of
from tagging.serving import MANIFEST, Change, files_in, promoted, version_prefix

MODELS_BUCKET = "models"


def models_of(folder: Path) -> dict[str, bytes]:
    """The bucket of models as `/bucket/key`: a pointer to another version of the bundle in `folder`, and its files."""
    version, files = other_version(folder)
    pointer = promoted(None, "mail", version, Change("benchmark", "2026-11-28T12:00:00.000+00:00", "a measurement"))
    keys = {f"serving/{pointer.kind}.json": pointer.to_json()}
    keys |= {version_prefix(pointer.kind, version) + name: content for name, content in files.items()}
    return {f"/{MODELS_BUCKET}/{key}": content for key, content in keys.items()}


def other_version(folder: Path) -> tuple[str, dict[str, bytes]]:
    """The id and the files of a version that tags as the bundle in this folder does."""
    files = files_in(folder)
    manifest = json.loads(files[MANIFEST])
    manifest["about"] = {**manifest.get("about", {}), "benchmark": "another version"}
    manifest["checksum"] = checksum_of(manifest)
    return manifest["checksum"][:12], files | {MANIFEST: json.dumps(manifest).encode()}
