"""One stage as one stack: mails and images come in, are tagged, and leave as rows and tickets."""

from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.access import People
from infra.buckets import access_log_bucket
from infra.functions import TagFunction
from infra.intake import Intake
from infra.key import CustomerKey
from infra.layers import Layers, built_taxonomy, layer_description, reference_rates
from infra.learn import Learn
from infra.learning import Learning
from infra.mail_receipt import MailReceipt
from infra.malware_gate import MalwareGate
from infra.models import Models
from infra.monitored_function import monitored_function, monitored_stack
from infra.monitoring.construct import Monitoring
from infra.monitoring.metric_budget import check_metric_budget
from infra.monitoring.monitored import MonitoredFunction
from infra.outputs import Outputs
from infra.probe import Probe
from infra.reprocessing import Reprocessing
from infra.review import Review
from infra.settings import StageSettings
from infra.warm_pool import WarmPool
from layers.runtime.functions import WITHOUT_BUNDLE_LAYERS


class TaggingStack(cdk.Stack):
    """For each kind of item: bucket → intake queue → function → the one label table and ticket queue."""

    def __init__(self, scope: Construct, *, settings: StageSettings, root: Path) -> None:
        super().__init__(
            scope,
            settings.stack_name,
            env=cdk.Environment(account=settings.account, region=settings.region),
            description="Tagging: mails and images in, labels out",
            termination_protection=settings.protected,
            # Tags of the stack: CloudFormation puts them on every resource that takes tags.
            tags={"project": "tagging", "stage": settings.stage},
        )
        layers = Layers(self, "Layers", settings=settings, root=root)
        key = CustomerKey(self, "Key", settings=settings).key if settings.customer_key else None
        access_logs = None if settings.local else access_log_bucket(self, settings)
        outputs = Outputs(self, "Outputs", settings=settings, key=key)
        models = Models(self, "Models", settings=settings, key=key, access_logs=access_logs)
        learning = Learning(self, "Learning", settings=settings, key=key, access_logs=access_logs)
        functions = settings.functions
        taxonomies = {} if settings.local else {each.name: built_taxonomy(root, each, settings) for each in functions}
        check_metric_budget(taxonomies, settings)
        intakes: dict[str, Intake] = {}
        pairs: list[tuple[Intake, TagFunction]] = []
        monitored: list[MonitoredFunction] = []
        for function in functions:
            kind, prefix = function.kind, function.kind.capitalize()
            intake = intakes[kind] = Intake(
                self,
                f"{prefix}Intake",
                kind=kind,
                days=settings.retention_days(kind),
                settings=settings,
                key=key,
                access_logs=access_logs,
                gated=kind in settings.gated_kinds,
            )
            reprocessing = Reprocessing(self, f"{prefix}Reprocessing", intake=intake, settings=settings, key=key)
            tagging = TagFunction(
                self,
                f"Tag{prefix}",
                name=function.name,
                layers=layers.for_function(function),
                code=root / "functions",
                intake=intake,
                reprocessing=reprocessing,
                outputs=outputs,
                models=models,
                learning=learning,
                warm_pool=WarmPool(*settings.warm_pool_sizes(kind)),
                settings=settings,
                key=key,
            )
            pairs.append((intake, tagging))
            self._describe(prefix, intake)
            self._output(f"{prefix}ReprocessingQueueUrl", reprocessing.queue.queue_url, "Items to be tagged again")
            mapping = tagging.reprocessing_mapping.event_source_mapping_id
            self._output(f"{prefix}ReprocessingMapping", mapping, "Enabled while items are tagged again")
            self._output(f"{prefix}Layer", layer_description(root, function, settings), "The bundle in its layer")
            if not settings.local:
                self._output(f"{prefix}FunctionName", tagging.function.function_name, "Name for the runbooks")
                self._output(f"{prefix}LogGroup", tagging.log_group.log_group_name, "Its log, by item id")
                rates = reference_rates(root, function)
                monitored.append(
                    monitored_function(function, tagging, intake, taxonomies[function.name], rates, settings)
                )
        receipt = self._receive_mail(intakes["mail"], settings) if settings.mail_domain is not None else None
        probe = None
        if settings.probe:
            probe = Probe(
                self,
                "Probe",
                code=root / "functions",
                layers=layers.named(*WITHOUT_BUNDLE_LAYERS),
                intakes=intakes,
                receipt=receipt,
                outputs=outputs,
                settings=settings,
                key=key,
            )
        if probe is not None and outputs.probe_queue is not None:
            self._output("ProbeQueueUrl", outputs.probe_queue.queue_url, "Tickets of probes, for the probe alone")
            if not settings.local:
                self._output("ProbeFunctionName", probe.function.function_name, "Checks its last items, puts new ones")
                self._output("ProbeLogGroup", probe.log_group.log_group_name, "Log of the probe")
        review = Review(
            self,
            "Review",
            code=root / "functions",
            layers=layers.named(*WITHOUT_BUNDLE_LAYERS),
            outputs=outputs,
            learning=learning,
            settings=settings,
            key=key,
        )
        learn = None
        if learning.kept:
            learn = Learn(
                self,
                "Learn",
                code=root / "functions",
                layers=layers.named(*WITHOUT_BUNDLE_LAYERS, layers.versions),
                learning=learning,
                models=models,
                outputs=outputs,
                review=review,
                settings=settings,
                key=key,
            )
        gates = [self._scan(intakes[kind], key) for kind in settings.gated_kinds]
        topics = (
            self._monitor(tuple(monitored), outputs, gates, probe, learn, review, settings, key)
            if settings.monitoring
            else []
        )
        People(
            self,
            "People",
            functions=pairs,
            outputs=outputs,
            models=models,
            learning=learning,
            review=review,
            topics=topics,
            plans=[gate.plan.attr_arn for gate in gates],
            log_groups=[each.log_group for each in (probe, learn, review) if each is not None],
            key=key,
        )
        self._output("ModelsBucketName", models.bucket.bucket_name, "Versions, and the pointers to those that serve")
        self._output("LearningBucketName", learning.bucket.bucket_name, "What items were decided from")
        self._output("LabelTableName", outputs.label_table.table_name, "One row per item")
        self._output("TicketQueueUrl", outputs.ticket_queue.queue_url, "Tickets for their consumer")
        self._output("TicketDeadLetterUrl", outputs.ticket_dead_letters.queue_url, "Tickets that failed repeatedly")
        if outputs.label_change_queue is not None:
            self._output("LabelChangeQueueUrl", outputs.label_change_queue.queue_url, "Changes for their consumer")
        if not settings.local:
            self._output("Settings", settings.as_output(), "Settings of this deployment; tagging doctor compares them")

    def _describe(self, prefix: str, intake: Intake) -> None:
        self._output(f"{prefix}BucketName", intake.bucket.bucket_name, "Every object put here is tagged")
        self._output(f"{prefix}QueueUrl", intake.queue.queue_url, "S3 events and intake messages")
        self._output(f"{prefix}DeadLetterUrl", intake.dead_letters.queue_url, "Messages that failed repeatedly")

    def _receive_mail(self, intake: Intake, settings: StageSettings) -> MailReceipt:
        receipt = MailReceipt(self, "MailReceipt", bucket=intake.bucket, settings=settings)
        self._output("MailActivation", receipt.activation, "Run it once; one rule set is active per region")
        self._output("MailMxRecord", receipt.mx_record, f"MX record for the DNS of {settings.mail_domain}")
        for number, record in enumerate(receipt.dkim_records, start=1):
            self._output(f"MailDkimRecord{number}", record, f"DKIM record for the DNS of {settings.mail_domain}")
        return receipt

    def _scan(self, intake: Intake, key: kms.IKey | None) -> MalwareGate:
        gate = MalwareGate(self, "MalwareGate", intake=intake, key=key)
        self._output("ImageMalwarePlan", gate.plan.ref, "GuardDuty's plan; only clean uploads are tagged")
        return gate

    def _monitor(
        self,
        functions: tuple[MonitoredFunction, ...],
        outputs: Outputs,
        gates: list[MalwareGate],
        probe: Probe | None,
        learn: Learn | None,
        review: Review,
        settings: StageSettings,
        key: kms.IKey | None,
    ) -> list[sns.Topic]:
        monitoring = Monitoring(self, "Monitoring", settings=settings, key=key)
        self._output("PageTopicArn", monitoring.topics["page"].topic_arn, "Alarms that need a person at once")
        self._output("TicketTopicArn", monitoring.topics["ticket"].topic_arn, "Alarms that can wait until morning")
        for gate in gates:
            gate.send_faults(monitoring.topics["page"], f"{settings.runbooks}/items.md#malware-gate")
        monitoring.watch(monitored_stack(self, functions, outputs, gates, probe, learn, review, settings))
        return list(monitoring.topics.values())

    def _output(self, name: str, value: str, description: str) -> None:
        cdk.CfnOutput(self, name, value=value, description=description)
