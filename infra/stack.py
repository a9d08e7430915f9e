"""One stage as one stack: mails and images come in, are tagged, and leave as rows and tickets."""

from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.access_logs import access_log_bucket
from infra.functions import TagFunction
from infra.intake import Intake
from infra.key import CustomerKey
from infra.layers import Layers, taxonomy_of
from infra.mail_receipt import MailReceipt
from infra.malware_gate import MalwareGate
from infra.monitoring.construct import Monitoring
from infra.monitoring.metric_budget import check_metric_budget, critical_labels, labels_alone
from infra.monitoring.monitored import MonitoredFunction, MonitoredStack
from infra.outputs import Outputs
from infra.settings import StageSettings
from infra.warm_pool import WarmPool
from layers.runtime.functions import DEPLOYED, DeployedFunction
from tagging.taxonomy import Taxonomy


class TaggingStack(cdk.Stack):
    """For each kind of item: bucket → intake queue → function → the one label table and ticket queue."""

    def __init__(self, scope: Construct, *, settings: StageSettings, root: Path) -> None:
        super().__init__(
            scope,
            settings.stack_name,
            env=cdk.Environment(account=settings.account, region=settings.region),
            description="Tagging: mails and images in, labels out",
            termination_protection=settings.retain,
        )
        layers = Layers(self, "Layers", settings=settings, root=root)
        key = CustomerKey(self, "Key", settings=settings).key if settings.customer_key else None
        access_logs = None if settings.local else access_log_bucket(self, settings)
        outputs = Outputs(self, "Outputs", settings=settings, key=key)
        days = {"mail": settings.mail_days, "image": settings.image_days}
        warm_pool = {
            "mail": WarmPool(settings.mail_warm_pool, settings.mail_warm_pool_most),
            "image": WarmPool(settings.image_warm_pool, settings.image_warm_pool_most),
        }
        watched, gate = [], None
        taxonomies = {} if settings.local else {function.name: taxonomy_of(root, function) for function in DEPLOYED}
        check_metric_budget(taxonomies, settings)
        for function in DEPLOYED:
            kind, start = function.kind, function.kind.capitalize()
            intake = Intake(
                self,
                f"{start}Intake",
                kind=kind,
                days=days[kind],
                settings=settings,
                key=key,
                access_logs=access_logs,
                gated=kind == "image" and settings.malware_gate,
            )
            tagging = TagFunction(
                self,
                f"Tag{start}",
                name=function.name,
                layers=layers.of(function),
                code=root / "functions",
                intake=intake,
                outputs=outputs,
                warm_pool=warm_pool[kind],
                settings=settings,
                key=key,
            )
            if not settings.local:
                self._tell(f"{start}FunctionName", tagging.function.function_name, "For the runbooks")
                self._tell(f"{start}LogGroup", tagging.log_group.log_group_name, "What it said, by item id")
                watched.append(_watched(function, tagging, intake, taxonomies[function.name], settings))
            if kind == "image" and settings.malware_gate:
                gate = MalwareGate(self, "MalwareGate", intake=intake, key=key)
                self._tell("ImageMalwarePlan", gate.plan.ref, "Only what it finds clean is tagged")
            if kind == "mail" and settings.mail_domain is not None:
                receipt = MailReceipt(self, "MailReceipt", bucket=intake.bucket, settings=settings)
                self._tell("MailActivation", receipt.activation, "Run it once; one rule set is active per region")
                self._tell("MailMxRecord", receipt.mx_record, f"What {settings.mail_domain} needs in its DNS")
            self._tell(f"{start}BucketName", intake.bucket.bucket_name, "What is put here is tagged")
            self._tell(f"{start}QueueUrl", intake.queue.queue_url, "S3 events and intake messages")
            self._tell(f"{start}DeadLetterUrl", intake.dead_letters.queue_url, "Messages that failed again and again")
        if settings.monitoring:
            monitoring = self._watch(tuple(watched), outputs, settings, key)
            if gate is not None:
                gate.tell_of_faults(monitoring.topics["page"], f"{settings.runbooks}/items.md#malware-gate")
        self._tell("LabelTableName", outputs.label_table.table_name, "One row per item")
        self._tell("TicketQueueUrl", outputs.ticket_queue.queue_url, "Tickets to be read")
        self._tell("TicketDeadLetterUrl", outputs.ticket_dead_letters.queue_url, "Tickets that nobody could take")

    def _watch(
        self,
        functions: tuple[MonitoredFunction, ...],
        outputs: Outputs,
        settings: StageSettings,
        key: kms.IKey | None,
    ) -> Monitoring:
        watched = MonitoredStack(
            stack=settings.stack_name,
            region=self.region,
            namespace=settings.metrics_namespace,
            functions=functions,
            ticket_queue=outputs.ticket_queue.queue_name,
            ticket_dead_letters=outputs.ticket_dead_letters.queue_name,
        )
        monitoring = Monitoring(self, "Monitoring", watched=watched, settings=settings, key=key)
        self._tell("PageTopicArn", monitoring.topics["page"].topic_arn, "Alarms that wake somebody")
        self._tell("TicketTopicArn", monitoring.topics["ticket"].topic_arn, "Alarms that can wait until morning")
        return monitoring

    def _tell(self, name: str, value: str, meaning: str) -> None:
        cdk.CfnOutput(self, name, value=value, description=meaning)


def _watched(
    function: DeployedFunction,
    tagging: TagFunction,
    intake: Intake,
    taxonomy: Taxonomy,
    settings: StageSettings,
) -> MonitoredFunction:
    return MonitoredFunction(
        kind=function.kind,
        service=function.name,
        function_name=tagging.function.function_name,
        queue=intake.queue.queue_name,
        dead_letters=intake.dead_letters.queue_name,
        log_group=tagging.log_group.log_group_name,
        labels=labels_alone(taxonomy, settings),
        critical=critical_labels(taxonomy),
        timeout_s=settings.timeout_s,
        memory_mb=settings.memory_mb,
        warm_pool=tagging.warm,
    )
