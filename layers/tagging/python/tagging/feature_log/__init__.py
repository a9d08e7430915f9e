"""What was scored is kept: one object per batch, compacted into hours, from which any version decides again."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.feature_log.batch import Batch, Entry, ScoredBy, VersionLogits, pack_batch, unpack_batch
    from tagging.feature_log.compaction import compact, without
    from tagging.feature_log.compactor import SETTLED, Busy, due_hours, renew_hour
    from tagging.feature_log.erasure import erase_logged
    from tagging.feature_log.errors import LogError
    from tagging.feature_log.hour import Block, Decided, Hour, unpack_hour
    from tagging.feature_log.hourly import HourlyRun, HoursFailed
    from tagging.feature_log.keys import Attempt, HourKey, hours_between, parse_reference
    from tagging.feature_log.logged_item import LoggedItem, unpack_item, unpack_items
    from tagging.feature_log.open_hours import OpenHour, logged_hours, open_all, open_hour
    from tagging.feature_log.storage import LogStore, StoredHour
    from tagging.feature_log.writer import AttemptLog, FeatureLog, Scored
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        batch="Batch Entry ScoredBy VersionLogits pack_batch unpack_batch",
        compaction="compact without",
        compactor="Busy SETTLED due_hours renew_hour",
        erasure="erase_logged",
        errors="LogError",
        hour="Block Decided Hour unpack_hour",
        hourly="HourlyRun HoursFailed",
        keys="Attempt HourKey hours_between parse_reference",
        logged_item="LoggedItem unpack_item unpack_items",
        open_hours="OpenHour logged_hours open_all open_hour",
        storage="LogStore StoredHour",
        writer="AttemptLog FeatureLog Scored",
    )
