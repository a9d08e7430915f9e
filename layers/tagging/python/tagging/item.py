"""The items that are tagged: a parsed mail or a decoded image. This module imports neither parser nor decoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Attachment(Struct, frozen=True):
    """A part that is listed and never read: `size` in bytes, `content_type` as declared by the sender."""

    name: str
    content_type: str
    size: int


class Mail(Struct, frozen=True):
    """One mail: the text that its sender wrote, decoded and bounded, without quotes and signature."""

    subject: str
    """One line; empty if there is none."""
    text: str
    """The body as lines of text; empty if there is none. Subject and text are never both empty."""
    attachments: tuple[Attachment, ...] = ()
    auto: bool = False
    """Written by a machine: nobody should answer."""
    auto_reply: bool = False
    """An out-of-office reply or a receipt: it makes no ticket."""
    message_id: str | None = None
    """Hash of 32 hexadecimal digits: Message-IDs contain host names and sometimes addresses."""
    in_reply_to: str | None = None
    """Hash of the Message-ID of the mail that this one answers."""
    spam: bool = False
    """SES classified it as spam."""

    @property
    def full_text(self) -> str:
        """Subject and text, separated by one line end. Offsets of evidence refer to this text."""
        return f"{self.subject}\n{self.text}" if self.subject else self.text


class Image(Struct, frozen=True):
    """One image, scaled to the input size of its encoder."""

    pixels: NDArray[np.uint8]
    """RGB, 0 to 255; shape [size, size, 3]."""


Item: TypeAlias = Mail | Image
