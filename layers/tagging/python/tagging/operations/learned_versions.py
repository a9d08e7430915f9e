"""Which versions of a stage learned from what people answered about an item: they still hold a trace of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from tagging.corrections import has_learned
from tagging.kinds import Kind
from tagging.operations.deployment import Deployment
from tagging.operations.models import find_models, kinds_with_models
from tagging.operations.pointer_history import read_state
from tagging.operations.versions import role_of


def versions_that_learned(deployment: Deployment, item: str, kinds: Iterable[Kind] | None = None) -> Iterator[str]:
    """Ids of pushed versions, of these kinds or of all, each with its role: `592e791c4ae1 (champion)`."""
    with_models = set(kinds_with_models(deployment)) if deployment.models_bucket else set()
    for kind in sorted(with_models if kinds is None else with_models.intersection(kinds)):
        models = find_models(deployment, kind)
        learned = [
            each for each in models.store.version_ids() if has_learned(_about(models.store.read_manifest(each)), item)
        ]
        pointer = read_state(models).last_good if learned else None
        for version in learned:
            role = role_of(version, pointer)
            yield f"{version} ({role})" if role else version


def _about(manifest: bytes | None) -> dict[str, object]:
    """What a manifest says about its data; nothing where it is damaged."""
    try:
        about = json.loads(manifest or b"{}").get("about", {})
    except (ValueError, AttributeError):
        return {}
    return about if isinstance(about, dict) else {}
