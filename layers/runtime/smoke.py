"""Starts a function from its trimmed layers alone, in a process that sees no other package, and tags some items."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from layers.runtime.functions import DeployedFunction
from layers.runtime.install import PYTHON, Target
from layers.runtime.places import ROOT, RUNTIME
from layers.runtime.recipes import BuildFailed
from layers.runtime.samples import samples
from tagging.settings import Settings

FUNCTIONS = ROOT / "functions"


@dataclass(frozen=True)
class Parts:
    """What Lambda would mount, as this machine can load it."""

    runtime: Path
    tagging: Path
    model: Path
    functions: Path = FUNCTIONS


def runs_here(architecture: str, python: str | None) -> bool:
    """Whether this machine can load the layer itself, so that no host build is needed."""
    return (sys.platform, platform.machine(), python is not None) == ("linux", _machine(architecture), True)


def host(python: str | None) -> Target:
    """The host build: Lambda's Python where this machine has it, else the one that runs us."""
    return Target(None, python or sys.executable)


def first_items(function: DeployedFunction, parts: Parts, python: str) -> None:
    """Import the function and tag its samples, as a cold start would; raises BuildFailed with the child's last word."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "samples"
        folder.mkdir()
        for number, sample in enumerate(samples(function.kind)):
            (folder / f"{number:02}").write_bytes(sample)
        done = subprocess.run(
            [python, "-I", "-S", "-B", str(RUNTIME / "first_items.py"), function.name, str(folder),
             str(parts.functions), str(parts.runtime / "python"), str(parts.tagging / "python")],
            env=_environment(parts, home),
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no word"])[-1]
        raise BuildFailed(f"the trimmed layers of {function.name} do not work (Python {PYTHON} or ours): {last}")
    json.loads(done.stdout.splitlines()[-1])


def _environment(parts: Parts, home: str) -> dict[str, str]:
    settings = Settings(
        stage="smoke",
        label_table="smoke",
        ticket_queue_url="https://sqs.invalid/smoke.fifo",
        bundle=str(parts.model / "bundle"),
    )
    lambdas_own = {
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "smoke",
        "AWS_SECRET_ACCESS_KEY": "smoke",
        "AWS_LAMBDA_FUNCTION_NAME": "smoke",
        "HOME": home,
    }
    return settings.to_env() | lambdas_own


def _machine(architecture: str) -> str:
    return {"arm64": "aarch64", "x86_64": "x86_64"}[architecture]
