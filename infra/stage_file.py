"""The settings of each stage, from its file `infra/stages/<stage>.toml`."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from infra.setting_combinations import check_combinations
from infra.settings import ARCHITECTURE, StageError, StageSettings
from infra.settings_errors import one_line

STAGE_FILES = Path(__file__).with_name("stages")


def stages() -> tuple[str, ...]:
    """Names of the stages that have a file."""
    return tuple(sorted(path.stem for path in STAGE_FILES.glob("*.toml")))


def stage_settings(stage: str, changes: Mapping[str, object] | None = None) -> StageSettings:
    """The settings of a stage with some fields changed; raises StageError."""
    changes = changes or {}
    if stage not in stages():
        raise StageError(f"unknown stage {stage!r}: use -c stage= with one of {', '.join(stages())}")
    written = _read(stage)
    check_names(written, f"infra/stages/{stage}.toml: ")
    if (written | dict(changes)).get("architecture", ARCHITECTURE) != ARCHITECTURE:
        raise StageError("architecture is one setting for layers and stages: change ARCHITECTURE in infra/settings.py")
    try:
        settings = StageSettings.model_validate({**written, **changes, "stage": stage})
    except ValidationError as error:
        raise StageError(f"stage {stage}: {one_line(error)}") from None
    check_combinations(settings)
    return settings


def check_names(names: Iterable[str], where: str = "", ask: str = "{}") -> None:
    """Raises StageError for a name that is no setting. `ask` is how the user writes a setting."""
    unknown = sorted(set(names) - (set(StageSettings.model_fields) - {"stage"}))
    if unknown:
        near = difflib.get_close_matches(unknown[0], StageSettings.model_fields, 1, 0)
        raise StageError(f"{where}there is no setting {unknown[0]}: did you mean {ask.format(near[0])}?")


def _read(stage: str) -> dict[str, Any]:
    path = STAGE_FILES / f"{stage}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:  # tomllib's error and that of wrong UTF-8 are ValueErrors
        raise StageError(f"infra/stages/{stage}.toml cannot be read: {error}") from None
