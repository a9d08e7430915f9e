"""Whether the parts of a mail that were not read may hold its request."""

from __future__ import annotations

from tagging.item import Mail

_ENCRYPTED = frozenset({
    *("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"),
    "application/x-microsoft-rpmsg-message",
})  # fmt: skip
"""Types of parts that hold a mail's own text, closed."""


def unread_may_hold_request(mail: Mail, has_route: bool) -> bool:
    """Whether a part was not read, and it is the encrypted text, or there is no other text or no ticket."""
    unread = mail.left_out.unread_parts
    return bool(unread) and (not has_route or not mail.text or any(part.content_type in _ENCRYPTED for part in unread))
