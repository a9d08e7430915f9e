"""Reprocessing apart from live mail: a queue and a mapping of its own, disabled until a run enables it."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.intake import Intake
from infra.key import queue_encryption
from infra.settings import QUEUE_DAYS, StageSettings


class Reprocessing(Construct):
    """The queue of one kind's items that are tagged again; what fails in it joins the intake's dead letters."""

    def __init__(
        self, scope: Construct, construct_id: str, *, intake: Intake, settings: StageSettings, key: kms.IKey | None
    ) -> None:
        super().__init__(scope, construct_id)
        self._settings = settings
        self.queue = sqs.Queue(
            self,
            "Queue",
            visibility_timeout=cdk.Duration.seconds(settings.visibility_s),
            retention_period=cdk.Duration.days(QUEUE_DAYS),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=intake.dead_letters, max_receive_count=settings.max_receive_count
            ),
            enforce_ssl=True,
            **queue_encryption(key),
        )

    def feed(self, alias: lambda_.Alias) -> lambda_.EventSourceMapping:
        """The mapping to the function; it polls nothing, and costs nothing, until a run enables it."""
        return lambda_.EventSourceMapping(
            self,
            "Mapping",
            target=alias,
            enabled=False,
            event_source_arn=self.queue.queue_arn,
            batch_size=self._settings.batch_size,
            max_batching_window=cdk.Duration.seconds(self._settings.batch_window_s),
            max_concurrency=self._settings.reprocess_concurrency,
            report_batch_item_failures=True,
        )
