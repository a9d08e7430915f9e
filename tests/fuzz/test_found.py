"""Inputs that fuzzing found are replayed, and the seed inputs of the fuzzers are valid."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fuzz.run import NAMES
from tests.fuzz.targets import FOUND, TARGETS

KEPT = sorted(path for path in FOUND.glob("*/*") if path.is_file())


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_input_that_once_broke_a_target_is_read(path: Path) -> None:
    assert path.stat().st_size < 20_000
    TARGETS[path.parent.name].attempt(path.read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_the_seeds_of_a_target_have_every_outcome(name: str) -> None:
    attempt: Callable[[bytes], str] = TARGETS[name].attempt
    outcomes = {attempt(seed) for seed in TARGETS[name].seeds()}
    assert {"mail": {"mail", "empty"}, "image": {"image"}, "body": {"delivery", "quarantine"}}[name] <= outcomes
