"""Lists the parts of a mail that may hold what its sender wants to say and that were not read."""

from __future__ import annotations

from tagging.item import Attachment
from tagging.mail.body import attachment, is_own_text
from tagging.mail.mime import Part, PartReader

_NEVER = frozenset({
    *("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"),
    *("application/pgp-keys", "application/pgp-encrypted", "application/applefile", "application/ld+json"),
    *("text/vcard", "text/x-vcard", "text/directory", "text/x-amp-html", "text/x-watch-html"),
    "text/vnd.google.email-reaction+json",
    *("message/delivery-status", "message/disposition-notification", "message/feedback-report"),
    *("message/global-delivery-status", "text/rfc822-headers"),
})  # fmt: skip
_NEVER_NAMES = (".vcf", ".p7s", ".p7c", "signature.asc")
_MARKUP_BYTES = 1024 * 1024
_TINY_IMAGE = 200
"""Bytes of a decoded image that shows nothing, such as a tracking pixel."""


def unread_parts(root: Part, reader: PartReader, *, has_text: bool) -> tuple[Attachment, ...]:
    """The parts of a mail and of the mails in it that were not read, in order, up to the limit of attachments.

    Not among them: signatures, contacts, the parts of reports for machines, other versions of a text; and, where the
    mail has text, images that stand inside it and invitations.
    """
    if not root.parts and id(root) in reader.progress.read:
        return tuple(reader.progress.embedded[: reader.limits.attachments])
    search = _Search(root, reader, has_text)
    search.walk(root)
    limits = reader.limits
    listed = [attachment(part, limits) for part in search.unread[: limits.attachments]]
    return (*listed, *reader.progress.embedded)[: limits.attachments]


class _Search:
    def __init__(self, root: Part, reader: PartReader, has_text: bool) -> None:
        self._root = root
        self._progress = reader.progress
        self._has_text = has_text
        self._markup: bytes | None = None
        self.unread: list[Part] = []

    def walk(self, part: Part, within: str = "") -> None:
        """Collect the unread parts at and below a part; `within` is the multipart type around it."""
        if not part.parts:
            if not self._is_settled(part, within):
                self.unread.append(part)
            return
        kind = part.content_type
        for child in part.parts[:1] if kind == "multipart/report" else part.parts:
            if kind == "multipart/alternative" and not child.parts and child.content_type.startswith("text/"):
                continue
            self.walk(child, within if kind == "multipart/alternative" and within == "multipart/related" else kind)

    def _is_settled(self, part: Part, within: str) -> bool:
        """Whether a part without inner parts was read, or holds nothing that its sender wrote."""
        if id(part) in self._progress.read or part.start == part.end:
            return True
        if (mail := self._progress.mails.get(id(part))) is not None:
            self.walk(mail)
            return True
        kind = part.content_type
        if kind in _NEVER or is_own_text(part, part is self._root) or part.name.lower().endswith(_NEVER_NAMES):
            return True
        if part.is_calendar:
            return self._has_text
        return kind.startswith("image/") and self._stands_in_text(part, within)

    def _stands_in_text(self, part: Part, within: str) -> bool:
        """Whether an image belongs to a text, by its place or by a reference, or is too small to show anything."""
        content_id = part.headers.fields.get("content-id", b"").strip().strip(b"<>")
        inline = within == "multipart/related" and part.disposition != "attachment"
        if not inline and content_id:
            inline = b"cid:" + content_id in self._references()
        return self._has_text and (inline or (part.size <= _TINY_IMAGE and not part.name))

    def _references(self) -> bytes:
        """The markup of the mail, decoded, in which images are referred to."""
        if self._markup is None:
            self._markup = b"\n".join(part.content(_MARKUP_BYTES)[0] for part in self._html_parts(self._root))
        return self._markup

    def _html_parts(self, part: Part) -> list[Part]:
        inner = [html for child in part.parts for html in self._html_parts(child)]
        return [part] if part.content_type == "text/html" else inner
