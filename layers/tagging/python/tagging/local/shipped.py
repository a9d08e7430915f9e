"""Where the bundles and sample items are that ship with the project: in the clone, else inside the package."""

from __future__ import annotations

from pathlib import Path

import tagging

PACKAGE_DATA = "shipped"
"""Folder of the installed package that holds what the wheel takes from the clone."""


def find_clone() -> Path | None:
    """The clone that the package runs from: the folder above it that holds cdk.json."""
    folders = Path(str(tagging.__file__)).resolve().parents
    return next((folder for folder in folders if (folder / "cdk.json").exists()), None)


def shipped_folder(name: str) -> Path:
    """The folder `layers/mail_model/bundle`, `events/mails`, …: that of the clone, else that of the installed package.

    It may not exist: a wheel can be built without bundles.
    """
    return (find_clone() or Path(str(tagging.__file__)).resolve().parent / PACKAGE_DATA) / name
