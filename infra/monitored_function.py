"""What alarms and dashboards watch of a stage, and of a function that tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import aws_cdk as cdk

from infra.functions import TagFunction
from infra.intake import Intake
from infra.learn import Learn
from infra.malware_gate import MalwareGate
from infra.monitoring.metric_budget import critical_labels, label_dimensions
from infra.monitoring.monitored import MonitoredFunction, MonitoredStack
from infra.outputs import Outputs
from infra.probe import Probe
from infra.review import Review
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


def monitored_stack(
    stack: cdk.Stack,
    functions: tuple[MonitoredFunction, ...],
    outputs: Outputs,
    gates: Sequence[MalwareGate],
    probe: Probe | None,
    learn: Learn | None,
    review: Review,
    settings: StageSettings,
) -> MonitoredStack:
    """The names in CloudWatch of everything that is watched."""
    changes, dead_changes = outputs.label_change_queue, outputs.label_change_dead_letters
    return MonitoredStack(
        stack=settings.stack_name,
        region=stack.region,
        namespace=settings.metrics_namespace,
        functions=functions,
        ticket_queue=outputs.ticket_queue.queue_name,
        ticket_dead_letters=outputs.ticket_dead_letters.queue_name,
        label_change_queue=changes.queue_name if changes else None,
        label_change_dead_letters=dead_changes.queue_name if dead_changes else None,
        correction_queues=(review.queue.queue_name, review.dead_letters.queue_name),
        rules=tuple(rule for gate in gates for rule in gate.rules),
        probe=probe.function.function_name if probe else None,
        learn=learn.function.function_name if learn else None,
    )
