"""The items that are tagged: a parsed mail or a decoded image. This module imports neither parser nor decoder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Attachment(Struct, frozen=True):
    """A part that is listed and never read: `size` in bytes, `content_type` as declared by the sender."""

    name: str
    content_type: str
    size: int


EVEN_SPREAD = 8
"""Steps of 255 between the pixels of an image in which nothing can be seen."""
CutKind = Literal["quote", "signature", "device_line", "disclaimer", "banner", "footer"]


class Cut(Struct, frozen=True):
    """Lines of a mail that are not part of its text, because its sender did not write them for this mail."""

    kind: CutKind
    text: str
    """Never logged and never stored: only kind and size are."""
    marked: bool
    """A mark of a program proves the cut, such as `>`, a full header block or an exact "-- "; else it is a guess."""


class LeftOut(Struct, frozen=True):
    """What reading a mail left out of its text, so that nothing disappears unseen (promise H)."""

    cuts: tuple[Cut, ...] = ()
    """In the order of the mail."""
    unread_parts: tuple[Attachment, ...] = ()
    """Parts that may hold text and are not read; not inline images, contacts, signatures and delivery reports."""
    chars_beyond_limit: int = 0
    """Characters of text beyond the limit of a mail's text."""
    undecoded_chars: int = 0
    """Characters that stand for bytes that could not be decoded (U+FFFD)."""
    charset_guessed: bool = False
    """The declared charset was missing, unknown or wrong, and the text depends on the guess."""

    def sizes(self) -> dict[str, int]:
        """Sizes by kind, without zeros: characters of each kind of cut, of `beyond_limit` and `undecoded`; and the
        number of parts: `unread_part`."""
        sizes: dict[str, int] = {}
        for cut in self.cuts:
            sizes[cut.kind] = sizes.get(cut.kind, 0) + len(cut.text)
        sizes |= {"unread_part": len(self.unread_parts), "beyond_limit": self.chars_beyond_limit}
        return {kind: size for kind, size in (sizes | {"undecoded": self.undecoded_chars}).items() if size}


class Mail(Struct, frozen=True):
    """One mail: the text that its sender wrote, decoded and bounded, without quotes and signature."""

    subject: str
    """One line; empty if there is none."""
    text: str
    """The body as lines of text; empty if there is none. Both are empty only if a part was cut or not read."""
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
    maybe_auto_reply: bool = False
    """The subject is that of an absence note and the text is not: a person should look."""
    undelivered: bool = False
    """A delivery report: a mail of ours did not arrive."""
    several_mails: bool = False
    """It holds the mails of several senders, such as a digest."""
    left_out: LeftOut = LeftOut()

    @property
    def full_text(self) -> str:
        """Subject and text, separated by one line end. Offsets of evidence refer to this text."""
        return f"{self.subject}\n{self.text}" if self.subject else self.text


class Image(Struct, frozen=True):
    """One image, scaled to the input size of its encoder."""

    pixels: NDArray[np.uint8]
    """RGB, 0 to 255; shape [size, size, 3]."""

    @property
    def even(self) -> bool:
        """Whether nothing can be seen: all pixels have nearly the same colour."""
        spread = self.pixels.max(axis=(0, 1)) - self.pixels.min(axis=(0, 1))
        return bool(spread.max() <= EVEN_SPREAD)


Item: TypeAlias = Mail | Image


class Facts(Struct, frozen=True, omit_defaults=True):
    """What an item's row and ticket say of the item itself, besides its labels; the feature log keeps it."""

    spam: bool = False
    auto: bool = False
    auto_reply: bool = False
    message_id: str | None = None
    in_reply_to: str | None = None
    left_out: Mapping[str, int] = {}
    """`LeftOut.sizes`."""


def facts_of(item: Item) -> Facts:
    """The facts of an item; an image has none."""
    if isinstance(item, Image):
        return Facts()
    return Facts(item.spam, item.auto, item.auto_reply, item.message_id, item.in_reply_to, item.left_out.sizes())
