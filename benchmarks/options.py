"""Options that several benchmarks have, and the bundle that they measure by default."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tagging.cli.project import root

AsJson = Annotated[bool, typer.Option("--json", help="JSON, nothing else.")]
Bundle = Annotated[Path | None, typer.Option(metavar="DIR", help="The shipped bundle if left out.")]
Encoder = Annotated[Path | None, typer.Option(metavar="DIR", help="The shipped encoder if left out.")]
FeatureCache = Annotated[Path | None, typer.Option(metavar="DIR", help="Keeps features between runs.")]


def shipped_bundle() -> Path:
    """The shipped mail bundle."""
    return root() / "layers/mail_model/bundle"


def shipped_encoder() -> Path:
    """The encoder of the shipped mail bundle."""
    return shipped_bundle() / "encoder"


def shipped_background() -> Path:
    """The background of texts, as features of that encoder."""
    return root() / "layers/mail_model/background.npz"
