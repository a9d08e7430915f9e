"""What changes for the items that another version serves: labels, thresholds, and what the deployment lacks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagging.operations.models import Models, VersionRefused
from tagging.taxonomy import Taxonomy, incompatible, renamed

if TYPE_CHECKING:
    from tagging.model import VersionParts

SMALLEST_MOVE = 0.005
"""Difference from which a threshold counts as moved."""


@dataclass(frozen=True)
class VersionDifference:
    """The labels of a new version beside those of an old one, both with the packs that are on."""

    kept: tuple[str, ...]
    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    renamed: dict[str, str] = field(default_factory=dict)
    thresholds: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Label of both → its threshold in the old and in the new version, where it moved."""
    incompatible: tuple[str, ...] = ()
    """Why the new taxonomy does not replace the old one, by rules of `changes`."""


def difference(models: Models, old: VersionParts, new: VersionParts) -> VersionDifference:
    """What the new version changes."""
    before, after = models.taxonomy(old), models.taxonomy(new)
    names = {
        old_id: new_id for old_id, new_id in renamed(old.taxonomy, new.taxonomy).items() if old_id in before.labels
    }
    kept = tuple(label for label in before.labels if names.get(label, label) in after.labels)
    thresholds = {}
    for label in kept:
        now = names.get(label, label)
        pair = (old.decisions[label].threshold, new.decisions[now].threshold)
        if abs(pair[0] - pair[1]) >= SMALLEST_MOVE:
            thresholds[now] = pair
    from_before = {names.get(label, label) for label in kept}
    return VersionDifference(
        kept=kept,
        added=tuple(label for label in after.labels if label not in from_before),
        gone=tuple(label for label in before.labels if label not in kept),
        renamed={old_id: new_id for old_id, new_id in names.items() if new_id in after.labels},
        thresholds=thresholds,
        incompatible=(
            *incompatible(before, new.taxonomy),
            *(f"label {label} is in a pack that is off" for label in before.labels if _is_off(label, new, after)),
        ),
    )


def _is_off(label: str, new: VersionParts, running: Taxonomy) -> bool:
    return label in new.taxonomy.labels and label not in running.labels


def unwatched(models: Models, new: VersionParts) -> tuple[str, ...]:
    """The critical labels of a version that no alarm of the deployment watches."""
    critical = models.taxonomy(new).in_use().critical_labels
    return tuple(label for label in critical if label not in models.layer.critical)


def check_taxonomy(change: VersionDifference, *, replace_taxonomy: bool) -> None:
    """Raises VersionRefused where labels vanish or change without `changes:`, unless that is what is wanted."""
    if change.incompatible and not replace_taxonomy:
        first, others = change.incompatible[0], len(change.incompatible) - 1
        more = f" (and {others} more)" if others else ""
        raise VersionRefused(f"{first}{more}: declare it in the taxonomy's `changes:`, or give --replace-taxonomy")


def check_watched(labels: tuple[str, ...], *, accepted: bool) -> None:
    """Raises VersionRefused for critical labels without an alarm, unless somebody accepts them."""
    if labels and not accepted:
        names = ", ".join(labels[:5]) + (f" and {len(labels) - 5} more" if len(labels) > 5 else "")
        raise VersionRefused(
            f"the deployment does not watch the critical labels {names}: deploy this version's bundle "
            "(mail_bundle or image_bundle of the stage), or give --unwatched"
        )
