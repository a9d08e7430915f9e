"""The stack of each stage, synthesised once for all tests, since starting the CDK takes seconds."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions

from infra.app import ROOT, build_app
from infra.layers import SOURCES
from layers.runtime.built import Marker, write_marker
from layers.runtime.functions import DEPLOYED, versions_layer

LAYERS = sorted({name for function in DEPLOYED for name in (*function.layers, versions_layer(DEPLOYED))})
KINDS = ("Mail", "Image")
"""Prefix of the logical ids of each kind's resources."""
TAXONOMIES = {
    f"{kind}_model": {"version": 1, "heads": [{"id": "topic", "kind": "multilabel", "labels": labels}]}
    for kind, labels in {
        "mail": [
            {"id": "refund", "description": "asks for money back"},
            {"id": "threat", "description": "threatens somebody", "critical": True},
            {"id": "old", "description": "is no longer assigned", "critical": True, "deprecated": True},
        ],
        "image": [{"id": "weapon", "description": "shows a weapon", "critical": True}],
    }.items()
}
"""Model layer → taxonomy."""
RATES = {"mail_model": {"refund": 0.02, "threat": 0.005}, "image_model": {"weapon": 0.01}}
"""Model layer → label → share of the items that get it."""
EVERYTHING = {
    "monitoring": "true",
    "customer_key": "true",
    "page_mail": "on-call@example.org",
    "mail_domain": "mail.example.org",
    "mail_identity": "create",
    "malware_gate": "true",
    "probe": "true",
    "label_changes": "true",
    "ticket_consumer": "210987654321",
    "features": "all",
    "mail_days": "0",
    "image_days": "60",
    "mail_warm_pool": "3",
    "image_warm_pool": "2",
    "mail_warm_pool_most": "6",
    "warm_hours": "7-19",
    "warm_zone": "Europe/Berlin",
}
"""Settings of a dev stack with every optional part."""
Resource = dict[str, Any]


@dataclass(frozen=True)
class Stack:
    """A synthesised template with lookups by type and logical id."""

    template: dict[str, Any]
    app: cdk.App | None = None
    """The app that was synthesised, if a test needs it."""

    def all(self, kind: str) -> dict[str, Resource]:
        """Resources of a type (`SQS::Queue`) by their logical ids."""
        return self.all_of(f"AWS::{kind}")

    def all_of(self, kind: str) -> dict[str, Resource]:
        """Resources of a full type (`Custom::S3AutoDeleteObjects`) by their logical ids."""
        return {name: each for name, each in self.template["Resources"].items() if each["Type"] == kind}

    def only(self, kind: str) -> Resource:
        """Properties of the only resource of a type."""
        (resource,) = self.all(kind).values()
        return resource["Properties"]

    def named(self, part: str, kind: str) -> Resource:
        """Properties of the one resource of a type whose logical id starts like this."""
        (resource,) = [each for name, each in self.all(kind).items() if name.startswith(part)]
        return resource["Properties"]

    def id_of(self, kind: str, start: str) -> str:
        """Logical id of the one resource of a type whose id starts like this."""
        (logical_id,) = [name for name in self.all(kind) if name.startswith(start)]
        return logical_id

    def arn_of(self, kind: str, start: str) -> dict[str, Any]:
        """The intrinsic function for the ARN of that resource."""
        return {"Fn::GetAtt": [self.id_of(kind, start), "Arn"]}


def make_project(folder: Path, architecture: str = "arm64") -> Path:
    """A project folder with everything that synthesis reads, and almost empty layers."""
    shutil.copy(ROOT / "cdk.json", folder / "cdk.json")
    (folder / "functions").mkdir()
    for function in DEPLOYED:
        (folder / "functions" / f"{function.name}.py").write_text("def handler(event, context): ...\n")
    for name in ("probe", "correct"):
        (folder / "functions" / f"{name}.py").write_text("def handler(event, context): ...\n")
    for name in SOURCES:
        (folder / "layers" / name).mkdir(parents=True)
    for name in LAYERS:
        layer = folder / "build" / "layers" / name
        layer.mkdir(parents=True)
        (layer / "content").write_text(name)
        if name in TAXONOMIES:
            (layer / "bundle").mkdir()
            (layer / "bundle" / "taxonomy.json").write_text(json.dumps(TAXONOMIES[name]))
            statistics = {"labels": {label: {"given": rate} for label, rate in RATES[name].items()}}
            (layer / "bundle" / "statistics.json").write_text(json.dumps(statistics))
            (layer / "bundle" / "manifest.json").write_text(json.dumps({"checksum": "c" * 64, "encoder": "e" * 12}))
            shutil.copytree(layer / "bundle", folder / "layers" / name / "bundle")
        write_marker(layer, Marker(name, architecture, "inputs", f"content of {name}", 1, 1))
    return folder


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="session")
def synthesised(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Stack]:
    """The stack of a stage with some settings changed."""
    cache: dict[tuple[tuple[str, str], ...], Stack] = {}

    def synthesise(stage: str, **changes: str) -> Stack:
        context = (("stage", stage), *changes.items())
        if context not in cache:
            app = build_app(project, dict(context), str(tmp_path_factory.mktemp("cdk.out")))
            template = assertions.Template.from_stack(app.node.find_child(f"tagging-{stage}"))
            cache[context] = Stack(template.to_json(), app)
        return cache[context]

    return synthesise


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def dev(synthesised: Callable[..., Stack]) -> Stack:
    return synthesised("dev")


@pytest.fixture(scope="session")
def everything(synthesised: Callable[..., Stack]) -> Stack:
    return synthesised("dev", **EVERYTHING)


@pytest.fixture(scope="session")
def prod(synthesised: Callable[..., Stack]) -> Stack:
    return synthesised("prod")


@pytest.fixture(scope="session")
def local(synthesised: Callable[..., Stack]) -> Stack:
    return synthesised("local")
