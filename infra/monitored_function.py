"""What alarms and dashboards watch of a function that tags."""

from __future__ import annotations

from collections.abc import Mapping

from infra.functions import TagFunction
from infra.intake import Intake
from infra.monitoring.metric_budget import critical_labels, label_dimensions
from infra.monitoring.monitored import MonitoredFunction
from infra.settings import StageSettings
from layers.runtime.functions import DeployedFunction
from tagging.taxonomy import Taxonomy


def monitored_function(
    function: DeployedFunction,
    tagging: TagFunction,
    intake: Intake,
    taxonomy: Taxonomy,
    rates: Mapping[str, float],
    settings: StageSettings,
) -> MonitoredFunction:
    """Its names in CloudWatch, with the labels that it can assign. `rates`: critical label → share of the items."""
    critical = critical_labels(taxonomy)
    return MonitoredFunction(
        kind=function.kind,
        service=function.name,
        function_name=tagging.function.function_name,
        queue=intake.queue.queue_name,
        dead_letters=intake.dead_letters.queue_name,
        log_group=tagging.log_group.log_group_name,
        labels=label_dimensions(taxonomy, settings),
        critical=critical,
        critical_rates={label: rates[label] for label in critical if label in rates},
        timeout_s=settings.timeout_s,
        memory_mb=settings.memory_mb,
        warm_pool=tagging.warm,
    )
