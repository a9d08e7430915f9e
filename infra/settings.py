"""The settings of a stage, typed and bounded; `setting_combinations` checks what depends on several."""

from __future__ import annotations

import json
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from layers.runtime.functions import DeployedFunction, MailEncoder, deployed
from tagging.kinds import KINDS

Architecture = Literal["arm64", "x86_64"]

ARCHITECTURE: Final[Architecture] = "arm64"
"""The processor of every stage, used by `tagging build` and by synth."""

QUEUE_DAYS: Final = 14
"""Days a queue keeps a message: the maximum of SQS."""

Days = Annotated[int, Field(ge=0)]
"""Days an item stays in its bucket, and 15 more as a deleted version; 0 keeps it forever."""

WarmPool = Annotated[int, Field(ge=0, le=1000)]
"""Initialised environments of one function kept ready (provisioned concurrency, billed by the hour); 0 keeps none."""

Percent = Annotated[float, Field(gt=0, lt=100)]
Address = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]


SubnetId = Annotated[str, Field(pattern=r"^subnet-([0-9a-f]{8}|[0-9a-f]{17})$")]
SecurityGroupId = Annotated[str, Field(pattern=r"^sg-([0-9a-f]{8}|[0-9a-f]{17})$")]


def _split(value: object) -> object:
    """`-c mail_heads=money,shop` as the list that a file holds."""
    return [name for name in value.split(",") if name] if isinstance(value, str) else value


class StageError(ValueError):
    """A stage that cannot be deployed (unknown, contradictory settings, layers not built); one line says what to do."""


class StageSettings(BaseModel):
    """Settings of one stage, written in `infra/stages/<stage>.toml`; all but the architecture, which is a constant."""

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
    timeout_s: Annotated[int, Field(ge=20, le=900)] = 30
    """An item is only started with 10 s left, which a batch needs for its writes; below 20 s too few would be."""
    visibility_s: Annotated[int, Field(ge=0, le=43200)] = 240
    batch_size: Annotated[int, Field(ge=1, le=1000)] = 10
    batch_window_s: Annotated[int, Field(ge=0, le=300)] = 1
    max_receive_count: Annotated[int, Field(ge=1, le=1000)] = 5
    """Deliveries of one message before it moves to the dead-letter queue."""
    max_concurrency: Annotated[int, Field(ge=2, le=1000)] = 10
    """Maximum of concurrent invocations of one function."""
    reprocess_concurrency: Annotated[int, Field(ge=2, le=1000)] = 2
    """Maximum of concurrent invocations of one function for items that are tagged again, beside `max_concurrency`."""
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
    features: Literal["all", "sampled", "off"] = "all"
    """Items whose features are kept: all, those for review and a share of the others, or none."""
    feature_days: Days = 0
    """Days that features are kept, no longer than their items; 0: as long as the kind that is kept for a shorter time.
    """
    reviews_per_week: Annotated[int, Field(ge=0, le=100_000)] = 100
    """Answers that people can give in a week, for each kind of item; 0: nobody is asked, and nothing is measured."""
    row_days: Days = 0
    """Days that rows, pointers and index entries are kept, at least as long as their objects; 0 keeps them forever."""
    mail_heads: Annotated[tuple[str, ...], BeforeValidator(_split)] = ()
    """Packs of the mail bundle that are on, labels of one industry each; `all`: every pack."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    mail_encoder: MailEncoder = "english"
    """Bundle for mails: `english`, or `multilingual`, whose encoder `tagging build` makes from a pinned package."""
    mail_bundle: Annotated[str, Field(min_length=1)] | None = None
    """Folder of a bundle of your own for mails, from the project's root, as `tagging train` writes it."""
    image_bundle: Annotated[str, Field(min_length=1)] | None = None
    """The same for images."""
    mail_domain: Annotated[str, Field(pattern=r"^([a-z0-9-]+\.)+[a-z]{2,}$")] | None = None
    """Domain for which SES receives mail, in a region where SES receives; None: mails are uploaded by others."""
    mail_identity: Literal["create", "existing"] = "existing"
    """SES receives only for a verified domain. `create`: this stack creates the identity with Easy DKIM and prints its
    records; `existing`: the account and region have it already, and a second one cannot be created."""
    probe: bool = False
    """A function puts a mail and an image every 15 minutes and checks that the last ones became tickets."""
    label_changes: bool = False
    """A FIFO queue tells when a later revision changes the labels of an item."""
    ticket_consumer: Annotated[str, Field(pattern=r"^\d{12}$")] | None = None
    """Another AWS account whose roles may receive tickets and label changes."""
    malware_gate: bool = False
    """GuardDuty scans each uploaded image, and only clean ones are tagged; billed by GuardDuty per upload and GB."""
    customer_key: bool = False
    """Encrypt everything with a customer-managed key, rotated every year, instead of keys of AWS."""
    subnet_ids: Annotated[tuple[SubnetId, ...], BeforeValidator(_split)] = ()
    """Subnets of a VPC of yours for the functions. They need endpoints for S3, DynamoDB and SQS; empty: no VPC."""
    security_group_ids: Annotated[tuple[SecurityGroupId, ...], BeforeValidator(_split)] = ()
    """Security groups of the functions in `subnet_ids`."""
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
    def functions(self) -> tuple[DeployedFunction, ...]:
        """The functions of the stage, each with the bundle that it serves."""
        return deployed(self.mail_encoder, {"mail": self.mail_bundle, "image": self.image_bundle})

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

    def packs(self, kind: str) -> tuple[str, ...]:
        """The packs that are on for items of this kind."""
        return tuple(getattr(self, f"{kind}_heads", ()))

    def retention_days(self, kind: str) -> int:
        """Days an item of this kind stays in its bucket; 0: forever."""
        return int(getattr(self, f"{kind}_days"))

    @property
    def days_of_features(self) -> int:
        """Days that features are kept; 0: forever, as all items are."""
        return self.feature_days or min(filter(None, map(self.retention_days, KINDS)), default=0)

    def warm_pool_sizes(self, kind: str) -> tuple[int, int]:
        """Minimum and maximum of the warm pool of this kind's function."""
        return int(getattr(self, f"{kind}_warm_pool")), int(getattr(self, f"{kind}_warm_pool_most"))

    def as_output(self) -> str:
        """All settings as one JSON object with sorted names, for an output of the stack."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
