"""What a stage requires of the machine and the account, as JSON: `python -m infra.requirements STAGE`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from infra.settings import StageError, StageSettings
from infra.stage_file import stage_settings
from layers.runtime.built import read_marker

ROOT = Path(__file__).resolve().parents[1]


def requirements(settings: StageSettings, root: Path = ROOT) -> dict[str, Any]:
    """The settings that matter, and the processor of each built layer (None: not built)."""
    names = dict.fromkeys(name for function in settings.functions for name in function.layers)
    at_once = settings.max_concurrency + settings.reprocess_concurrency
    built = {name: read_marker(root / "build" / "layers" / name) for name in names}
    return {
        "stack": settings.stack_name,
        "settings": json.loads(settings.as_output()),
        "architecture": settings.architecture,
        "layers": {name: marker.architecture if marker else None for name, marker in built.items()},
        "bundles": {function.model: function.bundle for function in settings.functions},
        "concurrency": at_once * len(settings.functions) + settings.probe,
        "feature_days": settings.days_of_features,
        "pages": "mail" if settings.page_mail else "nobody" if settings.pages_nobody else None,
        "rule_set": settings.rule_set,
        "mail_domain": settings.mail_domain,
        "account": settings.account,
        "region": settings.region,
    }


def main() -> None:
    """Print it; an error is one line on standard error and exit code 1."""
    try:
        print(json.dumps(requirements(stage_settings(sys.argv[1] if len(sys.argv) > 1 else "dev"))))
    except StageError as error:
        sys.exit(f"tagging: {error}")


if __name__ == "__main__":
    main()
