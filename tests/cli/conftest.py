"""What the commands about a whole stage are tried on: its template, synthesised once, and metrics recorded by hand."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path

import pytest

from infra.monitoring.preview.recorded_metrics import RecordedMetrics
from infra.synth_template import synthesise_stage
from tagging.local.template import Template

OWN = ("service", "tag_mail")
"""The dimension that every metric of the function has."""


@pytest.fixture(scope="session")
def prod_template(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Of stage prod, its layers not built; the first worker that needs it synthesises it for all."""
    own = tmp_path_factory.getbasetemp()
    path = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "tagging-prod.template.json"
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            path.write_text(json.dumps(synthesise_stage(root, "prod").document))
    return Template.read(path)


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


def without_credentials(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """No credentials of any kind, and no asking the machine that we may run on."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(home / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(home / "none"))
