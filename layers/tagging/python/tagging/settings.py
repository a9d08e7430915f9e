"""Settings of a deployed function: one typed value that infra writes and the function reads."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from tagging.validation import END, InvalidDocument, from_data

LAMBDA_VCPU_MB = 1769
"""Memory size, in MB, at which a Lambda function has one whole vCPU."""


class SettingsError(ValueError):
    """The environment holds no valid settings; the message names each variable, never its value."""


class Settings(Struct, frozen=True, kw_only=True):
    """Settings of one function; each field is the environment variable of the same name in capitals."""

    stage: Annotated[str, Meta(pattern=f"^[a-z][a-z0-9-]{{0,15}}{END}")]
    label_table: Annotated[str, Meta(min_length=1)]
    ticket_queue_url: Annotated[str, Meta(min_length=1)]
    probe_queue_url: str = ""
    """Queue of the tickets of probes; empty: keys under `probe/` are ordinary ones."""
    label_change_queue_url: str = ""
    """Queue of label changes; empty: none are sent."""
    bundle: Annotated[str, Meta(min_length=1)] = "/opt/bundle"
    """Folder of the served bundle."""
    models_bucket: str = ""
    """Bucket of versions and pointers; empty: the layer's bundle serves."""
    learning_bucket: str = ""
    """Bucket of the feature log; empty: nothing is kept of what items were decided from."""
    features: Literal["all", "sampled"] = "all"
    """Items whose features are kept: all, or those for review and a share of the others."""
    packs: Annotated[str, Meta(pattern=f"^([a-z0-9_]+(,[a-z0-9_]+)*)?{END}")] = ""
    """Packs of the bundle's taxonomy that are on, separated by commas; `all`: every pack."""
    metrics_namespace: Annotated[str, Meta(min_length=1)] = "Tagging"
    label_metrics: Literal["all", "critical"] = "all"
    """Labels of the deployed taxonomy that are published as separate metrics; each has a monthly price. All others, and
    those that only a version has, share one metric."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    object_bytes: Annotated[int, Meta(ge=1024)] = 40 * 1024 * 1024
    """Largest object that is fetched, in bytes; SES accepts mails of up to 40 MB."""
    in_flight_bytes: Annotated[int, Meta(ge=1024)] = 64 * 1024 * 1024
    """Bytes of one batch's fetched objects that may wait in memory."""
    quarantine_days: Annotated[int, Meta(ge=15, le=3650)] = 90
    """Days that a quarantined row is kept: more than the 14 days in which a queue may redeliver its message."""
    row_days: Annotated[int, Meta(ge=0, le=36500)] = 0
    """Days that rows, pointers and index entries are kept; 0 keeps them."""
    openblas_num_threads: Annotated[int, Meta(ge=1)] = 1
    """Read by numpy: matrices are small here, and starting a second thread costs each cold start 40 ms."""
    aws_lambda_function_version: Annotated[str, Meta(min_length=1)] = "$LATEST"
    """Set by Lambda: the version that an alias points to."""
    aws_lambda_function_memory_size: Annotated[int, Meta(ge=128)] = LAMBDA_VCPU_MB
    """Set by Lambda, in MB."""

    @property
    def threads(self) -> int:
        """Threads for inference: one per whole vCPU, at least one."""
        return max(1, self.aws_lambda_function_memory_size // LAMBDA_VCPU_MB)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings. Raises SettingsError, which names every missing or invalid variable."""
        return _read(cls, environ)

    def to_env(self) -> dict[str, str]:
        """The environment variables from which `from_env` reads these settings, without those that Lambda sets.

        Raises SettingsError if a setting is invalid.
        """
        return _write(self)


class ProbeSettings(Struct, frozen=True, kw_only=True):
    """Settings of the probe's function, from the environment like `Settings`."""

    label_table: Annotated[str, Meta(min_length=1)]
    """Keeps what the last runs put."""
    probe_queue_url: Annotated[str, Meta(min_length=1)]
    mail_bucket: Annotated[str, Meta(min_length=1)]
    image_bucket: Annotated[str, Meta(min_length=1)]
    mail_sender: str = ""
    """With `mail_recipient`: mails are sent by SES instead of put into the bucket."""
    mail_recipient: str = ""
    scanned_kinds: str = ""
    """Kinds behind the malware gate, separated by commas: they have a run longer to arrive."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> ProbeSettings:
        """Read the settings. Raises SettingsError, which names every missing or invalid variable."""
        return _read(cls, environ)

    def to_env(self) -> dict[str, str]:
        """The environment variables from which `from_env` reads these settings; raises SettingsError."""
        return _write(self)


class LearnSettings(Struct, frozen=True, kw_only=True):
    """Settings of the function that makes hours of the feature log, from the environment like `Settings`."""

    learning_bucket: Annotated[str, Meta(min_length=1)]
    versions: Annotated[str, Meta(min_length=1)] = "/opt/versions"
    """Folder of the deployed bundles without their encoders, one folder for each kind."""
    models_bucket: str = ""
    """Bucket of versions and pointers; empty: the bundles in `versions` serve."""
    label_table: str = ""
    review_table: str = ""
    """Table of open reviews and answers; empty: nobody is asked."""
    reviews_per_week: Annotated[int, Meta(ge=0, le=100_000)] = 100
    """Answers that people can give in a week, for each kind; 0: nobody is asked."""
    features: Literal["all", "sampled"] = "all"
    """Items that the log keeps; only if it keeps all of them, they are counted and drawn for review."""
    packs: Annotated[str, Meta(pattern=f"^([a-z]+:[a-z0-9_]+(,[a-z]+:[a-z0-9_]+)*)?{END}")] = ""
    """Packs that are on, as `kind:pack`, separated by commas."""
    metrics_namespace: Annotated[str, Meta(min_length=1)] = "Tagging"
    openblas_num_threads: Annotated[int, Meta(ge=1)] = 1
    """Read by numpy: a second thread waits for most of its CPU time, which is billed."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> LearnSettings:
        """Read the settings. Raises SettingsError, which names every missing or invalid variable."""
        return _read(cls, environ)

    def to_env(self) -> dict[str, str]:
        """The environment variables from which `from_env` reads these settings; raises SettingsError."""
        return _write(self)


class CorrectSettings(Struct, frozen=True, kw_only=True):
    """Settings of the function that records corrections, from the environment like `Settings`."""

    label_table: Annotated[str, Meta(min_length=1)]
    review_table: Annotated[str, Meta(min_length=1)]
    learning_bucket: str = ""
    """Bucket of the review plan, which lists the labels that answers may name; empty: any label may be named."""
    metrics_namespace: Annotated[str, Meta(min_length=1)] = "Tagging"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> CorrectSettings:
        """Read the settings. Raises SettingsError, which names every missing or invalid variable."""
        return _read(cls, environ)

    def to_env(self) -> dict[str, str]:
        """The environment variables from which `from_env` reads these settings; raises SettingsError."""
        return _write(self)


AnySettings = TypeVar("AnySettings", Settings, ProbeSettings, LearnSettings, CorrectSettings)


def _read(settings: type[AnySettings], environ: Mapping[str, str]) -> AnySettings:
    values: dict[str, Any] = {}
    errors = []
    for field in msgspec.structs.fields(settings):
        name = field.name.upper()
        try:
            if name in environ:
                values[field.name] = from_data(environ[name], field.type, strict=False)
            elif field.required:
                errors.append(f"{name} (is missing)")
        except InvalidDocument as error:
            errors.append(f"{name} ({error})")
    if errors:
        raise SettingsError(f"environment variables missing or wrong: {', '.join(errors)}")
    return settings(**values)


def _write(settings: Settings | ProbeSettings | LearnSettings | CorrectSettings) -> dict[str, str]:
    variables = {name.upper(): str(value) for name, value in msgspec.structs.asdict(settings).items()}
    settings.from_env(variables)
    return {name: value for name, value in variables.items() if not name.startswith("AWS_LAMBDA_")}
