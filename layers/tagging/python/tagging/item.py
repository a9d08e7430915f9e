"""What is tagged: a mail or an image once it has been read. Importing this needs no parser and no decoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Attachment(Struct, frozen=True):
    """A part that is listed and never read: `size` in bytes, `content_type` as the sender claims."""

    name: str
    content_type: str
    size: int


class Mail(Struct, frozen=True):
    """One mail: what its sender wrote, decoded and bounded, without quotes and signature."""

    subject: str
    """One line; "" if there is none."""
    text: str
    """The body as lines of text; "" if there is none. Never both empty."""
    attachments: tuple[Attachment, ...] = ()
    auto: bool = False
    """A machine wrote it: nobody should answer."""
    auto_reply: bool = False
    """Somebody is away, or a mail was received or read: it makes no ticket."""
    message_id: str | None = None
    """Hashed, 32 hexadecimal digits: Message-IDs hold host names and sometimes addresses."""
    in_reply_to: str | None = None
    """Hashed in the same way: the mail that this one answers."""
    spam: bool = False
    """SES took it in and holds it for spam."""

    @property
    def full_text(self) -> str:
        """Subject and text, separated by one line end: what offsets of evidence refer to."""
        return f"{self.subject}\n{self.text}" if self.subject else self.text


class Image(Struct, frozen=True):
    """One image, ready for an encoder of its size."""

    pixels: NDArray[np.uint8]
    """RGB, 0 to 255: [size, size, 3]."""


Item: TypeAlias = Mail | Image
