"""`tagging` as a whole: its help is quick, and each command loads no more than it needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tagging.cli.main import COMMANDS, app, load
from tagging.learning.data.importing.importers import IMPORTERS

SLOW = {"numpy", "onnxruntime", "sklearn", "scipy", "PIL", "lxml", "tokenizers", "torch", "moto"}
"""Packages that take long to import, and that no help text needs."""
OF_A_STAGE = (
    ("console",),
    ("show", "ID"),
    ("quarantine", "list"),
    ("quarantine", "show", "ID"),
    ("quarantine", "retry", "ID"),
    ("redrive",),
    ("reconcile", "BUCKET", "--since", "7d"),
    ("forget", "ID"),
    ("review", "rejected"),
    ("correct", "ID", "+refund"),
    ("versions", "list"),
    ("versions", "show", "layer"),
    ("versions", "retire", "layer"),
    ("promote", "layer"),
    ("rollback",),
    ("pointer", "show"),
    ("pointer", "who", "ID"),
    ("pointer", "restore"),
    ("thresholds", "show"),
    ("what-if", "refund", ".6"),
    ("thresholds", "set", "refund", ".6"),
    ("demo",),
)
"""Commands with `--stage`, and the arguments that they need."""


def test_the_help_of_no_command_loads_a_slow_package() -> None:
    program = (
        "import sys\nfrom tagging.cli.main import COMMANDS, load\n"
        "for name in COMMANDS:\n    load(name)\n    print(name, *sorted(sys.modules))"
    )
    process = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {line.split()[0]: set(line.split()[1:]) & SLOW for line in process.stdout.splitlines()}
    assert loaded == {name: set() for name in COMMANDS}


def test_the_list_of_commands_loads_none_of_them() -> None:
    program = "import sys\nimport tagging.cli.main\nprint(*sys.modules)"
    process = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    ours = {name for name in process.stdout.split() if name.startswith("tagging.")}
    assert ours <= {"tagging.cli", "tagging.cli.main", "tagging.cli.lazy_commands", "tagging.cli.project"}


@pytest.mark.parametrize("words", OF_A_STAGE, ids=lambda words: "_".join(words[:2]))
def test_every_command_of_a_stage_says_that_no_local_cloud_runs(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr("tagging.local.running_cloud", lambda _: None)
    done = CliRunner(env={"COLUMNS": "200"}).invoke(app, [*words, "--stage", "local"])
    assert done.exit_code == 2
    assert "no local cloud runs: start one with `tagging local`" in done.stderr


@pytest.mark.parametrize("command", ["what-if", "backfill", "train"])
def test_numpy_has_one_thread_unless_somebody_says_otherwise(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    load(command)
    assert os.environ["OPENBLAS_NUM_THREADS"] == "2"
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    load(command)
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"


def test_the_help_of_import_lists_every_format() -> None:
    done = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["import", "--help"])
    assert ", ".join(IMPORTERS) in done.output


def test_tests_use_the_entry_point_of_the_command_line(root: Path) -> None:
    """Operations are tested as functions, commands through `tagging.cli.main`; few tests need more."""
    lines = {line for path in (root / "tests").rglob("*.py") for line in path.read_text().splitlines()}
    modules = {line.split()[1] for line in lines if line.startswith("from tagging.cli")}
    assert len(modules) <= 5, modules
