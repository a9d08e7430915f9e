"""The number of custom metrics of a stage, each billed by the month, against its `metric_budget`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from infra.settings import StageError, StageSettings
from tagging.taxonomy import Taxonomy
from tagging.telemetry import OTHER_LABELS

STAGES: Final = ("Tag", "Rows", "Tickets", "Marks")
"""The stages of a batch, by the names in their metrics."""
ALWAYS_PUBLISHED: Final = ("Items", "MessagesReturned", "Tickets", "Latency", *(f"Stage{stage}" for stage in STAGES))
"""Metrics that every function publishes, whatever its labels."""


def label_dimensions(taxonomy: Taxonomy, settings: StageSettings) -> tuple[str, ...]:
    """The values of the dimension `label`: labels with a metric of their own, and one value for all others.

    Also with `all` there are others: those of versions that serve later. The number of values never changes with them.
    """
    own = taxonomy.in_use().labels if settings.label_metrics == "all" else critical_labels(taxonomy)
    return (*own, OTHER_LABELS)


def critical_labels(taxonomy: Taxonomy) -> tuple[str, ...]:
    """The critical labels in use."""
    return taxonomy.in_use().critical_labels


def check_metric_budget(taxonomies: Mapping[str, Taxonomy], settings: StageSettings) -> None:
    """Raises StageError if the functions (name → taxonomy) publish more metrics than the stage's budget.

    Reasons of quarantine and review, items of a canary, flips of a shadow and faults of who serves are not counted:
    each is billed only for the hours in which it occurs.
    """
    counts = {
        name: len(ALWAYS_PUBLISHED) + len(label_dimensions(taxonomy, settings)) for name, taxonomy in taxonomies.items()
    }
    total = sum(counts.values())
    if total <= settings.metric_budget:
        return
    by_function = ", ".join(f"{name} {count}" for name, count in counts.items())
    cheaper = "set label_metrics=critical" if settings.label_metrics == "all" else "mark fewer labels as critical"
    raise StageError(
        f"the functions publish {total} metrics of their own ({by_function}), "
        f"more than metric_budget={settings.metric_budget}: {cheaper}, or allow metric_budget={total}"
    )
