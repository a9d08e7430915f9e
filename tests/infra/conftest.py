"""The stack of each stage, synthesised once for all tests: starting the CDK costs seconds."""

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
from layers.runtime.functions import DEPLOYED

LAYERS = sorted({name for function in DEPLOYED for name in function.layers})
KINDS = ("Mail", "Image")
"""How the logical ids of each kind's resources begin."""
TAXONOMIES = {
    f"{kind}_model": {"version": 1, "heads": [{"id": "topic", "kind": "multilabel", "labels": labels}]}
    for kind, labels in {
        "mail": [
            {"id": "refund", "description": "asks for money back"},
            {"id": "threat", "description": "threatens somebody", "critical": True},
            {"id": "old", "description": "is no longer given", "critical": True, "deprecated": True},
        ],
        "image": [{"id": "weapon", "description": "shows a weapon", "critical": True}],
    }.items()
}
"""By layer of a bundle."""
EVERYTHING = {
    "monitoring": "true",
    "customer_key": "true",
    "page_mail": "on-call@example.org",
    "mail_domain": "mail.example.org",
    "malware_gate": "true",
    "mail_days": "0",
    "image_days": "60",
    "mail_warm_pool": "3",
    "image_warm_pool": "2",
    "mail_warm_pool_most": "6",
    "warm_hours": "7-19",
    "warm_zone": "Europe/Berlin",
}
"""Settings with which a dev stack has all that a stack can have."""
Resource = dict[str, Any]


@dataclass(frozen=True)
class Stack:
    """A synthesised template, asked by what it holds."""

    template: dict[str, Any]
    app: cdk.App | None = None
    """Whence it comes, where that is of use."""

    def all(self, kind: str) -> dict[str, Resource]:
        """Resources of a type (`SQS::Queue`) by their logical ids."""
        return {name: each for name, each in self.template["Resources"].items() if each["Type"] == f"AWS::{kind}"}

    def only(self, kind: str) -> Resource:
        """Properties of the only resource of a type."""
        (found,) = self.all(kind).values()
        return found["Properties"]

    def named(self, part: str, kind: str) -> Resource:
        """Properties of the one resource of a type whose logical id starts like this."""
        (found,) = [each for name, each in self.all(kind).items() if name.startswith(part)]
        return found["Properties"]

    def id_of(self, kind: str, start: str) -> str:
        """Logical id of the one resource of a type whose id starts like this."""
        (found,) = [name for name in self.all(kind) if name.startswith(start)]
        return found

    def arn_of(self, kind: str, start: str) -> dict[str, Any]:
        """How a template names the ARN of that resource."""
        return {"Fn::GetAtt": [self.id_of(kind, start), "Arn"]}


def make_project(folder: Path, architecture: str = "arm64") -> Path:
    """A project folder with everything that synthesis reads, and layers that hold next to nothing."""
    shutil.copy(ROOT / "cdk.json", folder / "cdk.json")
    (folder / "functions").mkdir()
    for function in DEPLOYED:
        (folder / "functions" / f"{function.name}.py").write_text("def handler(event, context): ...\n")
    for name in SOURCES:
        (folder / "layers" / name).mkdir(parents=True)
    for name in LAYERS:
        layer = folder / "build" / "layers" / name
        layer.mkdir(parents=True)
        (layer / "content").write_text(name)
        if name in TAXONOMIES:
            (layer / "bundle").mkdir()
            (layer / "bundle" / "taxonomy.json").write_text(json.dumps(TAXONOMIES[name]))
        write_marker(layer, Marker(name, architecture, "inputs", f"content of {name}", 1, 1))
    return folder


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="session")
def synthesised(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Stack]:
    """The stack of a stage, with single settings changed."""
    known: dict[tuple[tuple[str, str], ...], Stack] = {}

    def synthesise(stage: str, **changes: str) -> Stack:
        asked = (("stage", stage), *changes.items())
        if asked not in known:
            app = build_app(project, dict(asked), str(tmp_path_factory.mktemp("cdk.out")))
            template = assertions.Template.from_stack(app.node.find_child(f"tagging-{stage}"))
            known[asked] = Stack(template.to_json(), app)
        return known[asked]

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
