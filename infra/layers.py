"""The layers as built by `tagging build`, or, for the local cloud, their source folders as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.settings import Architecture, StageSettings
from layers.runtime.built import MARKER, read_marker

PYTHON = lambda_.Runtime.PYTHON_3_13
SOURCES = ("tagging", "mail_model")
"""Layers whose source folder can be served as it stands; what the others hold is in the machine's own Python."""


class LayersNotBuilt(RuntimeError):
    """A layer is not built, or built for another processor; the text is one line and says what to run."""


def processor(architecture: Architecture) -> lambda_.Architecture:
    """CDK's value for the setting."""
    return {"arm64": lambda_.Architecture.ARM_64, "x86_64": lambda_.Architecture.X86_64}[architecture]


def make_layers(
    scope: Construct, names: Sequence[str], *, settings: StageSettings, root: Path
) -> list[lambda_.LayerVersion]:
    """The layers of these names, in order; raises LayersNotBuilt."""
    return [
        lambda_.LayerVersion(
            scope,
            f"Layer-{name}",
            code=_source(root, name) if settings.local else _built(root, name, settings.architecture),
            compatible_runtimes=[PYTHON],
            compatible_architectures=[processor(settings.architecture)],
            description=f"{name} of {settings.stack_name}",
        )
        for name in names
        if not settings.local or name in SOURCES
    ]


def _source(root: Path, name: str) -> lambda_.Code:
    # A hash of our own choice spares CDK reading the whole folder; nothing is ever uploaded under it.
    return _asset(root / "layers" / name, f"source-{name}")


def _built(root: Path, name: str, architecture: Architecture) -> lambda_.Code:
    folder = root / "build" / "layers" / name
    marker = read_marker(folder)
    if marker is None:
        raise LayersNotBuilt(f"layer {name} is not built; run: tagging build")
    if marker.architecture != architecture:
        raise LayersNotBuilt(
            f"layer {name} is built for {marker.architecture}, not {architecture}; "
            f"run: tagging build --architecture {architecture}"
        )
    return _asset(folder, marker.content)


def _asset(folder: Path, content: str) -> lambda_.Code:
    return lambda_.Code.from_asset(
        str(folder), asset_hash=content, asset_hash_type=cdk.AssetHashType.CUSTOM, exclude=[MARKER]
    )
