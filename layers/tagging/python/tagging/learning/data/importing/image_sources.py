"""Maps the tags of the open image sets to our labels.

Every image has a `kind`: garment, grocery, screenshot or other. Labels of one kind have a head of their own, which a
taxonomy makes conditional by `when`. An absent tag is negative, except where its set is not annotated exhaustively:
most senders of clothing never use `kids`, and descriptions of screenshots name only what their writers chose.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tagging.learning.data.importing.imported import Imported
from tagging.learning.data.rows import Example

OTHER = "other"
KINDS = {"grocery": "grocery", "clothing": "garment", "aquarium": OTHER, "cards": OTHER}
"""Source -> the kind of all its images; a screenshot has a tag that says so."""
SCREENSHOTS, SCREENSHOT = "screenshots", "screenshot"
CLOTHING, KIDS = "clothing", "kids"
CONTENTS = frozenset(
    {
        *("annotated_highlight", "dialog", "error", "list_table", "login_auth", "menu", "settings_pane", "terminal"),
        *("text_editor", "web_browser", "wizard"),
    }
)
"""Contents that descriptions of screenshots name often enough to be learned."""
RENAMED = {"clothing": "garment", "packages": "package", "lactose": "lactose_free"}
LEFT_OUT = frozenset(
    {
        *("red", "yellow", "green"),  # repeated by the sort of pepper
        *("brown_cap_mushroom", "yellow_onion"),  # the only sorts of mushroom and onion
        *("footwear", "headwear"),  # only ever shoes and hats
        *("blouse", "chart", "diagram"),  # on fewer than ten images of their kind
    }
)
VARIETY = "variety_"


def map_to_our_labels(imported: Imported) -> Imported:
    """The rows of the open sets with our labels; rows of other sources unchanged."""
    kids_senders = {row.group for row in imported.rows if row.source == CLOTHING and KIDS in row.labels}
    rows = tuple(_row(row, kids_senders) for row in imported.rows)
    named = {label for row in rows for label in row.labels | row.unknown}
    names = {_label(tag): name.removeprefix("variety:") for tag, name in imported.names.items()}
    return Imported(
        rows, imported.problems, {label: names.get(label, label) for label in sorted(named)}, imported.notes
    )


def _row(row: Example, kids_senders: set[str | None]) -> Example:
    if row.source == SCREENSHOTS:
        return _screenshot(row)
    kind = KINDS.get(row.source or "")
    if kind is None:
        return row
    if kind == OTHER:
        return replace(row, labels=frozenset({OTHER}))
    labels = frozenset({kind, *_labels(row.labels)})
    # A sender who uses the tag once is taken to use it always; for all others it is unknown.
    unknown = {KIDS} if row.source == CLOTHING and row.group not in kids_senders else set()
    return replace(row, labels=labels, unknown=frozenset(unknown) - labels)


def _screenshot(row: Example) -> Example:
    if SCREENSHOT not in row.labels:
        return replace(row, labels=frozenset({OTHER}))
    shown = row.labels & CONTENTS
    # A description that names one of the contents is taken to name all; one that names none leaves them open.
    return replace(row, labels=frozenset({SCREENSHOT, *shown}), unknown=frozenset() if shown else CONTENTS)


def _labels(tags: Iterable[str]) -> Sequence[str]:
    # On a vegetable, orange is a colour.
    fruit = [tag for tag in tags if not (tag == "orange" and "vegetables" in tags)]
    return [label for label in map(_label, fruit) if label not in LEFT_OUT]


def _label(tag: str) -> str:
    plain = tag.removeprefix(VARIETY)
    return RENAMED.get(plain, plain)
