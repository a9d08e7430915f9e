"""The billed resources of a synthesised template: functions with their queues, alarms, dashboards and keys."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from infra.cost.billed_alarms import alarms_by_price
from tagging.local import Resource, Template, TemplateError


@dataclass(frozen=True)
class BilledFunction:
    """A function, its alias, its queue and its log."""

    name: str
    memory_mb: int
    architecture: str
    warm_pool: int
    snapshot: bool
    """SnapStart is on for its published versions."""
    batch_size: int
    log_days: int | None
    object_days: int | None
    """Days that the objects of its bucket are kept; None: forever."""
    bucket_keyed: bool
    """Its bucket is encrypted with a customer-managed key and bucket keys."""
    critical_alone: bool
    """Only its critical labels have metrics of their own."""
    packs: tuple[str, ...] = ()
    """Packs of its taxonomy that are on."""
    warm_share: float = 1.0
    """Share of the month with a warm pool."""
    batch_window_s: float = 1.0
    """Seconds that a batch waits for more messages."""
    scanned: bool = False
    """GuardDuty scans its uploads."""
    features: Literal["all", "sampled", "off"] = "off"
    """Items whose features it writes to the feature log."""
    models: bool = False
    """It reads a pointer in the bucket of models."""

    @property
    def kind(self) -> str:
        """The kind of item that it tags."""
        return self.name.removeprefix("tag_")

    @property
    def memory_gb(self) -> float:
        """Memory in Lambda's billing unit."""
        return self.memory_mb / 1024


@dataclass(frozen=True)
class BilledStack:
    """All resources with a price."""

    functions: tuple[BilledFunction, ...]
    alarms: Mapping[str, int]
    """Metrics of alarms, by the price's name: `alarm_month`, `fast_alarm_month`, `composite_alarm_month`; those on
    warm pools and on reviews, which have the first price, under `of_warm_pools` and `of_reviews`."""
    dashboards: int
    keys: int
    keyed_queues: int
    """Queues encrypted with a customer-managed key."""
    probe: bool = False
    """A probe runs every 15 minutes."""
    probe_by_ses: bool = False
    """Its mails are sent and received by SES."""
    feature_days: int | None = None
    """Days that features are kept; None: forever."""
    compacts: bool = False
    """Each hour of the feature log is compacted."""
    reviews: bool = False
    """People's answers are recorded."""
    log_widgets: int = 0
    """Queries of logs on all dashboards."""

    @classmethod
    def read(cls, template: Template) -> BilledStack:
        """Raises TemplateError if the template has no function that a queue feeds."""
        functions = tuple(
            _function(template, resource)
            for resource in template.of_type("AWS::Lambda::Function")
            if str(resource.properties.get("Handler", "")).startswith("tag_")
        )
        if not functions:
            raise TemplateError(f"{template.name} contains no function that tags")
        queues = template.of_type("AWS::SQS::Queue")
        return cls(
            functions=functions,
            alarms=alarms_by_price(template),
            dashboards=len(template.of_type("AWS::CloudWatch::Dashboard")),
            keys=len(template.of_type("AWS::KMS::Key")),
            keyed_queues=sum("KmsMasterKeyId" in queue.properties for queue in queues),
            probe=any("Probe" in rule.id for rule in template.of_type("AWS::Events::Rule")),
            probe_by_ses=len(template.of_type("AWS::SES::ReceiptRule")) > 1,
            feature_days=_feature_days(template),
            compacts=any("Learn" in rule.id for rule in template.of_type("AWS::Events::Rule")),
            reviews="ReviewTable" in template.resources,
            log_widgets=sum(_log_widgets(each.properties) for each in template.of_type("AWS::CloudWatch::Dashboard")),
        )

    def function(self, kind: str) -> BilledFunction:
        """The function for a kind of item; raises KeyError."""
        return {function.kind: function for function in self.functions}[kind]


def _function(template: Template, resource: Resource) -> BilledFunction:
    properties = resource.properties
    aliases = [alias for alias in template.of_type("AWS::Lambda::Alias") if _names(alias.properties, resource.id)]
    ids = [resource.id, *(alias.id for alias in aliases)]
    mappings = [
        mapping
        for mapping in template.of_type("AWS::Lambda::EventSourceMapping")
        if mapping.properties.get("Enabled", True) and any(_names(mapping.properties["FunctionName"], id) for id in ids)
    ]
    if not mappings:
        raise TemplateError(f"nothing feeds {resource.id}")
    pools = [alias.properties.get("ProvisionedConcurrencyConfig", {}) for alias in aliases]
    log = template.resources.get(properties.get("LoggingConfig", {}).get("LogGroup", {}).get("Ref", ""))
    bucket = _bucket(template, mappings[0].properties["EventSourceArn"])
    variables = properties.get("Environment", {}).get("Variables", {})
    return BilledFunction(
        name=properties["Handler"].split(".")[0],
        memory_mb=int(properties.get("MemorySize", 128)),
        architecture=properties.get("Architectures", ["x86_64"])[0],
        warm_pool=sum(int(pool.get("ProvisionedConcurrentExecutions", 0)) for pool in pools),
        snapshot=properties.get("SnapStart", {}).get("ApplyOn") == "PublishedVersions",
        batch_size=int(mappings[0].properties.get("BatchSize", 10)),
        log_days=log.properties.get("RetentionInDays") if log else None,
        object_days=_days(bucket.properties) if bucket else None,
        bucket_keyed="aws:kms" in json.dumps(bucket.properties.get("BucketEncryption", {})) if bucket else False,
        critical_alone=variables.get("LABEL_METRICS") == "critical",
        packs=tuple(name for name in str(variables.get("PACKS", "")).split(",") if name),
        warm_share=_warm_share(template, ids),
        features=variables.get("FEATURES", "all") if variables.get("LEARNING_BUCKET") else "off",
        models=bool(variables.get("MODELS_BUCKET")),
        batch_window_s=float(mappings[0].properties.get("MaximumBatchingWindowInSeconds", 0)),
        scanned=any(
            bucket is not None and _names(plan.properties["ProtectedResource"], bucket.id)
            for plan in template.of_type("AWS::GuardDuty::MalwareProtectionPlan")
        ),
    )


def _log_widgets(dashboard: Mapping[str, Any]) -> int:
    """Widgets that query logs; the body is JSON in a string, or in the parts of one."""
    return len(re.findall(r'\\+"type\\+":\s*\\+"log\\+"', json.dumps(dashboard["DashboardBody"])))


def _warm_share(template: Template, ids: Sequence[str]) -> float:
    """Share of the month between the scheduled hours that start and end a function's warm pool."""
    for target in template.of_type("AWS::ApplicationAutoScaling::ScalableTarget"):
        actions = target.properties.get("ScheduledActions", [])
        if not actions or not any(_names(target.properties["ResourceId"], id) for id in ids):
            continue
        hours = {bool(each["ScalableTargetAction"]["MinCapacity"]): _hour(each["Schedule"]) for each in actions}
        if len(hours) == 2:
            return (hours[False] - hours[True]) % 24 / 24 * (5 / 7 if "MON-FRI" in actions[0]["Schedule"] else 1)
    return 1.0


def _hour(schedule: str) -> float:
    """The hour of `cron(0 7 ? * MON-FRI *)`."""
    minute, hour = schedule.removeprefix("cron(").split()[:2]
    return int(hour) + int(minute) / 60


def _bucket(template: Template, queue_arn: Any) -> Resource | None:
    """The bucket whose events go to a queue."""
    for bucket in template.of_type("AWS::S3::Bucket"):
        targets = bucket.properties.get("NotificationConfiguration", {}).get("QueueConfigurations", [])
        if any(each["Queue"] == queue_arn for each in targets):
            return bucket
    for rule in template.of_type("AWS::Events::Rule"):  # by the malware gate
        if any(each["Arn"] == queue_arn for each in rule.properties["Targets"]):
            (name,) = rule.properties["EventPattern"]["detail"]["s3ObjectDetails"]["bucketName"]
            return template.resources[name["Ref"]]
    return None


def _days(bucket: Mapping[str, Any]) -> int | None:
    rules = bucket.get("LifecycleConfiguration", {}).get("Rules", [])
    return min(
        (int(rule["ExpirationInDays"]) for rule in rules if "ExpirationInDays" in rule and "Prefix" not in rule),
        default=None,
    )


def _feature_days(template: Template) -> int | None:
    """Days that the bucket of the feature log keeps hours; None: forever, or there is no such bucket."""
    bucket = template.resources.get("LearningBucket")
    rules = bucket.properties["LifecycleConfiguration"]["Rules"] if bucket else []
    return next((int(rule["ExpirationInDays"]) for rule in rules if rule.get("Prefix") == "hours/"), None)


def _names(part: Any, id: str) -> bool:
    """Whether a part of the template refers to a logical id."""
    return f'"{id}"' in json.dumps(part)
