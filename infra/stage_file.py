"""The settings of each stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import ValidationError

from infra.settings import ARCHITECTURE, StageError, StageSettings
from infra.settings_errors import one_line

STAGES: Final[Mapping[str, Mapping[str, object]]] = {
    "local": {"monitoring": False, "label_metrics": "all"},
    "dev": {"log_days": 7, "mail_days": 30, "image_days": 30, "monitoring": False},
    "prod": {"retain": True, "mail_warm_pool": 2, "image_warm_pool": 1, "max_concurrency": 50, "log_days": 90},
}


def stage_settings(stage: str, changes: Mapping[str, object] | None = None) -> StageSettings:
    """The settings of a stage with some fields changed; raises StageError."""
    changes = changes or {}
    if stage not in STAGES:
        raise StageError(f"unknown stage {stage!r}: use -c stage= with one of {', '.join(STAGES)}")
    if changes.get("architecture", ARCHITECTURE) != ARCHITECTURE:
        raise StageError("architecture is one setting for layers and stages: change ARCHITECTURE in infra/settings.py")
    try:
        return StageSettings.model_validate({**STAGES[stage], **changes, "stage": stage})
    except ValidationError as error:
        raise StageError(f"stage {stage}: {one_line(error)}") from None
