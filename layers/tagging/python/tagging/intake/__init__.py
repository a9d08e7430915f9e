"""intake"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.intake.batch import Message, batch_response, read_batch
    from tagging.intake.jobs import Job, jobs_of
    from tagging.intake.messages import ITEM_SCHEMA, Delivery, read_body
    from tagging.intake.objects import Fetched, ObjectStore
    from tagging.intake.source import PROBE_PREFIX, Inline, RawMail, RawMessage, Source, StoredObject, content_hash
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        batch="Message batch_response read_batch",
        jobs="Job jobs_of",
        messages="Delivery ITEM_SCHEMA read_body",
        objects="Fetched ObjectStore",
        source="Inline PROBE_PREFIX RawMail RawMessage Source StoredObject content_hash",
    )
