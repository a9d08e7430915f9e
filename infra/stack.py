"""One stage as one stack: mail comes in, is tagged, and leaves as rows and tickets."""

from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk
from constructs import Construct

from infra.functions import TagFunction
from infra.intake import Intake
from infra.layers import make_layers
from infra.outputs import Outputs
from infra.settings import StageSettings


class TaggingStack(cdk.Stack):
    """Bucket → intake queue → tag_mail → label table and ticket queue."""

    def __init__(self, scope: Construct, *, settings: StageSettings, root: Path) -> None:
        super().__init__(
            scope,
            settings.stack_name,
            env=cdk.Environment(account=settings.account, region=settings.region),
            description="Tagging: mail in, labels out",
            termination_protection=settings.retain,
        )
        mail = Intake(self, "MailIntake", kind="mail", settings=settings)
        outputs = Outputs(self, "Outputs", settings=settings)
        TagFunction(
            self,
            "TagMail",
            name="tag_mail",
            layers=make_layers(self, ("runtime-tag_mail", "tagging", "mail_model"), settings=settings, root=root),
            code=root / "functions",
            intake=mail,
            outputs=outputs,
            settings=settings,
        )
        for name, value, meaning in (
            ("MailBucketName", mail.bucket.bucket_name, "Mail lands here"),
            ("MailQueueUrl", mail.queue.queue_url, "Intake queue: S3 events and intake messages"),
            ("MailDeadLetterUrl", mail.dead_letters.queue_url, "Intake messages that failed again and again"),
            ("LabelTableName", outputs.label_table.table_name, "One row per item"),
            ("TicketQueueUrl", outputs.ticket_queue.queue_url, "Tickets to be read"),
            ("TicketDeadLetterUrl", outputs.ticket_dead_letters.queue_url, "Tickets that nobody could take"),
        ):
            cdk.CfnOutput(self, name, value=value, description=meaning)
