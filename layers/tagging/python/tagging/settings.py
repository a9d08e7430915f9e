"""What a deployed function is told from outside, as one typed value that infra writes and the function reads."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

LAMBDA_VCPU_MB = 1769
"""Memory size, in MB, at which Lambda gives a function one whole vCPU."""


class SettingsError(ValueError):
    """The environment does not hold usable settings; the message names each variable, never its value."""


class Settings(BaseModel):
    """Settings of one function; each field is the environment variable of the same name in capitals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,15}$")]
    label_table: Annotated[str, Field(min_length=1)]
    ticket_queue_url: Annotated[str, Field(min_length=1)]
    bundle: Annotated[str, Field(min_length=1)] = "/opt/bundle"
    """Folder of the bundle that is served."""
    metrics_namespace: Annotated[str, Field(min_length=1)] = "Tagging"
    label_metrics: Literal["all", "critical"] = "all"
    """Labels that are metrics of their own; each costs by the month, given or not. The others are one together."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    object_bytes: Annotated[int, Field(ge=1024)] = 40 * 1024 * 1024
    """Largest object that is fetched; SES receives mails of up to 40 MB."""
    in_flight_bytes: Annotated[int, Field(ge=1024)] = 64 * 1024 * 1024
    """Fetched objects of one batch that may wait in memory to be tagged."""
    quarantine_days: Annotated[int, Field(ge=15, le=3650)] = 90
    """Days a quarantined row is kept: longer than the 14 for which a queue may deliver its message again."""
    openblas_num_threads: Annotated[int, Field(ge=1)] = 1
    """Read by numpy itself: what it multiplies here is small, and its second thread makes every start wait 40 ms."""
    pydantic_disable_plugins: Literal["__all__"] = "__all__"
    """Read by pydantic itself: it has no plugins here, and looking for them costs every start 14 ms."""
    aws_lambda_function_version: Annotated[str, Field(min_length=1)] = "$LATEST"
    """Set by Lambda itself: the version that an alias points to."""
    aws_lambda_function_memory_size: Annotated[int, Field(ge=128)] = LAMBDA_VCPU_MB
    """Set by Lambda itself, in MB."""

    @property
    def threads(self) -> int:
        """Threads for inference: one per whole vCPU of the memory size, at least one."""
        return max(1, self.aws_lambda_function_memory_size // LAMBDA_VCPU_MB)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings; a missing or unusable variable raises SettingsError, all of them named at once."""
        found = {name: environ[name.upper()] for name in cls.model_fields if name.upper() in environ}
        try:
            return cls.model_validate(found)
        except ValidationError as error:
            wrong = ", ".join(f"{str(e['loc'][0]).upper()} ({e['msg']})" for e in error.errors(include_input=False))
            raise SettingsError(f"environment variables missing or wrong: {wrong}") from None

    def to_env(self) -> dict[str, str]:
        """The environment variables that make `from_env` return these settings; Lambda's own are left out."""
        return {
            name.upper(): str(value) for name, value in self.model_dump().items() if not name.startswith("aws_lambda_")
        }
