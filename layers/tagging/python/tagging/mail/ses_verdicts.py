"""What SES found in a mail that it took in, and why nobody else's word is taken for it."""

from __future__ import annotations

import re
from typing import NamedTuple

from tagging.mail.mime import Part

_TAKEN_IN_BY_SES = re.compile(
    rb"from\s+\S+\s+(?:\([^()]*\)\s+)?by\s+inbound-smtp\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\s+with\s+SMTP\s", re.I
)


class Verdicts(NamedTuple):
    """What is known; SES's GRAY, PROCESSING_FAILED and DISABLED say nothing, as its silence does."""

    spam: bool
    virus: bool


def ses_verdicts(mail: Part) -> Verdicts:
    """The topmost verdicts of a mail whose topmost `Received` is SES's own.

    SES writes above whatever its sender wrote: `Return-Path`, `Received: from … by inbound-smtp.REGION.amazonaws.com
    with SMTP id …`, its two verdicts, and more. A verdict below the next `Received` is not kept (`mail_headers.py`),
    and of two above it the upper one counts: a sender can neither hide what SES found nor have others' mail refused.
    A mail that something else put into the bucket has no such `Received` on top, and is nobody's spam. Who writes
    that line, too, where no server adds its own, accuses a mail of his own, which he need not have sent.
    """
    if not _TAKEN_IN_BY_SES.match(mail.headers.fields.get("received", b"")):
        return Verdicts(spam=False, virus=False)
    return Verdicts(*(mail.headers.token(f"x-ses-{name}-verdict") == "fail" for name in ("spam", "virus")))
