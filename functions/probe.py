"""Proves that the flow is alive: checks the items that its last run put, then puts new ones."""

from __future__ import annotations

from typing import Any

from tagging.aws import make_clients
from tagging.settings import ProbeSettings
from tagging.telemetry import build_probe

probe = build_probe(ProbeSettings.from_env(), make_clients())


def handler(event: object, context: Any) -> dict[str, list[str]]:  # noqa: ARG001  (the schedule says nothing)
    """Lambda's entry point; it raises where the flow is stopped, and Lambda counts that in `Errors`."""
    return probe.run()
