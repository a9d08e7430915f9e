"""The dashboards of a stage."""
from __future__ import annotations
from collections.abc import Sequence
from typing import Any
from infra.objectives import Objectives
from infra.watched import Watched

def dashboards(watched: Watched, objectives: Objectives, alarm_arns: Sequence[str]) -> dict[str, dict[str, Any]]:
    return {}
