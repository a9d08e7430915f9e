"""Sends corrections to the queue of a stage, from which a function records them."""

from __future__ import annotations

from collections.abc import Sequence

from tagging.corrections import Correction, ReviewTable
from tagging.operations.deployment import Deployment
from tagging.operations.errors import QueueRefused, StageNotReadable

_BATCH = 10


def send_correction(deployment: Deployment, correction: Correction) -> None:
    """Send one; QueueRefused where SQS refuses it, StageNotReadable where the stage takes none."""
    send_corrections(deployment, [correction])


def send_corrections(deployment: Deployment, corrections: Sequence[Correction]) -> None:
    """Send them in batches of ten. To send them again does no harm: the same correction is recorded once."""
    if not deployment.correction_queue_url:
        raise StageNotReadable(f"stage {deployment.stage} takes no corrections: deploy it again")
    for start in range(0, len(corrections), _BATCH):
        batch = corrections[start : start + _BATCH]
        entries = [{"Id": str(number), "MessageBody": each.to_body()} for number, each in enumerate(batch)]
        response = deployment.clients.sqs.send_message_batch(
            QueueUrl=deployment.correction_queue_url,
            Entries=entries,  # type: ignore[arg-type]  # a list of the entries' literal type
        )
        if refused := response.get("Failed"):
            raise QueueRefused(f"the queue of corrections refused one: {refused[0]['Code']}; run it again")


def find_reviews(deployment: Deployment) -> ReviewTable:
    """The review table of a stage; StageNotReadable where it has none."""
    if not deployment.review_table:
        raise StageNotReadable(f"stage {deployment.stage} has no review table: deploy it again")
    return ReviewTable(deployment.clients.dynamodb, deployment.review_table)
