"""Where the project's files are, for the commands that need more than the package."""

from __future__ import annotations

from pathlib import Path

import typer

ITEMS = {"tag_mail": "events/mails", "tag_image": "events/images"}
"""Folders of the items that each function is shown with."""


def root() -> Path:
    """The project's folder: the one above `layers/` that holds cdk.json."""
    for folder in Path(__file__).resolve().parents:
        if (folder / "cdk.json").exists():
            return folder
    raise typer.BadParameter("this command needs the project's folder: install with `make setup` in a clone")
