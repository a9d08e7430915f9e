"""The queue of corrections of a stage and the table that they end in, as operators use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagging.corrections import ReviewTable
from tagging.operations.errors import StageNotReadable

if TYPE_CHECKING:
    from tagging.corrections import Correction
    from tagging.operations.deployment import Deployment


def find_reviews(deployment: Deployment) -> ReviewTable:
    """The review table of a stage. Raises StageNotReadable where it has none."""
    if not deployment.review_table:
        raise StageNotReadable(f"stage {deployment.stage} has no review table: deploy it again")
    return ReviewTable(deployment.clients.dynamodb, deployment.review_table)


def send_correction(deployment: Deployment, correction: Correction) -> None:
    """Send one answer. Raises StageNotReadable where there is no queue for it, and botocore's errors."""
    if not deployment.correction_queue_url:
        raise StageNotReadable(f"stage {deployment.stage} has no queue of corrections: deploy it again")
    deployment.clients.sqs.send_message(QueueUrl=deployment.correction_queue_url, MessageBody=correction.to_body())
