"""Warm pools (provisioned concurrency) that scale with their use and the hours of the working day."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_applicationautoscaling as scaling
from aws_cdk import aws_lambda as lambda_

from infra.settings import StageSettings

IN_USE: float = 0.7
"""Share of the pool in use that scaling aims at; the rest serves the load while more environments start."""


@dataclass(frozen=True)
class WarmPool:
    """Number of environments of one function kept ready; `maximum` 0 means a fixed size."""

    minimum: int
    maximum: int


def scale_warm_pool(alias: lambda_.Alias, pool: WarmPool, settings: StageSettings) -> None:
    """Scale the pool of an alias with its use, and keep it only in the stage's `warm_hours`, if these are set."""
    if pool.minimum == 0 or (pool.maximum == 0 and settings.warm_hours is None):
        return
    maximum = max(pool.minimum, pool.maximum)
    scalable = alias.add_auto_scaling(min_capacity=pool.minimum, max_capacity=maximum)
    if maximum > pool.minimum:
        scalable.scale_on_utilization(utilization_target=IN_USE)
    if settings.warm_hours is not None:
        start, end = settings.warm_range
        for name, hour, low, high in (("Morning", start, pool.minimum, maximum), ("Evening", end, 0, 0)):
            scalable.scale_on_schedule(
                name,
                schedule=_cron(hour),
                time_zone=cdk.TimeZone.of(settings.warm_zone),
                min_capacity=low,
                max_capacity=high,
            )


def _cron(hour: int) -> scaling.Schedule:
    # cron has no hour 24: a day that ends then ends at 23:59.
    return scaling.Schedule.cron(hour=str(min(hour, 23)), minute="0" if hour < 24 else "59", week_day="MON-FRI")
