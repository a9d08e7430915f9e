"""Markup that escapes by construction: text goes in as text, and only `tag` makes elements of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

VOID = frozenset({"meta", "br", "img", "path", "rect", "line", "circle", "col"})


@dataclass(frozen=True)
class Markup:
    """A piece of a page that is escaped already."""

    text: str


Content = Markup | str | int | None | Iterable["Content"]


def tag(name: str, /, *content: Content, **attributes: str | float | None) -> Markup:
    """One element: `tag("td.number", 3, data_sort=3)` is `<td class="number" data-sort="3">3</td>`.

    What follows a full stop in the name is its style name. Attributes that are None are left out; an underscore stands
    for a hyphen, and one at the end for nothing.
    """
    name, *styles = name.split(".")
    given: dict[str, str | float | None] = {"class": " ".join(styles) or None}
    given |= {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    told = "".join(f' {key}="{escape(str(value))}"' for key, value in given.items() if value is not None)
    if name in VOID:
        inside = joined(content).text
        return Markup(f"<{name}{told}>{inside}</{name}>" if inside else f"<{name}{told}/>")
    return Markup(f"<{name}{told}>{joined(content).text}</{name}>")


def joined(content: Content) -> Markup:
    """Pieces one after the other; text among them is escaped, None is nothing."""
    if content is None:
        return Markup("")
    if isinstance(content, Markup):
        return content
    if isinstance(content, str | int):
        # Characters that no page may hold would end the document early in strict readers.
        return Markup(escape(str(content)).replace("\0", "\ufffd"))
    return Markup("".join(joined(piece).text for piece in content))
