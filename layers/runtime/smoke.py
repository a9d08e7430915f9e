"""Starts a function from its trimmed layers alone, in a process that sees no other package, and has it work.

It tags every item of `events/` and a sample of each form, and answers every event there, on a bad day of AWS.
"""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from layers.runtime.aws_faults import AWS_FAULTS
from layers.runtime.elf import is_elf
from layers.runtime.functions import DeployedFunction
from layers.runtime.install import PYTHON, Target
from layers.runtime.places import ROOT, RUNTIME
from layers.runtime.recipes import BuildFailed
from layers.runtime.samples import samples
from tagging.local import CREDENTIALS, StubAws
from tagging.settings import Settings

FUNCTIONS = ROOT / "functions"
EVENTS = ROOT / "events"


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
    """Import the function, tag its items and answer its events; raises BuildFailed with what went wrong."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "samples"
        shutil.copytree(EVENTS / f"{function.kind}s", folder)
        for number, sample in enumerate(samples(function.kind)):
            (folder / f"sample_{number:02}").write_bytes(sample)
        with closing(StubAws(objects=folder, refusals=AWS_FAULTS)) as aws:
            done = subprocess.run(
                [python, "-I", "-S", "-B", str(RUNTIME / "first_items.py"), function.name, str(folder),
                 str(EVENTS / function.name),
                 str(parts.functions), str(parts.runtime / "python"), str(parts.tagging / "python")],
                env=_environment(parts, home, aws.endpoint),
                cwd=home,
                capture_output=True,
                text=True,
                check=False,
            )  # fmt: skip
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no word"])[-1]
        raise BuildFailed(f"the trimmed layers of {function.name} do not work (Python {PYTHON} or ours): {last}")
    found = json.loads(done.stdout.splitlines()[-1])
    _all_went_well(function, found["answers"], done.stdout)
    if unloaded := _never_loaded(parts.runtime, found["libraries"]):
        raise BuildFailed(f"the layers of {function.name} hold what it never loads, for prune.py: {unloaded[0]}")


def _all_went_well(function: DeployedFunction, answers: Sequence[object], said: str) -> None:
    """No event's message goes back: what a record raises, an import that fails say, gives its message back."""
    if wrong := [answer for answer in answers if answer != {"batchItemFailures": []}]:
        why = next((line for line in said.splitlines() if '"ERROR"' in line or '"WARNING"' in line), "no word")
        raise BuildFailed(f"{function.name} gave {len(wrong)} events back from its trimmed layers: {why[:500]}")


def _never_loaded(runtime: Path, loaded: Sequence[str]) -> list[str]:
    """The libraries of a layer that all of this did not load; none where the system does not tell."""
    folder = runtime.resolve() / "python"
    libraries = {path for path in folder.rglob("*") if loaded and is_elf(path)}
    return sorted(path.relative_to(folder).as_posix() for path in libraries - {Path(name) for name in loaded})


def _environment(parts: Parts, home: str, endpoint: str) -> dict[str, str]:
    settings = Settings(
        stage="smoke",
        label_table="smoke",
        ticket_queue_url=f"{endpoint}/0/smoke.fifo",
        bundle=str(parts.model / "bundle"),
    )
    lambdas_own = {
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": endpoint + CREDENTIALS,
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "smoke",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_LAMBDA_FUNCTION_NAME": "smoke",
        "HOME": home,
    }
    return settings.to_env() | lambdas_own


def _machine(architecture: str) -> str:
    return {"arm64": "aarch64", "x86_64": "x86_64"}[architecture]
