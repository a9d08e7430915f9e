"""How many metrics of our own a stage makes, each billed by the month, against what its owner allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from infra.settings import SettingsRefused, StageSettings
from tagging.taxonomy import Taxonomy
from tagging.telemetry import OTHER_LABELS

STAGES: Final = ("Tag", "Rows", "Tickets", "Marks")
"""The stages of a batch, as the functions publish their times."""
ALWAYS: Final = ("Items", "MessagesReturned", "Tickets", "Latency", *(f"Stage{stage}" for stage in STAGES))
"""What every function publishes, whatever it can say."""


def labels_alone(taxonomy: Taxonomy, settings: StageSettings) -> tuple[str, ...]:
    """The values of the dimension `label`: labels that are metrics of their own, and the one of all the others."""
    labels = taxonomy.in_use().labels
    if settings.label_metrics == "all":
        return tuple(labels)
    critical = critical_labels(taxonomy)
    return critical if len(critical) == len(labels) else (*critical, OTHER_LABELS)


def critical_labels(taxonomy: Taxonomy) -> tuple[str, ...]:
    """The labels in use that the taxonomy calls critical."""
    return tuple(id for id, label in taxonomy.in_use().labels.items() if label.critical)


def check_metric_budget(taxonomies: Mapping[str, Taxonomy], settings: StageSettings) -> None:
    """SettingsRefused where the functions, by their names, make more metrics than the stage's budget.

    Reasons of quarantine are left out: each is billed for the hours alone in which it occurs.
    """
    counts = {name: len(ALWAYS) + len(labels_alone(each, settings)) for name, each in taxonomies.items()}
    total = sum(counts.values())
    if total <= settings.metric_budget:
        return
    found = ", ".join(f"{name} {count}" for name, count in counts.items())
    cheaper = "set label_metrics=critical" if settings.label_metrics == "all" else "name fewer labels critical"
    raise SettingsRefused(
        f"the functions make {total} metrics of their own ({found}), more than metric_budget={settings.metric_budget}: "
        f"{cheaper}, or allow metric_budget={total}"
    )
