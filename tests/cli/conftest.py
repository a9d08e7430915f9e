"""What the commands about a whole stage are tried on: its template, synthesised once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagging.cli.read_template import synthesise_stage
from tagging.local.template import Template


@pytest.fixture(scope="session")
def prod_template(root: Path) -> Template:
    """Of stage prod, its layers not built."""
    return synthesise_stage(root, "prod")
