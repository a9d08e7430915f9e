"""What may differ from stage to stage, typed, with the combinations that AWS or the promises forbid refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

Architecture = Literal["arm64", "x86_64"]

ARCHITECTURE: Final[Architecture] = "arm64"
"""The processor that every stage runs on: the one setting, followed by `tagging build` and by synth."""

QUEUE_DAYS: Final = 14
"""Days a queue keeps a message: the most that SQS offers."""

_LOG_DAYS: Final = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3653)


Days = Annotated[int, Field(ge=0)]
"""Days an item stays in the bucket of its kind, and 15 more as a deleted version; 0 keeps it for ever."""

WarmPool = Annotated[int, Field(ge=0, le=1000)]
"""Initialised environments of one function kept ready (provisioned concurrency, billed by the hour); 0 keeps none."""

Percent = Annotated[float, Field(gt=0, lt=100)]

Address = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]


class SettingsRefused(ValueError):
    """A stage that is not known, or settings that contradict each other; the text says in one line what to change."""


class StageSettings(BaseModel):
    """Settings of one stage; each field can be set with `-c field=value`, except the architecture."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,15}$")]
    retain: bool = False
    """Buckets, table and logs outlive the stack, and the table is protected from deletion."""
    account: Annotated[str, Field(pattern=r"^\d{12}$")] | None = None
    """AWS account to deploy to; None for the one of the caller's credentials."""
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")] | None = None
    architecture: Architecture = ARCHITECTURE
    memory_mb: Annotated[int, Field(ge=512, le=10240)] = 1769
    """Of each function: 1,769 MB buy one whole vCPU; below 512 MB the model and a large item do not fit."""
    timeout_s: Annotated[int, Field(ge=10, le=900)] = 30
    visibility_s: Annotated[int, Field(ge=0, le=43200)] = 240
    batch_size: Annotated[int, Field(ge=1, le=1000)] = 10
    batch_window_s: Annotated[int, Field(ge=0, le=300)] = 1
    max_receive_count: Annotated[int, Field(ge=1, le=1000)] = 5
    """Deliveries of one message before it moves to the dead-letter queue."""
    max_concurrency: Annotated[int, Field(ge=2, le=1000)] = 10
    """Invocations of one function that its queue may run at once."""
    mail_warm_pool: WarmPool = 0
    image_warm_pool: WarmPool = 0
    log_days: int = 30
    mail_days: Days = 365
    image_days: Days = 365
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    available_percent: Percent = 99.9
    """Of messages: tagged or quarantined on their first delivery. The objectives are over 30 days."""
    quick_percent: Percent = 99.0
    """Of items: at their end within `quick_s`."""
    quick_s: Annotated[float, Field(gt=0, le=86400)] = 60
    """Seconds from the message on the queue to row and ticket; a cold start and a full batch fit in."""
    page_mail: Address | None = None
    """Where alarms go that wake somebody; AWS asks that address to agree. None subscribes nobody yet."""
    ticket_mail: Address | None = None
    """Where alarms go that can wait for the next working day."""
    runbooks: Annotated[str, Field(min_length=1)] = "infra/runbooks"
    """Where people find the runbooks: the start of the link in each alarm."""

    @property
    def local(self) -> bool:
        """Made for the local cloud, never deployed: layers are the source folders as they stand."""
        return self.stage == "local"

    @property
    def stack_name(self) -> str:
        """Name of the stack, and the start of every name that has to be given."""
        return f"tagging-{self.stage}"

    @property
    def metrics_namespace(self) -> str:
        """Of the functions' own metrics: one per stage, or the alarms of one would count the items of another."""
        return "Tagging" if self.local else f"Tagging/{self.stage}"

    @model_validator(mode="after")
    def _fit_together(self) -> StageSettings:
        for holds, instead in (
            (
                self.visibility_s >= 6 * self.timeout_s + self.batch_window_s,
                "visibility_s must be at least 6 x timeout_s + batch_window_s, or messages come back while they are "
                f"worked on: set visibility_s={6 * self.timeout_s + self.batch_window_s} or lower timeout_s",
            ),
            (
                self.batch_size <= 10 or self.batch_window_s >= 1,
                "a batch_size over 10 needs a window: set batch_window_s=1 or more",
            ),
            (self.log_days in _LOG_DAYS, f"log_days must be one of {', '.join(map(str, _LOG_DAYS))}"),
            (self.stage != "prod" or self.retain, "prod keeps its buckets and table: leave retain=true"),
            *self._of_each_kind("mail", self.mail_warm_pool, self.mail_days),
            *self._of_each_kind("image", self.image_warm_pool, self.image_days),
        ):
            if not holds:
                raise ValueError(instead)
        return self

    def _of_each_kind(self, kind: str, warm_pool: int, days: int) -> tuple[tuple[bool, str], ...]:
        pool, kept = f"{kind}_warm_pool", f"{kind}_days"
        return (
            (
                warm_pool <= self.max_concurrency,
                f"{pool} must not be over max_concurrency, the rest is never used: raise max_concurrency or lower it",
            ),
            (
                days == 0 or days > QUEUE_DAYS,
                f"{kept} must be over {QUEUE_DAYS}, or items expire before their messages do: "
                f"set {kept}={QUEUE_DAYS + 1} or more, or 0 to keep them",
            ),
        )


STAGES: Final[Mapping[str, Mapping[str, object]]] = {
    "local": {},
    "dev": {"log_days": 7, "mail_days": 30, "image_days": 30},
    "prod": {"retain": True, "mail_warm_pool": 2, "image_warm_pool": 1, "max_concurrency": 50, "log_days": 90},
}


def stage_settings(stage: str, changes: Mapping[str, object] | None = None) -> StageSettings:
    """Settings of a stage with single fields changed; SettingsRefused says what to change."""
    changes = changes or {}
    if stage not in STAGES:
        raise SettingsRefused(f"unknown stage {stage!r}: use -c stage= with one of {', '.join(STAGES)}")
    if changes.get("architecture", ARCHITECTURE) != ARCHITECTURE:
        raise SettingsRefused(
            "architecture is one setting for layers and stages: change ARCHITECTURE in infra/settings.py"
        )
    try:
        return StageSettings.model_validate({**STAGES[stage], **changes, "stage": stage})
    except ValidationError as error:
        found = "; ".join(_one_line(each["loc"], each["msg"]) for each in error.errors())
        raise SettingsRefused(f"stage {stage}: {found}") from None


def _one_line(where: tuple[int | str, ...], message: str) -> str:
    said = message.removeprefix("Value error, ")
    return f"{'.'.join(map(str, where))}: {said}" if where else said
