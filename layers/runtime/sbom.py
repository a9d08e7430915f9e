"""The bill of materials of the layers, as CycloneDX 1.6: packages, encoders and our own parts, with licences."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from layers.runtime.built import Marker
from layers.runtime.functions import DeployedFunction
from layers.runtime.licences import declared_licence

_SPDX = frozenset({"Apache-2.0", "BSD-3-Clause", "MIT", "MIT-CMU", "PSF-2.0"})
"""Identifiers that packages declare as they are; an expression has AND, every other text is a name."""
_OURS = [{"license": {"id": "Apache-2.0"}}]


def write_sbom(functions: Sequence[DeployedFunction], layers: Sequence[Marker], built: Path, path: Path) -> None:
    """Write the bill of materials of these functions and their layers; the same ones always make the same file."""
    components = [component for layer in layers for component in _components(layer, built / layer.name)]
    distinct = {component["bom-ref"]: component for component in components}
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, ' '.join(layer.content for layer in layers))}",
        "version": 1,
        "metadata": {"component": {"bom-ref": "tagging", "type": "application", "name": "tagging", "licenses": _OURS}},
        "components": [*_applications(functions), *(distinct[name] for name in sorted(distinct))],
        "dependencies": [
            {"ref": "tagging", "dependsOn": [function.title for function in functions]},
            *(_dependency(function.title, function.layers, layers, built) for function in functions),
        ],
    }
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _applications(functions: Sequence[DeployedFunction]) -> list[dict[str, Any]]:
    names = [function.title for function in functions]
    return [{"bom-ref": name, "type": "application", "name": name, "licenses": _OURS} for name in names]


def _dependency(name: str, of_function: tuple[str, ...], layers: Sequence[Marker], built: Path) -> dict[str, Any]:
    parts = [each for layer in layers if layer.name in of_function for each in _components(layer, built / layer.name)]
    return {"ref": name, "dependsOn": sorted(each["bom-ref"] for each in parts)}


def _components(layer: Marker, folder: Path) -> Iterator[dict[str, Any]]:
    """The packages of a layer, its encoder, and the layer's own content if it is ours."""
    packages = sorted((folder / "python").glob("*.dist-info"))
    yield from map(_package, packages)
    manifest = folder / "bundle" / "encoder" / "manifest.json"
    if manifest.is_file():
        yield _encoder(layer.name, json.loads(manifest.read_text(encoding="utf-8")))
    if not packages:
        yield {
            "bom-ref": layer.name,
            "type": "machine-learning-model" if manifest.is_file() else "library",
            "name": layer.name,
            "licenses": _OURS,
            "properties": [{"name": "tagging:content", "value": layer.content}],
        }


def _package(metadata: Path) -> dict[str, Any]:
    headers = HeaderParser().parsestr((metadata / "METADATA").read_text(encoding="utf-8"))
    name, version = str(headers["Name"]).lower().replace("_", "-"), str(headers["Version"])
    purl = f"pkg:pypi/{name}@{version}"
    licence = _licence(declared_licence(metadata))
    return {"bom-ref": purl, "type": "library", "name": name, "version": version, "purl": purl, "licenses": [licence]}


def _encoder(layer: str, manifest: dict[str, Any]) -> dict[str, Any]:
    weights = manifest.get("weights")
    if weights is None:  # of your own
        return {"bom-ref": f"{layer}/encoder", "type": "machine-learning-model", "name": f"encoder of {layer}"}
    return {
        "bom-ref": f"{layer}/encoder",
        "type": "machine-learning-model",
        "name": weights["origin"],
        "hashes": [{"alg": "SHA-256", "content": manifest["files"]["encoder.onnx"]}],
        "licenses": [_licence(weights["licence"])],
        "pedigree": {"notes": f"made from weights with the SHA-256 {weights['sha256']}"},
    }


def _licence(declared: str) -> dict[str, Any]:
    if " AND " in declared:
        return {"expression": declared}
    return {"license": {"id": declared} if declared in _SPDX else {"name": declared}}
