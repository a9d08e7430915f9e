"""`tagging doctor` on the machine and the project, and the command itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.requirements import requirements
from infra.stage_file import stage_settings
from tagging.cli.main import app
from tagging.operations.check import Check
from tagging.operations.machine_checks import CDK, check_machine, check_project, check_quality
from tests.cli.conftest import without_credentials


def test_a_machine_without_node_cannot_synthesise(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = {each.name: each for each in check_machine()}
    assert found["Python"].state == found["packages"].state == "ok"
    assert found["Node.js"] == Check(
        "machine", "Node.js", "missing", "not found", "install Node.js 18 or newer and put it on the PATH"
    )
    assert found["CDK command line"].state == "missing"


@pytest.mark.parametrize(("says", "state"), [("v16.20.0", "missing"), ("v22.1.0", "ok"), ("nonsense", "missing")])
def test_an_old_node_is_missing(says: str, state: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho {says}\n")
    node.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = next(each for each in check_machine() if each.name == "Node.js")
    assert found.state == state


def test_a_layer_for_another_processor_and_a_damaged_bundle_are_found(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root / "layers/mail_model/bundle", tmp_path / "layers/mail_model/bundle")
    wanted = {
        "architecture": "arm64",
        "layers": {"tagging": "arm64", "mail_model": "x86_64", "image_model": None},
        "bundles": {"mail_model": "layers/mail_model/bundle"},
    }
    assert [each.state for each in check_project(tmp_path, wanted)] == ["ok", "missing", "missing", "ok"]
    heads = tmp_path / "layers/mail_model/bundle/heads.onnx"
    heads.write_bytes(heads.read_bytes()[:-1] + b"?")
    *_, bundle = check_project(tmp_path, wanted)
    assert bundle.state == "missing"
    assert "heads.onnx" in bundle.found


@pytest.mark.parametrize(
    ("settings", "state", "found"),
    [
        ({}, "ok", "365 days"),
        ({"feature_days": "0", "mail_days": "0", "image_days": "0"}, "ok", "kept"),
        ({"feature_days": "36"}, "ok", "36 days"),
        ({"feature_days": "35"}, "skipped", "kept for 35 days, and drift is compared over more than 35"),
        ({"features": "sampled"}, "skipped", "neither quality nor drift"),
    ],
)
def test_a_stage_that_keeps_features_too_short_for_drift_is_told_so(
    settings: dict[str, str], state: str, found: str
) -> None:
    check = check_quality(requirements(stage_settings("prod", {"retain": "true", **settings})))
    assert (check.state, found in check.found) == (state, True), check
    assert bool(check.todo) == (state != "ok")


def test_the_command_exits_1_where_something_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without_credentials(monkeypatch, tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    done = CliRunner().invoke(app, ["doctor", "--json"])
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert told["stage"] == "dev"
    assert {each["name"]: each["state"] for each in told["checks"]}["Node.js"] == "missing"
    assert told["checks"][-1]["state"] == "skipped"
    unknown = CliRunner().invoke(app, ["doctor", "--stage", "qa"])
    assert unknown.exit_code == 2
    assert "unknown stage" in unknown.output


def test_the_readme_names_the_same_cdk(root: Path) -> None:
    assert CDK in (root / "README.md").read_text()
