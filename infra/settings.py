"""What may differ from stage to stage, typed, with the combinations that AWS or the promises forbid refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from infra.settings_errors import one_line

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
    mail_warm_pool_most: WarmPool = 0
    """Up to which the pool grows while over 70 % of it is in use, and shrinks again; 0 leaves its size alone."""
    image_warm_pool_most: WarmPool = 0
    warm_hours: Annotated[str, Field(pattern=r"^([01]?\d|2[0-3])-([01]?\d|2[0-4])$")] | None = None
    """Hours of working days in `warm_zone` at which there are warm pools (`7-19`); None: at all hours."""
    warm_zone: Annotated[str, Field(pattern=r"^[A-Za-z]+(/[A-Za-z_+-]+)*$")] = "Etc/UTC"
    snap_start: bool = False
    """Start from a snapshot of an initialised environment; not together with a warm pool, which AWS refuses."""
    log_days: int = 30
    mail_days: Days = 365
    image_days: Days = 365
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    mail_domain: Annotated[str, Field(pattern=r"^([a-z0-9-]+\.)+[a-z]{2,}$")] | None = None
    """Domain whose mail SES receives, in a region where SES receives; None: mails are put by others."""
    malware_gate: bool = False
    """GuardDuty scans each upload, and only what it found clean is tagged; billed by GuardDuty, per upload and GB."""
    customer_key: bool = False
    """Everything is kept under a key of the owner's own, rotated every year, instead of under those of AWS."""
    monitoring: bool = True
    """Alarms and dashboards, which cost about as much whether there is anything to tag or not."""
    label_metrics: Literal["all", "critical"] = "critical"
    """Labels that are CloudWatch metrics of their own; each costs by the month. The others are one together."""
    metric_budget: Annotated[int, Field(ge=0)] = 100
    """Metrics of our own that the owner pays for at most; a taxonomy that makes more is refused."""
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
    def rule_set(self) -> str | None:
        """Of SES, by which mail arrives; None where no domain is given."""
        return f"{self.stack_name}-mail" if self.mail_domain else None

    @property
    def warm_from(self) -> int:
        """The hour at which warm pools begin."""
        return int((self.warm_hours or "0-24").partition("-")[0])

    @property
    def warm_until(self) -> int:
        """The hour at which they end."""
        return int((self.warm_hours or "0-24").partition("-")[2])

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
            (
                self.monitoring or not (self.page_mail or self.ticket_mail),
                "there are no alarms to mail: set monitoring=true, or leave page_mail and ticket_mail out",
            ),
            (not (self.local and self.monitoring), "the local cloud has nobody to wake: leave monitoring=false"),
            (not (self.local and self.mail_domain), "no mail arrives at the local cloud: leave mail_domain out"),
            (not (self.local and self.malware_gate), "GuardDuty scans nothing locally: leave malware_gate=false"),
            (not (self.local and self.customer_key), "the local cloud knows no keys: leave customer_key=false"),
            (self.stage != "prod" or self.retain, "prod keeps its buckets and table: leave retain=true"),
            *self._of_each_kind("mail", self.mail_warm_pool, self.mail_warm_pool_most, self.mail_days),
            *self._of_each_kind("image", self.image_warm_pool, self.image_warm_pool_most, self.image_days),
            (
                not self.snap_start or not (self.mail_warm_pool or self.image_warm_pool),
                "AWS refuses snap_start together with a warm pool: set mail_warm_pool=0 and image_warm_pool=0, "
                "or leave snap_start=false",
            ),
            (
                self.warm_hours is None or bool(self.mail_warm_pool or self.image_warm_pool),
                "warm_hours is for warm pools: set mail_warm_pool or image_warm_pool, too",
            ),
            (
                self.warm_zone in (available_timezones() or {self.warm_zone}),  # a machine may know none
                f"there is no time zone {self.warm_zone}: set warm_zone to one such as Europe/Berlin",
            ),
            (
                self.warm_hours is None or self.warm_from < self.warm_until,
                "warm_hours must begin before they end, on the same day: 7-19",
            ),
        ):
            if not holds:
                raise ValueError(instead)
        return self

    def _of_each_kind(self, kind: str, warm_pool: int, most: int, days: int) -> tuple[tuple[bool, str], ...]:
        pool, kept = f"{kind}_warm_pool", f"{kind}_days"
        return (
            (
                max(warm_pool, most) <= self.max_concurrency,
                f"{pool} must not be over max_concurrency, the rest is never used: raise max_concurrency or lower it",
            ),
            (
                most == 0 or 0 < warm_pool < most,
                f"{pool}_most is what {pool} grows to: set {pool} to 1 or more, and {pool}_most over it or to 0",
            ),
            (
                days == 0 or days > QUEUE_DAYS,
                f"{kept} must be over {QUEUE_DAYS}, or items expire before their messages do: "
                f"set {kept}={QUEUE_DAYS + 1} or more, or 0 to keep them",
            ),
        )


STAGES: Final[Mapping[str, Mapping[str, object]]] = {
    "local": {"monitoring": False, "label_metrics": "all"},
    "dev": {"log_days": 7, "mail_days": 30, "image_days": 30, "monitoring": False},
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
        raise SettingsRefused(f"stage {stage}: {one_line(error)}") from None
