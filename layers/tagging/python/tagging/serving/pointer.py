"""The pointer: the one mutable object per kind, which says which versions serve and which share of the items."""

from __future__ import annotations

import hashlib
import secrets
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from tagging.kinds import Kind
from tagging.validation import END, InvalidDocument, from_json

LAYER: Final = "layer"
"""Stands for a version id: the bundle in the layer of the deployed function."""
MOST_SHADOWS = 2
VersionId = Annotated[str, Meta(pattern=f"^(?:[0-9a-f]{{12}}|{LAYER}){END}")]
"""12 hexadecimal digits of the checksum of the version's manifest, or `layer`."""
Salt = Annotated[str, Meta(pattern=f"^[0-9a-f]{{16}}{END}")]

Fault = Literal["PointerStale", "VersionRefused", "LayerServes", "ShadowRefused"]
"""What is wrong with who serves; published as a metric of this name."""


class PointerError(ValueError):
    """A pointer, or a change of one, that is refused; the message says why in one line."""


class Challenger(Struct, frozen=True):
    """A version that serves an exact share of the items."""

    version: VersionId
    share: Annotated[float, Meta(gt=0, lt=1)]
    salt: Salt
    """Chooses which items: it stays while the share of one challenger grows, so that no item switches back."""

    def serves(self, item_id: str) -> bool:
        """Whether it serves this item: SHA-256 of salt and id, its first 64 bits below share · 2⁶⁴."""
        digest = hashlib.sha256((self.salt + item_id).encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8]) < self.share * 2**64


class Change(Struct, frozen=True):
    """Who changed a pointer, when (ISO 8601, UTC) and why."""

    by: str
    at: str
    why: str


class Pointer(Struct, frozen=True, kw_only=True):
    """`serving/<kind>.json`. Every change has the next generation; the bucket's versions are the history."""

    schema: Literal["tagging.pointer/1"] = "tagging.pointer/1"
    kind: Kind
    generation: Annotated[int, Meta(ge=1)]
    champion: VersionId
    challenger: Challenger | None = None
    shadows: Annotated[tuple[VersionId, ...], Meta(max_length=MOST_SHADOWS)] = ()
    """Versions that predict every item without deciding anything."""
    previous: VersionId | None = None
    """The champion before this one; a rollback returns to it."""
    by: str
    at: str
    why: str

    def __post_init__(self) -> None:
        if self.challenger is not None and self.challenger.version == self.champion:
            raise ValueError("champion and challenger are the same version")

    @property
    def serving(self) -> tuple[str, ...]:
        """The champion, and the challenger if there is one."""
        return (self.champion,) if self.challenger is None else (self.champion, self.challenger.version)

    @property
    def versions(self) -> tuple[str, ...]:
        """The ids of all versions with a role, each once, without `layer`; the champion first."""
        named = (*self.serving, *self.shadows, *filter(None, (self.previous,)))
        return tuple(dict.fromkeys(each for each in named if each != LAYER))

    def version_of(self, item_id: str) -> str:
        """The version that serves this item."""
        challenger = self.challenger
        return challenger.version if challenger is not None and challenger.serves(item_id) else self.champion

    def to_json(self) -> bytes:
        """The pointer as its object holds it."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"


def parse_pointer(content: bytes) -> Pointer:
    """Read a pointer's object. Raises PointerError."""
    try:
        return from_json(content, Pointer)
    except InvalidDocument as error:
        raise PointerError(f"the pointer does not match its schema: {error}") from None


def promoted(pointer: Pointer | None, kind: Kind, version: str, change: Change) -> Pointer:
    """Make `version` the champion; it ends a canary of the same version, and the old champion becomes `previous`.

    Raises PointerError if it is the champion already.
    """
    now = pointer or _unchanged(kind)
    if version == now.champion:
        raise PointerError(f"{version} is the champion already")
    challenger = None if now.challenger is None or now.challenger.version == version else now.challenger
    return _next(now, change, champion=version, previous=now.champion, challenger=challenger)


def challenged(pointer: Pointer | None, kind: Kind, version: str, share: float, change: Change) -> Pointer:
    """Let `version` serve this share of the items. The salt stays if it is the challenger already.

    Raises PointerError for a share outside 0 to 1, or the champion itself.
    """
    now = pointer or _unchanged(kind)
    if not 0 < share < 1:
        raise PointerError(f"a canary serves a share between 0 and 1, not {share:g}")
    if version == now.champion:
        raise PointerError(f"{version} is the champion already")
    old = now.challenger
    salt = old.salt if old is not None and old.version == version else secrets.token_hex(8)
    return _next(now, change, challenger=Challenger(version, share, salt))


def rolled_back(pointer: Pointer | None, change: Change) -> Pointer:
    """Undo the last change of who serves: end the canary, or else exchange champion and `previous`.

    Raises PointerError where there is nothing to return to.
    """
    if pointer is None:
        raise PointerError("nothing was promoted yet: the layer's bundle serves")
    if pointer.challenger is not None:
        return _next(pointer, change, challenger=None)
    if pointer.previous is None:
        raise PointerError(f"there is no version before {pointer.champion}")
    return _next(pointer, change, champion=pointer.previous, previous=pointer.champion)


def shadowed(pointer: Pointer | None, kind: Kind, version: str, change: Change) -> Pointer:
    """Let `version` predict every item without deciding anything.

    Raises PointerError if it serves already, is a shadow already, or there are as many as there may be.
    """
    now = pointer or _unchanged(kind)
    if version in now.serving:
        raise PointerError(f"{version} serves already")
    if version in now.shadows:
        raise PointerError(f"{version} is a shadow already")
    if len(now.shadows) >= MOST_SHADOWS:
        names = " and ".join(now.shadows)
        raise PointerError(f"{names} are the shadows, more cannot be: end one with tagging rollback --shadow VERSION")
    return _next(now, change, shadows=(*now.shadows, version))


def unshadowed(pointer: Pointer | None, version: str, change: Change) -> Pointer:
    """End a shadow; who serves stays. Raises PointerError if it is none."""
    if pointer is None or version not in pointer.shadows:
        raise PointerError(f"{version} is no shadow")
    return _next(pointer, change, shadows=tuple(each for each in pointer.shadows if each != version))


def _unchanged(kind: Kind) -> Pointer:
    """What holds without a pointer: the layer's bundle serves."""
    return Pointer(kind=kind, generation=1, champion=LAYER, by="", at="", why="")


def _next(pointer: Pointer, change: Change, **fields: object) -> Pointer:
    """The next pointer: a version that serves is no longer a shadow."""
    generation = pointer.generation + 1 if pointer.at else 1
    after = replace(pointer, generation=generation, by=change.by, at=change.at, why=change.why, **fields)
    return replace(after, shadows=tuple(each for each in after.shadows if each not in after.serving))
