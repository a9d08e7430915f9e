"""Settings of a stage, typed; combinations that AWS or our promises forbid are errors."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tagging.kinds import KINDS

Architecture = Literal["arm64", "x86_64"]

ARCHITECTURE: Final[Architecture] = "arm64"
"""The processor of every stage, used by `tagging build` and by synth."""

QUEUE_DAYS: Final = 14
"""Days a queue keeps a message: the maximum of SQS."""

_LOG_DAYS: Final = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3653)

Days = Annotated[int, Field(ge=0)]
"""Days an item stays in its bucket, and 15 more as a deleted version; 0 keeps it forever."""

WarmPool = Annotated[int, Field(ge=0, le=1000)]
"""Initialised environments of one function kept ready (provisioned concurrency, billed by the hour); 0 keeps none."""

Percent = Annotated[float, Field(gt=0, lt=100)]
Address = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]


class StageError(ValueError):
    """A stage that cannot be deployed (unknown, contradictory settings, layers not built); one line says what to do."""


class StageSettings(BaseModel):
    """Settings of one stage; each field can be set with `-c field=value`, except the architecture."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,15}$")]
    retain: bool = False
    """Buckets, table and logs outlive the stack; stack and table are protected from deletion."""
    protect: bool = True
    """With `retain`: protect stack and table from deletion. False for a first deployment, which can then be undone."""
    account: Annotated[str, Field(pattern=r"^\d{12}$")] | None = None
    """AWS account to deploy to; None for that of the caller's credentials."""
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")] | None = None
    architecture: Architecture = ARCHITECTURE
    memory_mb: Annotated[int, Field(ge=512, le=10240)] = 1769
    """Memory of each function: 1,769 MB come with one vCPU; below 512 MB the model and a large item do not fit."""
    timeout_s: Annotated[int, Field(ge=10, le=900)] = 30
    visibility_s: Annotated[int, Field(ge=0, le=43200)] = 240
    batch_size: Annotated[int, Field(ge=1, le=1000)] = 10
    batch_window_s: Annotated[int, Field(ge=0, le=300)] = 1
    max_receive_count: Annotated[int, Field(ge=1, le=1000)] = 5
    """Deliveries of one message before it moves to the dead-letter queue."""
    max_concurrency: Annotated[int, Field(ge=2, le=1000)] = 10
    """Maximum of concurrent invocations of one function."""
    mail_warm_pool: WarmPool = 0
    image_warm_pool: WarmPool = 0
    mail_warm_pool_most: WarmPool = 0
    """Maximum size of a pool that grows while over 70 % of it is in use; 0 keeps the pool at its size."""
    image_warm_pool_most: WarmPool = 0
    warm_hours: Annotated[str, Field(pattern=r"^([01]?\d|2[0-3])-([01]?\d|2[0-4])$")] | None = None
    """Hours of working days in `warm_zone` with warm pools (`7-19`); None: at all hours."""
    warm_zone: Annotated[str, Field(pattern=r"^[A-Za-z]+(/[A-Za-z_+-]+)*$")] = "Etc/UTC"
    snap_start: bool = False
    """Start from a snapshot of an initialised environment; AWS does not allow it together with a warm pool."""
    log_days: int = 30
    mail_days: Days = 365
    image_days: Days = 365
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    mail_domain: Annotated[str, Field(pattern=r"^([a-z0-9-]+\.)+[a-z]{2,}$")] | None = None
    """Domain for which SES receives mail, in a region where SES receives; None: mails are uploaded by others."""
    malware_gate: bool = False
    """GuardDuty scans each uploaded image, and only clean ones are tagged; billed by GuardDuty per upload and GB."""
    customer_key: bool = False
    """Encrypt everything with a customer-managed key, rotated every year, instead of keys of AWS."""
    monitoring: bool = True
    """Alarms and dashboards; their cost hardly depends on the load."""
    label_metrics: Literal["all", "critical"] = "critical"
    """Labels with a CloudWatch metric of their own, each billed by the month; all others share one metric."""
    metric_budget: Annotated[int, Field(ge=0)] = 100
    """Maximum of custom metrics; a taxonomy that needs more is an error."""
    available_percent: Percent = 99.9
    """Objective for messages tagged or quarantined on their first delivery, over 30 days."""
    quick_percent: Percent = 99.0
    """Objective for items finished within `quick_s`, over 30 days."""
    quick_s: Annotated[float, Field(gt=0, le=86400)] = 60
    """Seconds from the message on the queue to row and ticket; enough for a cold start and a full batch."""
    page: Literal["none"] | None = None
    """`none`: nobody is paged by mail. Without it, a stage with `retain` and `monitoring` must have `page_mail`."""
    page_mail: Address | None = None
    """Address for alarms that need a person at once; AWS asks it to confirm. None: no subscription."""
    ticket_mail: Address | None = None
    """Address for alarms that can wait until the next working day."""
    runbooks: Annotated[str, Field(min_length=1)] = "infra/runbooks"
    """Location of the runbooks: the start of the link in each alarm."""

    @property
    def local(self) -> bool:
        """The stage of the local cloud, never deployed: its layers are the source folders."""
        return self.stage == "local"

    @property
    def stack_name(self) -> str:
        """Name of the stack, and the start of every explicit resource name."""
        return f"tagging-{self.stage}"

    @property
    def protected(self) -> bool:
        """Stack and table are protected from deletion."""
        return self.retain and self.protect

    @property
    def rule_set(self) -> str | None:
        """Name of SES's rule set for the mail domain; None without a domain."""
        return f"{self.stack_name}-mail" if self.mail_domain else None

    @property
    def warm_range(self) -> tuple[int, int]:
        """The hours at which warm pools start and end."""
        start, _, end = (self.warm_hours or "0-24").partition("-")
        return int(start), int(end)

    @property
    def pages_nobody(self) -> bool:
        """Its alarms would page nobody, and nobody decided that."""
        return self.retain and self.monitoring and self.page_mail is None and self.page is None

    @property
    def metrics_namespace(self) -> str:
        """Namespace of the functions' own metrics: one per stage, so that its alarms count only its own items."""
        return "Tagging" if self.local else f"Tagging/{self.stage}"

    @property
    def gated_kinds(self) -> tuple[str, ...]:
        """Kinds of item that the malware gate scans."""
        return ("image",) if self.malware_gate else ()

    def retention_days(self, kind: str) -> int:
        """Days an item of this kind stays in its bucket; 0: forever."""
        return int(getattr(self, f"{kind}_days"))

    def warm_pool_sizes(self, kind: str) -> tuple[int, int]:
        """Minimum and maximum of the warm pool of this kind's function."""
        return int(getattr(self, f"{kind}_warm_pool")), int(getattr(self, f"{kind}_warm_pool_most"))

    @model_validator(mode="after")
    def _check_combinations(self) -> StageSettings:
        for valid, message in (
            (
                self.visibility_s >= 6 * self.timeout_s + self.batch_window_s,
                "visibility_s must be at least 6 x timeout_s + batch_window_s, or messages are redelivered while "
                f"they are processed: set visibility_s={6 * self.timeout_s + self.batch_window_s} or lower timeout_s",
            ),
            (
                self.batch_size <= 10 or self.batch_window_s >= 1,
                "a batch_size over 10 needs a window: set batch_window_s=1 or more",
            ),
            (self.log_days in _LOG_DAYS, f"log_days must be one of {', '.join(map(str, _LOG_DAYS))}"),
            (
                self.monitoring or not (self.page_mail or self.ticket_mail),
                "there are no alarms without monitoring: set monitoring=true, or leave page_mail and ticket_mail out",
            ),
            (
                self.page is None or self.page_mail is None,
                "page=none contradicts page_mail: leave one of them out",
            ),
            (not (self.local and self.monitoring), "the local cloud has no alarms: leave monitoring=false"),
            (not (self.local and self.mail_domain), "the local cloud receives no mail: leave mail_domain out"),
            (not (self.local and self.malware_gate), "the local cloud has no GuardDuty: leave malware_gate=false"),
            (not (self.local and self.customer_key), "the local cloud has no keys: leave customer_key=false"),
            (self.stage != "prod" or self.retain, "prod keeps its buckets and table: leave retain=true"),
            *(check for kind in KINDS for check in self._checks_of_kind(kind)),
            (
                not self.snap_start or not (self.mail_warm_pool or self.image_warm_pool),
                "AWS refuses snap_start together with a warm pool: set mail_warm_pool=0 and image_warm_pool=0, "
                "or leave snap_start=false",
            ),
            (
                self.warm_hours is None or bool(self.mail_warm_pool or self.image_warm_pool),
                "warm_hours needs a warm pool: set mail_warm_pool or image_warm_pool, too",
            ),
            (
                self.warm_zone in (available_timezones() or {self.warm_zone}),  # a machine may have no list
                f"there is no time zone {self.warm_zone}: set warm_zone to one such as Europe/Berlin",
            ),
            (
                self.warm_hours is None or self.warm_range[0] < self.warm_range[1],
                "warm_hours must begin before they end, on the same day: 7-19",
            ),
        ):
            if not valid:
                raise ValueError(message)
        return self

    def _checks_of_kind(self, kind: str) -> tuple[tuple[bool, str], ...]:
        (warm_pool, maximum), days = self.warm_pool_sizes(kind), self.retention_days(kind)
        pool, retention = f"{kind}_warm_pool", f"{kind}_days"
        return (
            (
                max(warm_pool, maximum) <= self.max_concurrency,
                f"{pool} must not be over max_concurrency: raise max_concurrency or lower {pool}",
            ),
            (
                maximum == 0 or 0 < warm_pool < maximum,
                f"{pool} grows to {pool}_most: set {pool} to 1 or more, and {pool}_most over it or to 0",
            ),
            (
                days == 0 or days > QUEUE_DAYS,
                f"{retention} must be over {QUEUE_DAYS}, or items expire before their messages do: "
                f"set {retention}={QUEUE_DAYS + 1} or more, or 0 to keep them",
            ),
        )
