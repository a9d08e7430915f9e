"""A warm pool that follows its use and the hours of the working day."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_applicationautoscaling as scaling
from aws_cdk import aws_lambda as lambda_

from infra.settings import StageSettings

IN_USE: float = 0.7
"""Share of the pool in use that scaling aims at: room for what comes while more environments start."""


@dataclass(frozen=True)
class WarmPool:
    """How many environments of one function are kept ready: at least, and at most (0: no more than at least)."""

    least: int
    most: int


def scale_warm_pool(alias: lambda_.Alias, pool: WarmPool, settings: StageSettings) -> None:
    """Let the pool of an alias follow its use, and be there in the stage's hours alone, where that is asked for."""
    if pool.least == 0 or (pool.most == 0 and settings.warm_hours is None):
        return
    most = max(pool.least, pool.most)
    scalable = alias.add_auto_scaling(min_capacity=pool.least, max_capacity=most)
    if most > pool.least:
        scalable.scale_on_utilization(utilization_target=IN_USE)
    if settings.warm_hours is not None:
        for name, hour, low, high in (
            ("Morning", settings.warm_from, pool.least, most),
            ("Evening", settings.warm_until, 0, 0),
        ):
            scalable.scale_on_schedule(
                name,
                schedule=_at(hour),
                time_zone=cdk.TimeZone.of(settings.warm_zone),
                min_capacity=low,
                max_capacity=high,
            )


def _at(hour: int) -> scaling.Schedule:
    # The working day that ends at 24 ends at one minute to.
    return scaling.Schedule.cron(hour=str(min(hour, 23)), minute="0" if hour < 24 else "59", week_day="MON-FRI")
