"""Where the bundles and sample items are that ship with the project: in the clone, else inside the package."""

from __future__ import annotations

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
