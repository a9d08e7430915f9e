"""Runs a function from its trimmed layers only, in a process that sees no other package.

It tags every item of `events/` and a sample of each format, and handles every event there, with faults of AWS.
"""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from layers.runtime.aws_faults import AWS_FAULTS
from layers.runtime.built import BuildError
from layers.runtime.elf import is_elf
from layers.runtime.functions import DeployedFunction
from layers.runtime.install import PYTHON, Target
from layers.runtime.places import ROOT, RUNTIME
from layers.runtime.samples import samples
from tagging.feature_log import Attempt, Batch, Entry, ScoredBy, VersionLogits, pack_batch
from tagging.local import CREDENTIALS, StubAws
from tagging.settings import CorrectSettings, LearnSettings, ProbeSettings, Settings

FUNCTIONS = ROOT / "functions"
EVENTS = ROOT / "events"
ONCE = """
import importlib, json, sys, types
sys.path[:0] = sys.argv[3:]
context = types.SimpleNamespace(get_remaining_time_in_millis=lambda: 300_000)
importlib.import_module(sys.argv[1]).handler(json.loads(sys.argv[2]), context)
"""
"""Program of the process that runs a function once. Arguments: its file without `.py`, the event, its folders."""


@dataclass(frozen=True)
class Parts:
    """The folders that Lambda would mount, for this machine."""

    runtime: Path
    tagging: Path
    model: Path
    functions: Path = FUNCTIONS
    versions: Path = ROOT / "layers" / "versions" / "versions"
    """Folder of the bundles without their encoders, for the function that learns."""


def runs_here(architecture: str, python: str | None) -> bool:
    """Whether this machine can load the layer itself and needs no host build."""
    return (sys.platform, platform.machine(), python is not None) == ("linux", _machine(architecture), True)


def host(python: str | None) -> Target:
    """Target of the host build: Lambda's Python if this machine has it, else this one."""
    return Target(None, python or sys.executable)


def first_items(function: DeployedFunction, parts: Parts, *python: str, only: int | None = None) -> None:
    """Import the function, tag its items and handle its events; raises BuildError with the reason.

    `python` is the command of the interpreter. `only`: so many items of `events/` and no event, for an emulator.
    """
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "samples"
        shutil.copytree(ROOT / function.item.samples, folder)
        for number, sample in enumerate(samples(function.kind)):
            (folder / f"sample_{number:02}").write_bytes(sample)
        for path in sorted(folder.iterdir())[only:] if only else ():
            path.unlink()
        events = EVENTS / function.name if only is None else Path(home) / "none"
        with closing(StubAws(objects=folder, refusals=AWS_FAULTS)) as aws:
            done = subprocess.run(
                [*python, "-I", "-S", "-B", str(RUNTIME / "first_items.py"), function.name, str(folder),
                 str(events),
                 str(parts.functions), str(parts.runtime / "python"), str(parts.tagging / "python")],
                env=_settings(parts, aws.endpoint).to_env() | _lambda_variables(home, aws.endpoint),
                cwd=home,
                capture_output=True,
                text=True,
                check=False,
            )  # fmt: skip
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        raise BuildError(f"the trimmed layers of {function.name} do not work (Python {PYTHON} or ours): {last}")
    result = json.loads(done.stdout.splitlines()[-1])
    _check_responses(function, result["responses"], done.stdout)
    # All bundles share the layer of packages; only the default one loads all of them.
    complete = only is None and not function.variant
    if unloaded := _never_loaded(parts.runtime, result["libraries"]) if complete else []:
        raise BuildError(f"{function.name} never loads a library of its layers, for prune.py: {unloaded[0]}")


def first_probe(parts: Parts, *python: str) -> None:
    """Import the probe's function and let it run once, with a mail by SES; raises BuildError with the reason."""
    with closing(StubAws(refusals=AWS_FAULTS)) as aws:
        settings = ProbeSettings(
            label_table="smoke",
            probe_queue_url=f"{aws.endpoint}/0/smoke.fifo",
            mail_bucket="smoke",
            image_bucket="smoke",
            mail_sender="probe@example.org",
            mail_recipient="probe@example.org",
        )
        _run_once("probe", {}, settings.to_env(), aws, parts, *python)


def first_hour(parts: Parts, *python: str) -> None:
    """Import the function that learns and let it make an hour of a batch; raises BuildError with the reason."""
    attempt = Attempt.begun(datetime.now(UTC) - timedelta(hours=2))
    version = VersionLogits("v", bytes(4), 0.0, bytes(1))
    item = Entry("item", 1, "2026-01-31T23:00:00.000+00:00", (), (), False, None, (version,), b"item")
    batch = pack_batch(Batch({"v": ScoredBy("v", ("label",))}, (item,)))
    documents = {f"/smoke/{attempt.key('mail', 'encoder')}": batch}
    with (
        tempfile.TemporaryDirectory() as nothing,  # no other object exists
        closing(StubAws(objects=Path(nothing), refusals=AWS_FAULTS, documents=documents)) as aws,
    ):
        settings = LearnSettings(learning_bucket="smoke", versions=str(parts.versions))
        _run_once("learn", {"event": "hour"}, settings.to_env(), aws, parts, *python)
        if "PutObject" not in aws.calls():
            raise BuildError("learn writes no hour from the layers of tag_mail")


def first_correction(parts: Parts, *python: str) -> None:
    """Let the function that records corrections refuse those of unknown items; raises BuildError with the reason."""
    event = json.loads((EVENTS / "correct/corrections.json").read_bytes())
    with closing(StubAws(refusals=AWS_FAULTS)) as aws:
        settings = CorrectSettings(label_table="smoke", review_table="smoke")
        _run_once("correct", event, settings.to_env(), aws, parts, *python)
        if "PutItem" not in aws.calls():
            raise BuildError("correct keeps no refused correction from the layers of tag_mail")


def _run_once(name: str, event: object, settings: Mapping[str, str], aws: StubAws, parts: Parts, *python: str) -> None:
    """Run a function that tags nothing, from the layers of the first function that tags."""
    folders = map(str, (parts.functions, parts.runtime / "python", parts.tagging / "python"))
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [*python, "-I", "-S", "-B", "-c", ONCE, name, json.dumps(event), *folders],
            env={**settings, **_lambda_variables(home, aws.endpoint)},
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        raise BuildError(f"{name} does not run from the layers of tag_mail: {last}")


def _check_responses(function: DeployedFunction, responses: Sequence[object], output: str) -> None:
    """Raise BuildError if a message was returned to its queue: any exception, such as a failed import, does that."""
    if failures := [response for response in responses if response != {"batchItemFailures": []}]:
        cause = next((line for line in output.splitlines() if '"ERROR"' in line or '"WARNING"' in line), "no output")
        raise BuildError(f"{function.name} returned {len(failures)} events from its trimmed layers: {cause[:500]}")


def _never_loaded(runtime: Path, loaded: Sequence[str]) -> list[str]:
    """The libraries of a layer that were not loaded; empty if the system does not list loaded ones."""
    folder = runtime.resolve() / "python"
    libraries = {path for path in folder.rglob("*") if loaded and is_elf(path)}
    return sorted(path.relative_to(folder).as_posix() for path in libraries - {Path(name) for name in loaded})


def _settings(parts: Parts, endpoint: str) -> Settings:
    return Settings(
        stage="smoke",
        label_table="smoke",
        ticket_queue_url=f"{endpoint}/0/smoke.fifo",
        bundle=str(parts.model / "bundle"),
    )


def _lambda_variables(home: str, endpoint: str) -> dict[str, str]:
    return {
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": endpoint + CREDENTIALS,
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "smoke",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_LAMBDA_FUNCTION_NAME": "smoke",
        "HOME": home,
    }


def _machine(architecture: str) -> str:
    return {"arm64": "aarch64", "x86_64": "x86_64"}[architecture]
