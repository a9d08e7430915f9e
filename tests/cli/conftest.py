"""What the commands about a whole stage are tried on: its template, synthesised once, and metrics recorded by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.monitoring.preview.recorded_metrics import RecordedMetrics
from infra.synth_template import synthesise_stage
from tagging.local.template import Template

OWN = ("service", "tag_mail")
"""The dimension that every metric of the function has."""


@pytest.fixture(scope="session")
def prod_template(root: Path) -> Template:
    """Of stage prod, its layers not built."""
    return synthesise_stage(root, "prod")


@pytest.fixture
def recorded() -> RecordedMetrics:
    """Two steps of a function's metrics, by hand; nothing in the second but one item."""
    found = RecordedMetrics(2)
    found.add(0, "Items", [OWN], [3.0, 1.0])
    found.add(1, "Items", [OWN], [1.0])
    found.add(0, "MessagesReturned", [OWN], [1.0])
    found.add(0, "Latency", [OWN], [100.0, 900.0, 70_000.0])
    found.add(0, "Quarantined", [OWN, ("reason", "empty")], [2.0])
    return found
