"""The synthesised template of stage `local`, cached by a hash of its sources."""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from tagging.kinds import ItemKind

STAGE = "local"
MADE_BY = (
    "infra/*.py",
    "infra/monitoring/*.py",
    "infra/cost/*.py",
    "infra/cost/regions/*.json",
    "cdk.json",
    "layers/runtime/*.py",
    "layers/*/*.yaml",
    "layers/*/bundle/manifest.json",
    "layers/*/bundle/taxonomy.json",
    "layers/tagging/python/tagging/*.py",
    "layers/tagging/python/tagging/intake/*.py",
    "layers/tagging/python/tagging/operations/*.py",
    "layers/tagging/python/tagging/serving/*.py",
    "layers/tagging/python/tagging/taxonomy/*.py",
    "layers/tagging/python/tagging/telemetry/*.py",
    "layers/tagging/python/tagging/local/template.py",
)
"""Files that a synthesised template depends on."""
UNCHECKED = {"CDK_VALIDATION": "false"}
"""Environment of a CDK app whose template is never deployed: CDK's own checks take longer than the synthesis."""


class TemplateError(Exception):
    """The template could not be synthesised or read; the message has the reason."""


@dataclass(frozen=True)
class Resource:
    """One resource of the template, unchanged."""

    id: str
    type: str
    properties: Mapping[str, Any]
    asset: Path | None
    """The folder or file of a function or layer."""


@dataclass(frozen=True)
class Template:
    """A CloudFormation template; `name` is that of its stack."""

    name: str
    document: Mapping[str, Any]
    resources: Mapping[str, Resource]

    @classmethod
    def read(cls, path: Path) -> Template:
        """Read a template file `NAME.template.json`; asset paths are relative to it. Raises TemplateError."""
        try:
            document = json.loads(path.read_text())
            resources = {
                id: _read_resource(id, definition, path.resolve().parent)
                for id, definition in document["Resources"].items()
            }
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            raise TemplateError(f"{path.name} is no CloudFormation template: {error!r}") from error
        return cls(path.name.split(".")[0], document, resources)

    def with_asset(self, old: Path, new: Path) -> Template:
        """The template with another folder where a resource has the folder `old`."""
        old = old.resolve()
        changed = {
            id: replace(one, asset=new) if one.asset is not None and one.asset.resolve() == old else one
            for id, one in self.resources.items()
        }
        return replace(self, resources=changed)

    def with_bundle(self, root: Path, kind: ItemKind, bundle: Path) -> Template:
        """The template of the project at `root` with another bundle for a kind of item."""
        layer = _temporary_folder()
        (layer / "bundle").symlink_to(bundle.resolve())  # a layer contains its bundle under this name
        return self.with_asset(root / "layers" / kind.model, layer)._with_version(kind, bundle)

    def _with_version(self, kind: ItemKind, bundle: Path) -> Template:
        """The template whose layer of versions has the one of another bundle for a kind of item."""
        old = next(
            (one.asset for one in self.resources.values() if one.asset and (one.asset / "versions").is_dir()), None
        )
        if old is None:
            return self
        folders = {path.name: path for path in (old / "versions").iterdir()} | {kind.name: bundle}
        layer = _temporary_folder()
        (layer / "versions").mkdir()
        for name, folder in folders.items():
            (layer / "versions" / name).symlink_to(folder.resolve())
        return self.with_asset(old, layer)

    def of_type(self, type: str) -> tuple[Resource, ...]:
        """The resources of one type (`AWS::SQS::Queue`), in the template's order."""
        return tuple(resource for resource in self.resources.values() if resource.type == type)


def _temporary_folder() -> Path:
    folder = Path(mkdtemp(prefix="tagging-bundle-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _read_resource(id: str, definition: Mapping[str, Any], folder: Path) -> Resource:
    asset = definition.get("Metadata", {}).get("aws:asset:path")
    return Resource(id, definition["Type"], definition.get("Properties", {}), folder / asset if asset else None)


def synthesise(root: Path) -> Template:
    """The template of the repository at `root`, synthesised again only when one of its sources has changed.

    Takes about 4 s, milliseconds from the cache. Raises TemplateError where the CDK app fails.
    """
    folder = root / "build" / "local" / _fingerprint(root)
    if not list(_templates(folder)):
        _run_app(root, folder)
    templates = list(_templates(folder))
    if len(templates) != 1:
        raise TemplateError(f"the CDK app made {len(templates)} templates for stage {STAGE}; expected one")
    return Template.read(templates[0])


def _templates(folder: Path) -> Iterator[Path]:
    return folder.glob("*.template.json")


def _fingerprint(root: Path) -> str:
    digest = hashlib.sha256(f"{sys.version_info[:2]} {version('aws-cdk-lib')} {root}".encode())
    for path in sorted({path for pattern in MADE_BY for path in root.glob(pattern)}):
        digest.update(f"{path.relative_to(root)} ".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def need_node() -> None:
    """Raise TemplateError where Node.js is missing: the CDK app's own error does not say so."""
    if shutil.which(os.environ.get("JSII_NODE", "node")) is None:
        raise TemplateError("CDK needs Node.js: install 18 or newer and put it on the PATH, then run: tagging doctor")


def _run_app(root: Path, folder: Path) -> None:
    need_node()
    folder.parent.mkdir(parents=True, exist_ok=True)
    output = folder.with_name(f"{folder.name}.{os.getpid()}")
    done = subprocess.run(
        [sys.executable, "-m", "infra.app", "-c", f"stage={STAGE}", "--output", str(output)],
        cwd=root,
        env={**os.environ, **UNCHECKED},
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        if done.returncode:
            raise TemplateError(f"the CDK app failed:\n{done.stderr.strip()[-4000:]}")
        output.rename(folder)
    except OSError:
        if not folder.exists():  # otherwise another process was faster
            raise
    finally:
        shutil.rmtree(output, ignore_errors=True)
