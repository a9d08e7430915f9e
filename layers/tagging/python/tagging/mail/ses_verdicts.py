"""Reads the spam and virus verdicts of SES; verdicts that a sender forged are ignored."""

from __future__ import annotations

import re
from typing import NamedTuple

from tagging.mail.mime import Part

_RECEIVED_BY_SES = re.compile(
    rb"from\s+\S+\s+(?:\([^()]*\)\s+)?by\s+inbound-smtp\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\s+with\s+SMTP\s", re.I
)


class Verdicts(NamedTuple):
    """True for a FAIL verdict. GRAY, PROCESSING_FAILED, DISABLED and a missing verdict are false."""

    spam: bool
    virus: bool


def ses_verdicts(mail: Part) -> Verdicts:
    """The topmost verdicts, if the topmost `Received` is SES's own.

    SES writes above the sender's headers: `Return-Path`, `Received: from … by inbound-smtp.REGION.amazonaws.com
    with SMTP id …`, two verdicts, and more. Verdicts below the next `Received` are dropped (`headers.py`), and of two
    above it the upper one counts: a sender can neither hide a verdict of SES nor have other mail refused. A mail
    that reached the bucket without SES has no such `Received` on top and no verdicts. A sender who forges that line
    can only mark his own mail as spam.
    """
    if not _RECEIVED_BY_SES.match(mail.headers.fields.get("received", b"")):
        return Verdicts(spam=False, virus=False)
    return Verdicts(*(mail.headers.token(f"x-ses-{name}-verdict") == "fail" for name in ("spam", "virus")))
