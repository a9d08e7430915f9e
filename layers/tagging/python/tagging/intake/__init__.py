"""intake"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.intake.batch import Message, batch_response, read_batch
    from tagging.intake.jobs import Job, jobs_of
    from tagging.intake.messages import read_body
    from tagging.intake.objects import Fetched, ObjectStore
    from tagging.intake.own_messages import DECIDE_SCHEMA, ITEM_SCHEMA, Delivery
    from tagging.intake.source import (
        PROBE_PREFIX,
        Inline,
        RawMail,
        RawMessage,
        RowId,
        Source,
        StoredObject,
        content_hash,
    )
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        batch="Message batch_response read_batch",
        jobs="Job jobs_of",
        messages="read_body",
        objects="Fetched ObjectStore",
        own_messages="DECIDE_SCHEMA Delivery ITEM_SCHEMA",
        source="Inline PROBE_PREFIX RawMail RawMessage RowId Source StoredObject content_hash",
    )
