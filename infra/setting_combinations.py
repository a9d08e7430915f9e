"""Combinations of settings that AWS or our promises forbid, each with what to change."""

from __future__ import annotations

from typing import Final
from zoneinfo import available_timezones

from infra.settings import QUEUE_DAYS, StageError, StageSettings
from tagging.kinds import KINDS

_LOG_DAYS: Final = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3653)


def check_combinations(settings: StageSettings) -> None:
    """Raises StageError for the first rule that the settings break, with what to change."""
    for valid, message in _combinations(settings):
        if not valid:
            raise StageError(f"stage {settings.stage}: {message}")


def _combinations(settings: StageSettings) -> tuple[tuple[bool, str], ...]:
    """Whether each rule holds, and what to change where it does not."""
    shortest = 6 * settings.timeout_s + settings.batch_window_s
    return (
        (
            settings.visibility_s >= shortest,
            "visibility_s must be at least 6 x timeout_s + batch_window_s, or messages are redelivered while "
            f"they are processed: set visibility_s={shortest} or lower timeout_s",
        ),
        (
            settings.batch_size <= 10 or settings.batch_window_s >= 1,
            "a batch_size over 10 needs a window: set batch_window_s=1 or more",
        ),
        (settings.log_days in _LOG_DAYS, f"log_days must be one of {', '.join(map(str, _LOG_DAYS))}"),
        (
            settings.monitoring or not (settings.page_mail or settings.ticket_mail),
            "there are no alarms without monitoring: set monitoring=true, or leave page_mail and ticket_mail out",
        ),
        (
            settings.page is None or settings.page_mail is None,
            "page=none contradicts page_mail: leave one of them out",
        ),
        (not (settings.local and settings.monitoring), "the local cloud has no alarms: leave monitoring=false"),
        (not (settings.local and settings.mail_domain), "the local cloud receives no mail: leave mail_domain out"),
        (
            settings.mail_identity == "existing" or settings.mail_domain is not None,
            "mail_identity=create needs a domain: set mail_domain, too",
        ),
        (not (settings.local and settings.malware_gate), "the local cloud has no GuardDuty: leave malware_gate=false"),
        (not (settings.local and settings.customer_key), "the local cloud has no keys: leave customer_key=false"),
        (
            bool(settings.subnet_ids) == bool(settings.security_group_ids),
            "a function in a VPC needs subnet_ids and security_group_ids: set both or none",
        ),
        (
            settings.mail_encoder == "english" or settings.mail_bundle is None,
            "mail_bundle contains its own encoder: leave mail_encoder out",
        ),
        (
            not (settings.local and (settings.mail_bundle or settings.image_bundle)),
            "the local cloud serves the bundles that ship: leave mail_bundle and image_bundle out, "
            "and run tagging demo --bundle DIR",
        ),
        (not (settings.local and settings.subnet_ids), "the local cloud has no VPC: leave subnet_ids out"),
        (
            settings.ticket_consumer is None or settings.ticket_consumer != settings.account,
            "roles of the stage's own account need no permission of the queue: leave ticket_consumer out",
        ),
        (settings.stage != "prod" or settings.retain, "prod keeps its buckets and table: leave retain=true"),
        *(check for kind in KINDS for check in _checks_of_kind(settings, kind)),
        (
            not settings.snap_start or not (settings.mail_warm_pool or settings.image_warm_pool),
            "AWS refuses snap_start together with a warm pool: set mail_warm_pool=0 and image_warm_pool=0, "
            "or leave snap_start=false",
        ),
        (
            settings.warm_hours is None or bool(settings.mail_warm_pool or settings.image_warm_pool),
            "warm_hours needs a warm pool: set mail_warm_pool or image_warm_pool, too",
        ),
        (
            settings.warm_zone in (available_timezones() or {settings.warm_zone}),  # a machine may have no list
            f"there is no time zone {settings.warm_zone}: set warm_zone to one such as Europe/Berlin",
        ),
        (
            settings.warm_hours is None or settings.warm_range[0] < settings.warm_range[1],
            "warm_hours must begin before they end, on the same day: 7-19",
        ),
    )


def _checks_of_kind(settings: StageSettings, kind: str) -> tuple[tuple[bool, str], ...]:
    (warm_pool, maximum), days = settings.warm_pool_sizes(kind), settings.retention_days(kind)
    pool, retention = f"{kind}_warm_pool", f"{kind}_days"
    return (
        (
            max(warm_pool, maximum) <= settings.max_concurrency,
            f"{pool} must not be over max_concurrency: raise max_concurrency or lower {pool}",
        ),
        (
            maximum == 0 or 0 < warm_pool < maximum,
            f"{pool} grows to {pool}_most: set {pool} to 1 or more, and {pool}_most over it or to 0",
        ),
        (
            days == 0 or days > QUEUE_DAYS,
            f"{retention} must be over {QUEUE_DAYS}, or items expire before their messages do: "
            f"set {retention}={QUEUE_DAYS + 1} or more, or 0 to keep them",
        ),
        (
            days == 0 or settings.feature_days <= days,
            f"features must not outlive their items: set feature_days={days} or less, or 0, or raise {retention}",
        ),
        (
            settings.row_days == 0 or (days > 0 and settings.row_days >= days + QUEUE_DAYS + 1),
            "rows must outlast their objects, or the objects would be tagged again: "
            + (f"set row_days={days + QUEUE_DAYS + 1} or more, or 0" if days else f"set row_days=0, or {retention}"),
        ),
    )
