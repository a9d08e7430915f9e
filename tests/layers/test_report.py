"""The sizes are those that Lambda counts, and too large is said."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest
from rich.console import Console

from layers.runtime.built import Marker
from layers.runtime.places import ROOT
from layers.runtime.report import LIMIT, Built, print_json, print_table


def built(unzipped: int) -> Built:
    layers = (
        Marker("runtime-tag_mail", "arm64", "i", "c", unzipped, 40_000_000),
        Marker("tagging", "arm64", "i", "c", 500, 9),
    )
    return Built("arm64", layers, frozenset({"tagging"}), function_bytes=1500, seconds=1.0, notices=("a note",))


def test_the_function_counts_beside_its_layers() -> None:
    assert built(LIMIT - 2000).fits
    assert not built(LIMIT - 1999).fits


def test_the_table_shows_each_layer_the_sum_and_what_could_not_be_done() -> None:
    shown = io.StringIO()
    print_table(built(LIMIT), Console(file=shown, width=100))
    for part in ("runtime-tag_mail", "up to date", "made", "160.0", "over the limit", "note: a note"):
        assert part in shown.getvalue()


def test_json_is_the_only_thing_printed(capsys: pytest.CaptureFixture[str]) -> None:
    print_json(built(1000))
    found = json.loads(capsys.readouterr().out)
    assert (found["unzipped"], found["limit"]) == (3000, LIMIT)
    assert [layer["made"] for layer in found["layers"]] == [False, True]


def test_an_unknown_processor_is_wrong_use() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "layers.runtime.build", "--architecture", "mips"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "mips" in done.stderr
