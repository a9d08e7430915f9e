"""Where the bundles and sample items are that ship with the project: in the clone, else inside the package."""

from __future__ import annotations

import json
from pathlib import Path

import tagging

PACKAGE_DATA = "shipped"
"""Folder of the installed package with what its wheel has of the clone."""


def find_clone() -> Path | None:
    """The clone that the package runs from: the folder above it that holds cdk.json."""
    folders = Path(str(tagging.__file__)).resolve().parents
    return next((folder for folder in folders if (folder / "cdk.json").exists()), None)


def shipped_path(name: str | Path) -> Path:
    """The path of `layers/mail_model/bundle`, `events/mails`, …; it may not exist: a wheel can lack the bundles."""
    return (find_clone() or Path(str(tagging.__file__)).resolve().parent / PACKAGE_DATA) / name


def path_or_shipped(path: Path) -> Path:
    """The path; where it does not exist, the shipped file or folder of that name, if there is one."""
    if path.exists() or path.is_absolute() or not shipped_path(path).exists():
        return path
    return shipped_path(path)


def shipped_background(encoder: Path) -> Path | None:
    """The background that ships; None where it is not there, or is for another encoder."""
    for name in ("layers/mail_model", "layers/mail_model/multilingual"):
        path, own = shipped_path(f"{name}/background.npz"), shipped_path(f"{name}/bundle/encoder/manifest.json")
        if path.exists() and own.exists() and _same_encoder(own, encoder / "manifest.json"):
            return path
    return None


def _same_encoder(one: Path, other: Path) -> bool:
    """Whether two manifests are of the same files; what was measured of them may differ."""
    try:
        files, others = (json.loads(path.read_bytes())["files"] for path in (one, other))
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return bool(files == others)
