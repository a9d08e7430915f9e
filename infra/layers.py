"""The layers as built by `tagging build`, or their source folders for the local cloud."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct
from msgspec import Struct

from infra.settings import Architecture, StageError, StageSettings
from layers.runtime.built import MARKER, BuildError, read_marker
from layers.runtime.functions import DEPLOYED, DeployedFunction, versions_layer
from layers.runtime.own_bundle import own_bundle
from tagging.taxonomy import Taxonomy, UnknownPack
from tagging.validation import InvalidDocument, from_json

PYTHON = lambda_.Runtime.PYTHON_3_13
SOURCES = ("tagging", versions_layer(DEPLOYED), *(function.model for function in DEPLOYED))
"""Layers that the local cloud serves from their source folders; the others are packages of this Python."""


def processor(architecture: Architecture) -> lambda_.Architecture:
    """CDK's value for the setting."""
    return {"arm64": lambda_.Architecture.ARM_64, "x86_64": lambda_.Architecture.X86_64}[architecture]


class _LabelStatistics(Struct, frozen=True):
    given: float


class _Statistics(Struct, frozen=True):
    """What is read of a bundle's `statistics.json`."""

    labels: dict[str, _LabelStatistics] = {}


class Layers(Construct):
    """The layers of all functions, each defined once; raises StageError if one is not built."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: StageSettings, root: Path) -> None:
        super().__init__(scope, construct_id)
        for function in settings.functions:
            _check_own_bundle(root, function)
        names = dict.fromkeys(name for function in settings.functions for name in function.layers)
        self.versions = versions_layer(settings.functions)
        names |= {self.versions: None} if settings.features != "off" else {}
        self._layers = {
            name: lambda_.LayerVersion(
                self,
                name,
                code=_source_code(root, name) if settings.local else _built_code(root, name, settings.architecture),
                compatible_runtimes=[PYTHON],
                compatible_architectures=[processor(settings.architecture)],
                description=f"{name} of {settings.stack_name}",
            )
            for name in names
            if not settings.local or name in SOURCES
        }

    def for_function(self, function: DeployedFunction) -> list[lambda_.LayerVersion]:
        """The layers of one function, in order; of a local stage only the SOURCES."""
        return self.named(*function.layers)

    def named(self, *names: str) -> list[lambda_.LayerVersion]:
        """The layers of these names, in order; of a local stage only the SOURCES."""
        return [self._layers[name] for name in names if name in self._layers]


def _check_own_bundle(root: Path, function: DeployedFunction) -> None:
    """Raises StageError for a bundle of your own that cannot be served, or whose alarms would be blind."""
    if function.own is None:
        return
    try:
        bundle = own_bundle(root, function)
    except BuildError as error:
        raise StageError(str(error)) from None
    rates = _rates(root / function.own / "statistics.json")
    blind = [label for label in bundle.taxonomy.in_use().critical_labels if label not in rates]
    if blind:
        raise StageError(
            f"{function.kind}_bundle: {function.own} does not say how often its critical label {blind[0]} is given, so "
            "that no alarm would miss it: train the bundle with tagging train, or mark the label as not critical"
        )


def built_taxonomy(root: Path, function: DeployedFunction, settings: StageSettings) -> Taxonomy:
    """The taxonomy in the built layer of a function's bundle, with the stage's packs; raises StageError."""
    path = root / "build" / "layers" / function.model / "bundle" / "taxonomy.json"
    try:
        return from_json(path.read_bytes(), Taxonomy).with_packs(settings.packs(function.kind))
    except UnknownPack as error:
        raise StageError(f"stage {settings.stage}: {function.kind}_heads: {error}") from None
    except (OSError, InvalidDocument):
        raise StageError(f"layer {function.model} contains no bundle with a taxonomy; run: tagging build") from None


def layer_description(root: Path, function: DeployedFunction, settings: StageSettings) -> str:
    """The bundle in a function's layer as JSON, for an output of the stack: `tagging promote` compares with it.

    Raises StageError where the layer contains no bundle.
    """
    folder = root / ("layers" if settings.local else "build/layers") / function.model / "bundle"
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        taxonomy = from_json((folder / "taxonomy.json").read_bytes(), Taxonomy)
        packs = taxonomy.find_packs(settings.packs(function.kind))
        critical = taxonomy.with_packs(packs).in_use().critical_labels
        document = {"version": manifest["checksum"][:12], "encoder": manifest["encoder"], "critical": critical}
    except (OSError, ValueError, KeyError):
        raise StageError(f"layer {function.model} contains no bundle; run: tagging build") from None
    return json.dumps(document | {"packs": packs}, separators=(",", ":"))


def reference_rates(root: Path, function: DeployedFunction) -> Mapping[str, float]:
    """Label → share of the held-out training items that get it, from the built bundle; raises StageError."""
    try:
        return _rates(root / "build" / "layers" / function.model / "bundle" / "statistics.json")
    except (OSError, InvalidDocument):
        raise StageError(f"layer {function.model} contains no bundle with statistics; run: tagging build") from None


def _rates(path: Path) -> Mapping[str, float]:
    labels = from_json(path.read_bytes(), _Statistics).labels
    return {label: statistics.given for label, statistics in labels.items()}


def _source_code(root: Path, name: str) -> lambda_.Code:
    # A fixed hash, so that CDK does not read the whole folder; nothing is ever uploaded under it.
    return _asset(root / "layers" / name, f"source-{name}")


def _built_code(root: Path, name: str, architecture: Architecture) -> lambda_.Code:
    folder = root / "build" / "layers" / name
    marker = read_marker(folder)
    if marker is None:
        raise StageError(f"layer {name} is not built; run: tagging build")
    if marker.architecture != architecture:
        raise StageError(
            f"layer {name} is built for {marker.architecture}, not {architecture}; "
            f"run: tagging build --architecture {architecture}"
        )
    return _asset(folder, marker.content)


def _asset(folder: Path, content: str) -> lambda_.Code:
    return lambda_.Code.from_asset(
        str(folder), asset_hash=content, asset_hash_type=cdk.AssetHashType.CUSTOM, exclude=[MARKER]
    )
