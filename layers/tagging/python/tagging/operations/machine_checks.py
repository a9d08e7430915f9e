"""Checks of this machine and of the project on it: what synthesis, build and deployment need."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from tagging.model import BundleError
from tagging.operations.check import Check
from tagging.start import load_tagger

CDK = "aws-cdk@2.1148.1"
"""The CDK command line that reads what our CDK library writes."""
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 18
PACKAGES = ("aws-cdk-lib", "boto3", "moto")
"""One of each part that the commands are made of: infra, deployment, the local cloud."""
_PATIENCE_S = 180


def check_machine() -> Iterator[Check]:
    """Python, its packages, Node.js and the CDK command line; the last may be downloaded by npx."""
    found = ".".join(map(str, sys.version_info[:3]))
    enough = sys.version_info[:2] >= OLDEST_PYTHON
    needs = f"Python {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or newer: make PYTHON=python3.13"
    yield Check("machine", "Python", "ok" if enough else "missing", found, "" if enough else needs)
    lacking = [name for name in PACKAGES if _version(name) is None]
    told = ", ".join(f"{name} {_version(name) or 'not installed'}" for name in PACKAGES)
    yield Check("machine", "packages", "missing" if lacking else "ok", told, "make setup" if lacking else "")
    node = _said("node", "--version")
    number = re.match(r"v(\d+)\.", node or "")
    enough = number is not None and int(number[1]) >= OLDEST_NODE
    needs = f"install Node.js {OLDEST_NODE} or newer and put it on the PATH"
    yield Check("machine", "Node.js", "ok" if enough else "missing", node or "not found", "" if enough else needs)
    wanted = CDK.partition("@")[2]
    said = _said("npx", "--yes", CDK, "--version")
    right = said is not None and said.startswith(wanted)
    told = said or "npx cannot run it"
    needs = f"npx must reach a registry that has {CDK}: npm config get registry"
    yield Check("machine", "CDK command line", "ok" if right else "missing", told, "" if right else needs)


def check_project(root: Path, wanted: Mapping[str, Any]) -> Iterator[Check]:
    """The layers, each for the right processor, and the bundles, each loaded and asked its golden items."""
    processor = wanted["architecture"]
    for name, built_for in wanted["layers"].items():
        right = built_for == processor
        told = f"built for {built_for}" if built_for else "not built"
        yield Check("project", f"layer {name}", "ok" if right else "missing", told, "" if right else "tagging build")
    for model in wanted["models"]:
        folder = root / "layers" / model / "bundle"
        try:
            bundle = load_tagger(folder).bundle
        except BundleError as error:
            said = " ".join(str(error).split())
            yield Check("project", f"bundle of {model}", "missing", said, f"git checkout layers/{model}, or train it")
        else:
            told = f"{len(bundle.taxonomy.labels)} labels, heads {bundle.version.heads}"
            yield Check("project", f"bundle of {model}", "ok", told)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _said(*words: str) -> str | None:
    """The last line that a program printed; None where it is not there, fails or takes too long."""
    program = shutil.which(words[0])
    if program is None:
        return None
    try:
        done = subprocess.run([program, *words[1:]], capture_output=True, text=True, timeout=_PATIENCE_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = done.stdout.strip().splitlines()
    return lines[-1] if done.returncode == 0 and lines else None
