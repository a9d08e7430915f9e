"""The probe: a scheduled function that proves that mails and images come in, are tagged and leave as tickets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.functions import function_log_group, use_of_key
from infra.intake import Intake
from infra.mail_receipt import MailReceipt
from infra.nag_suppressions import suppress_nag_findings
from infra.outputs import Outputs
from infra.scheduled import scheduled_function
from infra.settings import StageSettings
from tagging.intake import PROBE_PREFIX
from tagging.settings import ProbeSettings

MINUTES = 15
"""Between two runs. They begin five minutes after the quarter, so that each of an alarm's periods has one run."""
MEMORY_MB = 256
TIMEOUT_S = 60
KEPT_RUNS = "probe#runs"
"""The id of the table's entry that the probe reads and writes, and no other."""


class Probe(Construct):
    """`functions/probe.py` on a schedule, and the bucket policies that let nobody else write under `probe/`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        code: Path,
        layers: Sequence[lambda_.ILayerVersion],
        intakes: Mapping[str, Intake],
        receipt: MailReceipt | None,
        outputs: Outputs,
        settings: StageSettings,
        key: kms.IKey | None,
    ) -> None:
        super().__init__(scope, construct_id)
        queue = outputs.probe_queue
        if queue is None:
            raise RuntimeError("the probe has no queue")
        self.log_group = function_log_group(self, settings, key)
        role = self._role(intakes, receipt, outputs, queue, key)
        self.function = scheduled_function(
            self,
            name="probe",
            schedule=f"cron(5/{MINUTES} * * * ? *)",
            event=None,
            code=code,
            layers=layers,
            memory_mb=MEMORY_MB,
            timeout_s=TIMEOUT_S,
            environment=ProbeSettings(
                label_table=outputs.label_table.table_name,
                probe_queue_url=queue.queue_url,
                **{f"{kind}_bucket": intake.bucket.bucket_name for kind, intake in intakes.items()},
                mail_sender=receipt.probe_sender if receipt else "",
                mail_recipient=receipt.probe_recipient if receipt else "",
                scanned_kinds=",".join(settings.gated_kinds),
                log_level=settings.log_level,
            ).to_env(),
            role=role,
            log_group=self.log_group,
            settings=settings,
            key=key,
        )
        for kind, intake in intakes.items():
            _close_prefix(intake.bucket, role, by_ses=receipt is not None and kind == receipt.kind)

    def _role(
        self,
        intakes: Mapping[str, Intake],
        receipt: MailReceipt | None,
        outputs: Outputs,
        queue: sqs.Queue,
        key: kms.IKey | None,
    ) -> iam.Role:
        """A role with exactly the needed permissions."""
        by_itself = {kind: intake for kind, intake in intakes.items() if receipt is None or kind != receipt.kind}

        def allow(*actions: str, on: str, conditions: Mapping[str, object] | None = None) -> iam.PolicyStatement:
            return iam.PolicyStatement(actions=list(actions), resources=[on], conditions=conditions)

        entry = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [KEPT_RUNS]}}
        statements = [
            *(
                allow("s3:PutObject", on=intake.bucket.arn_for_objects(f"{PROBE_PREFIX}*"))
                for intake in by_itself.values()
            ),
            allow("sqs:ReceiveMessage", "sqs:DeleteMessage", on=queue.queue_arn),
            allow("dynamodb:GetItem", "dynamodb:PutItem", on=outputs.label_table.table_arn, conditions=entry),
            allow("logs:CreateLogStream", "logs:PutLogEvents", on=self.log_group.log_group_arn),
            # SES checks a mail with headers of its own by the older action's name, also for `SendEmail` of its API 2.
            *([allow("ses:SendRawEmail", on=receipt.identity_arn)] if receipt else []),
            *([use_of_key(self, key)] if key else []),
        ]
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"probe": iam.PolicyDocument(statements=statements)},
        )
        reason = "Each run puts an object under a random key; the prefix is the mark of probes, and nothing is read."
        findings = {
            f"AwsSolutions-IAM5[Resource::<{intake.bucket_id}.Arn>/{PROBE_PREFIX}*]": reason
            for intake in by_itself.values()
        }
        suppress_nag_findings(role, findings)
        return role


def _close_prefix(bucket: s3.Bucket, role: iam.Role, *, by_ses: bool) -> None:
    """Nobody but the probe's role, and SES by its own rule, writes under `probe/`: who could would hide mail there.

    A service that writes on its own behalf has a service name and no ARN, a role has an ARN and no service name.
    """
    others: dict[str, Mapping[str, str]] = {"ArnNotEquals": {"aws:PrincipalArn": role.role_arn}}
    if by_ses:
        others["StringNotEquals"] = {"aws:PrincipalServiceName": "ses.amazonaws.com"}
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            sid="OnlyProbes",
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=["s3:PutObject", "s3:ReplicateObject"],
            resources=[bucket.arn_for_objects(f"{PROBE_PREFIX}*")],
            conditions=others,
        )
    )
