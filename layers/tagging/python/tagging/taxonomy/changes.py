"""Changes of a taxonomy's labels: renamed, split, merged, deprecated."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from tagging.validation import END

Name = Annotated[str, Meta(pattern=f"^[a-z][a-z0-9_]{{0,63}}{END}")]
_Names = Annotated[tuple[Name, ...], Meta(min_length=2)]


class Change(Struct, frozen=True, forbid_unknown_fields=True):
    """One change of labels: `rename` … `to`, `split` … `into`, `merge` … `into`, or `deprecate`."""

    since: Annotated[int, Meta(ge=2)]
    """The taxonomy version in which it happened; version 1 has nothing before it."""
    rename: Name | None = None
    to: Name | None = None
    split: Name | None = None
    merge: _Names | None = None
    into: Name | _Names | None = None
    """One label after `merge`, several after `split`."""
    deprecate: Name | None = None

    def __post_init__(self) -> None:
        kinds = [kind for kind in ("rename", "split", "merge", "deprecate") if getattr(self, kind) is not None]
        if len(kinds) != 1:
            raise ValueError("write exactly one of rename, split, merge, deprecate")
        complete = {
            "rename": self.to is not None and self.into is None,
            "split": isinstance(self.into, tuple) and self.to is None,
            "merge": isinstance(self.into, str) and self.to is None,
            "deprecate": self.to is None and self.into is None,
        }
        if not complete[kinds[0]]:
            raise ValueError(f"write {FORMS[kinds[0]]}")

    @property
    def kind(self) -> str:
        """rename, split, merge or deprecate."""
        return next(kind for kind in FORMS if getattr(self, kind) is not None)

    @property
    def old(self) -> tuple[str, ...]:
        """The labels that were changed."""
        return self.merge or tuple(name for name in (self.rename, self.split, self.deprecate) if name)

    @property
    def new(self) -> tuple[str, ...]:
        """The labels that came of them; none where one was deprecated."""
        into = (self.into,) if isinstance(self.into, str) else self.into
        return into or ((self.to,) if self.to else ())


FORMS = {
    "rename": "{rename: old_id, to: new_id, since: 2}",
    "split": "{split: old_id, into: [first_part, second_part], since: 2}",
    "merge": "{merge: [one_id, other_id], into: new_id, since: 2}",
    "deprecate": "{deprecate: old_id, since: 2}",
}
