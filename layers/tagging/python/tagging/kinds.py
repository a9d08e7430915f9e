"""The kinds of item, one row each: plain data that functions, infrastructure and commands look up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from msgspec import Struct

Kind: TypeAlias = Literal["mail", "text", "image"]
"""A kind as messages, rows and tickets name it; a text is a mail without headers."""
EncoderKind: TypeAlias = Literal["text", "image"]


class UnknownKind(ValueError):
    """There is no such kind of item."""


class ItemKind(Struct, frozen=True):
    """One kind of item; names of functions, folders and layers follow from `name`."""

    name: Kind
    encoder: EncoderKind
    names: tuple[Kind, ...]
    """Kinds of input that this kind's function accepts."""
    plural: str
    description: str
    """Its items in sentences: `mails and texts`."""
    inline: bool
    """An intake message may contain the item itself."""
    explainable: bool
    """Labels can be explained by words."""
    background: bool
    """Heads learn from items that fit no label to assign none."""

    @property
    def function(self) -> str:
        """Function, its file, and its name in logs and metrics: `tag_mail`."""
        return f"tag_{self.name}"

    @property
    def model(self) -> str:
        """Layer of the bundle, and its folder in `layers/`."""
        return f"{self.name}_model"

    @property
    def bundle(self) -> str:
        """Folder of the default bundle in the repository."""
        return f"layers/{self.model}/bundle"

    @property
    def samples(self) -> str:
        """Folder of sample items in the repository."""
        return f"events/{self.name}s"


MAIL: Final = ItemKind(
    "mail", "text", ("mail", "text"), "mails", "mails and texts", inline=True, explainable=True, background=True
)
IMAGE: Final = ItemKind(
    "image", "image", ("image",), "images", "images", inline=False, explainable=False, background=False
)
KINDS: Final[Mapping[str, ItemKind]] = {kind.name: kind for kind in (MAIL, IMAGE)}


def find_kind(name: str) -> ItemKind:
    """The kind with this name; raises UnknownKind."""
    for kind in KINDS.values():
        if name in kind.names:
            return kind
    names = ", ".join(name for kind in KINDS.values() for name in kind.names)
    raise UnknownKind(f"unknown kind {name!r}: use one of {names}")


def kind_of_encoder(encoder: str) -> ItemKind:
    """The kind whose items this kind of encoder takes; raises UnknownKind."""
    for kind in KINDS.values():
        if kind.encoder == encoder:
            return kind
    names = ", ".join(kind.encoder for kind in KINDS.values())
    raise UnknownKind(f"unknown kind of encoder {encoder!r}: use one of {names}")
