"""store"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.store.conflicts import Resolution, resolve_conflict, revise
    from tagging.store.label_changes import LabelChange, LabelChangeQueue
    from tagging.store.label_table import LabelTable
    from tagging.store.listed import Listed, Listing
    from tagging.store.outcome import Outcome, Tagged
    from tagging.store.output import Output, OutputChannel, OutputState
    from tagging.store.queries import RowLists, row_time
    from tagging.store.revision import Revision
    from tagging.store.row import Row, quarantine_shards, source_fields, stored_object
    from tagging.store.row_codec import NewerRow
    from tagging.store.ticket_queue import TicketQueue
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        conflicts="Resolution resolve_conflict revise",
        label_changes="LabelChange LabelChangeQueue",
        label_table="LabelTable",
        listed="Listed Listing",
        outcome="Outcome Tagged",
        queries="RowLists row_time",
        revision="Revision",
        output="Output OutputChannel OutputState",
        row="Row quarantine_shards source_fields stored_object",
        row_codec="NewerRow",
        ticket_queue="TicketQueue",
    )
