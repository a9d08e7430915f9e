"""Checks of this machine and of the project on it: what synthesis, build and deployment need."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from tagging.operations.check import Check
from tagging.operations.errors import InvalidArgument

BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version"
"""Name of the SSM parameter with the version of CDK's bootstrap stack."""
CDK = "aws-cdk@2.1148.1"
"""The CDK command line that reads what our CDK library writes."""
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 18
PACKAGES = ("aws-cdk-lib", "boto3", "moto")
"""One package of each extra that the commands need: infra, cli, local."""
_TIMEOUT_S = 180


def stage_requirements(root: Path, stage: str) -> dict[str, Any]:
    """What a stage requires of machine and account, as `infra.requirements` prints it in a process of its own.

    InvalidArgument says why the settings of the stage are refused.
    """
    command = [sys.executable, "-m", "infra.requirements", stage]
    process = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if process.returncode:
        raise InvalidArgument(process.stderr.strip().splitlines()[-1].removeprefix("tagging: "))
    requirements: dict[str, Any] = json.loads(process.stdout)
    return requirements


def check_machine() -> Iterator[Check]:
    """Python, its packages, Node.js and the CDK command line; npx may download the last."""
    python = ".".join(map(str, sys.version_info[:3]))
    todo = f"Python {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or newer: make PYTHON=python3.13"
    yield _check("Python", sys.version_info[:2] >= OLDEST_PYTHON, python, todo)
    versions = {name: _package_version(name) for name in PACKAGES}
    packages = ", ".join(f"{name} {installed or 'not installed'}" for name, installed in versions.items())
    yield _check("packages", None not in versions.values(), packages, "make setup")
    node = _last_line("node", "--version")
    number = re.match(r"v(\d+)\.", node or "")
    todo = f"install Node.js {OLDEST_NODE} or newer and put it on the PATH"
    yield _check("Node.js", number is not None and int(number[1]) >= OLDEST_NODE, node or "not found", todo)
    cdk = _last_line("npx", "--yes", CDK, "--version")
    right = cdk is not None and cdk.startswith(CDK.partition("@")[2])
    todo = f"npx must reach a registry that has {CDK}: npm config get registry"
    yield _check("CDK command line", right, cdk or "npx cannot run it", todo)


def _check(name: str, right: bool, found: str, todo: str) -> Check:
    return Check("machine", name, "ok" if right else "missing", found, "" if right else todo)


def check_project(root: Path, requirements: Mapping[str, Any]) -> Iterator[Check]:
    """The layers, each for the right processor, and the bundles, each loaded and tested on its golden items."""
    from tagging.model import BundleError  # both load onnxruntime, which no other operation needs
    from tagging.start import load_bundle
    from tagging.taxonomy import ALL_PACKS

    for name, built_for in requirements["layers"].items():
        right = built_for == requirements["architecture"]
        message = f"built for {built_for}" if built_for else "not built"
        yield Check("project", f"layer {name}", "ok" if right else "missing", message, "" if right else "tagging build")
    for model, folder in requirements["bundles"].items():
        try:
            bundle = load_bundle(root / folder, packs=[ALL_PACKS]).bundle
        except BundleError as error:
            message = " ".join(str(error).split())
            yield Check("project", f"bundle of {model}", "missing", message, f"git checkout {folder}, or train it")
        else:
            message = f"{len(bundle.taxonomy.labels)} labels, heads {bundle.version.heads}"
            yield Check("project", f"bundle of {model}", "ok", message)


def check_quality(requirements: Mapping[str, Any]) -> Check:
    """Whether the stage keeps features of enough items, for long enough, to measure quality and to compare drift."""
    from tagging.quality import DAYS_OF_REFERENCE, WEEK

    kept, days, needed = requirements["settings"]["features"], requirements["feature_days"], DAYS_OF_REFERENCE + WEEK
    if kept != "all":
        found, todo = f"features = {kept}: neither quality nor drift is measured", "features = all, to measure them"
    elif days and days <= needed:
        found = f"features are kept for {days} days, and drift is compared over more than {needed}: it stays silent"
        todo = f"to see drift: mail_days, image_days and feature_days = {needed + 1} or more, or 0"
    else:
        return Check("project", "quality, drift", "ok", f"features are kept for {days} days" if days else "kept")
    return Check("project", "quality, drift", "skipped", found, todo)


def _package_version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _last_line(*command: str) -> str | None:
    """The last line that a program printed; None where it does not exist, fails or takes too long."""
    program = shutil.which(command[0])
    if program is None:
        return None
    try:
        process = subprocess.run(
            [program, *command[1:]], capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = process.stdout.strip().splitlines()
    return lines[-1] if process.returncode == 0 and lines else None
