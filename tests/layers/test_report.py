"""The sizes are those that Lambda counts, with a warning above the limit."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest
from rich.console import Console

from layers.runtime.built import Marker
from layers.runtime.places import ROOT
from layers.runtime.report import LIMIT, Built, BuiltFunction, print_json, print_table

TAGGING = Marker("tagging", "arm64", "i", "c", 500, 9)


def built(unzipped: int) -> Built:
    """Two functions with a common layer; the second has a runtime layer of this size."""
    functions = tuple(
        BuiltFunction(name, 1500, (Marker(f"runtime-{name}", "arm64", "i", "c", size, 40_000_000), TAGGING))
        for name, size in (("tag_mail", 1000), ("tag_image", unzipped))
    )
    return Built("arm64", functions, frozenset({"tagging"}), seconds=1.0, notices=("a note",))


def test_the_size_of_a_function_includes_its_layers() -> None:
    assert built(LIMIT - 2000).fits
    assert not built(LIMIT - 1999).fits
    assert [function.fits for function in built(LIMIT).functions] == [True, False]


def test_the_table_shows_each_layer_the_sum_and_the_notices() -> None:
    output = io.StringIO()
    print_table(built(LIMIT), Console(file=output, width=100))
    for part in (
        "runtime-tag_mail",
        "runtime-tag_image",
        "up to date",
        "built",
        "135.0",
        "over the limit",
        "note: a note",
    ):
        assert part in output.getvalue()


def test_json_is_the_only_output(capsys: pytest.CaptureFixture[str]) -> None:
    print_json(built(1000))
    result = json.loads(capsys.readouterr().out)
    assert [(each["name"], each["unzipped"]) for each in result["functions"]] == [
        ("tag_mail", 3000),
        ("tag_image", 3000),
    ]
    assert result["limit"] == LIMIT
    assert {layer["name"]: layer["made"] for layer in result["layers"]} == {
        "runtime-tag_mail": False,
        "runtime-tag_image": False,
        "tagging": True,
    }


def test_an_unknown_processor_exits_with_code_two() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "layers.runtime.build", "--architecture", "mips"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "mips" in done.stderr
