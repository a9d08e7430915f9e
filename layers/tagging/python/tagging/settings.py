"""What a deployed function is told from outside, as one typed value that infra writes and the function reads."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from tagging.validation import END, InvalidDocument, from_data

LAMBDA_VCPU_MB = 1769
"""Memory size, in MB, at which Lambda gives a function one whole vCPU."""


class SettingsError(ValueError):
    """The environment does not hold usable settings; the message names each variable, never its value."""


class Settings(Struct, frozen=True, kw_only=True):
    """Settings of one function; each field is the environment variable of the same name in capitals."""

    stage: Annotated[str, Meta(pattern=f"^[a-z][a-z0-9-]{{0,15}}{END}")]
    label_table: Annotated[str, Meta(min_length=1)]
    ticket_queue_url: Annotated[str, Meta(min_length=1)]
    bundle: Annotated[str, Meta(min_length=1)] = "/opt/bundle"
    """Folder of the bundle that is served."""
    metrics_namespace: Annotated[str, Meta(min_length=1)] = "Tagging"
    label_metrics: Literal["all", "critical"] = "all"
    """Labels that are metrics of their own; each costs by the month, given or not. The others are one together."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    object_bytes: Annotated[int, Meta(ge=1024)] = 40 * 1024 * 1024
    """Largest object that is fetched; SES receives mails of up to 40 MB."""
    in_flight_bytes: Annotated[int, Meta(ge=1024)] = 64 * 1024 * 1024
    """Fetched objects of one batch that may wait in memory to be tagged."""
    quarantine_days: Annotated[int, Meta(ge=15, le=3650)] = 90
    """Days a quarantined row is kept: longer than the 14 for which a queue may deliver its message again."""
    openblas_num_threads: Annotated[int, Meta(ge=1)] = 1
    """Read by numpy itself: what it multiplies here is small, and its second thread makes every start wait 40 ms."""
    aws_lambda_function_version: Annotated[str, Meta(min_length=1)] = "$LATEST"
    """Set by Lambda itself: the version that an alias points to."""
    aws_lambda_function_memory_size: Annotated[int, Meta(ge=128)] = LAMBDA_VCPU_MB
    """Set by Lambda itself, in MB."""

    @property
    def threads(self) -> int:
        """Threads for inference: one per whole vCPU of the memory size, at least one."""
        return max(1, self.aws_lambda_function_memory_size // LAMBDA_VCPU_MB)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings; a missing or unusable variable raises SettingsError, all of them named at once."""
        found: dict[str, Any] = {}
        wrong = []
        for field in msgspec.structs.fields(cls):
            name = field.name.upper()
            try:
                if name in environ:
                    found[field.name] = from_data(environ[name], field.type, strict=False)
                elif field.required:
                    wrong.append(f"{name} (is missing)")
            except InvalidDocument as error:
                wrong.append(f"{name} ({error})")
        if wrong:
            raise SettingsError(f"environment variables missing or wrong: {', '.join(wrong)}")
        return cls(**found)

    def to_env(self) -> dict[str, str]:
        """The environment variables that make `from_env` return these settings; Lambda's own are left out.

        Raises SettingsError where these settings are not usable.
        """
        written = {name.upper(): str(value) for name, value in msgspec.structs.asdict(self).items()}
        self.from_env(written)
        return {name: value for name, value in written.items() if not name.startswith("AWS_LAMBDA_")}
