"""Reading a taxonomy as people write it: YAML."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import ValidationError

from tagging.taxonomy import Taxonomy


class TaxonomyError(Exception):
    """The file is no taxonomy; the message names the file and each mistake."""


def read_taxonomy(path: Path) -> Taxonomy:
    """Read `taxonomy.yaml`. Raises TaxonomyError with all mistakes at once."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise TaxonomyError(f"{path}: cannot be read: {error}") from None
    try:
        return Taxonomy.model_validate(content)
    except ValidationError as error:
        found = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_url=False))
        raise TaxonomyError(f"{path}: {'; '.join(found)}") from None
