"""Reading a data set's JSON file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tagging.learning.data.rows import DataError


def read_json(path: Path) -> Any:
    """The content of the file. Raises DataError where it is missing or not JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"{path} is missing") from None
    except ValueError:
        raise DataError(f"{path} is not JSON in UTF-8") from None
