"""A function that a schedule runs, with its log: it has the packages of a function that tags, and no bundle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.layers import PYTHON, processor
from infra.nag_suppressions import suppress_nag_findings
from infra.settings import StageSettings


def scheduled_function(
    scope: Construct,
    *,
    name: str,
    schedule: str,
    event: Mapping[str, str] | None,
    code: Path,
    layers: Sequence[lambda_.ILayerVersion],
    memory_mb: int,
    timeout_s: int,
    environment: Mapping[str, str],
    role: iam.IRole,
    log_group: logs.LogGroup,
    settings: StageSettings,
    key: kms.IKey | None,
) -> lambda_.Function:
    """`functions/<name>.py`, and the rule that runs it with `event` (None: EventBridge's own).

    A run that fails is not repeated: the next one does what it left, and `Errors` counts runs.
    """
    function = lambda_.Function(
        scope,
        "Function",
        runtime=PYTHON,
        architecture=processor(settings.architecture),
        handler=f"{name}.handler",
        code=lambda_.Code.from_asset(str(code), exclude=["*", f"!{name}.py"]),
        layers=list(layers),
        memory_size=memory_mb,
        timeout=cdk.Duration.seconds(timeout_s),
        environment=dict(environment),
        environment_encryption=key,
        role=role,
        log_group=log_group,
        retry_attempts=0,
    )
    suppress_nag_findings(
        function, {"AwsSolutions-L1": f"The runtime layer is compiled and tested for {PYTHON.name} only."}
    )
    target = targets.LambdaFunction(
        cast(lambda_.IFunction, function),
        event=None if event is None else events.RuleTargetInput.from_object(dict(event)),
        retry_attempts=0,
    )
    events.Rule(
        scope,
        "Schedule",
        description=f"Runs the {name} function",
        schedule=events.Schedule.expression(schedule),
        targets=[target],
    )
    return function
