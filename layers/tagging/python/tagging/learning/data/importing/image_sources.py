"""The open sets of images told in one set of labels: which of their tags are labels of ours, and what nobody said.

Every image has a `kind`: garment, grocery, screenshot or other. What an image of one kind shows further is asked of
that kind alone, which a taxonomy says by `when`; here, tags that are absent are unknown only where their set leaves
them open: clothing's senders hardly ever say `kids`, and a screenshot's description names what its writer found
worth naming.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tagging.learning.data.importing.imported import Imported
from tagging.learning.data.rows import Row

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
"""What descriptions of screenshots name often enough to be learned."""
RENAMED = {"clothing": "garment", "packages": "package", "lactose": "lactose_free"}
LEFT_OUT = frozenset(
    {
        *("red", "yellow", "green"),  # said again by the sort of pepper
        *("brown_cap_mushroom", "yellow_onion"),  # the only sorts of mushroom and onion
        *("footwear", "headwear"),  # only ever shoes and hats
        *("blouse", "chart", "diagram"),  # on fewer than ten images of their kind
    }
)
VARIETY = "variety_"


def in_our_labels(found: Imported) -> Imported:
    """The rows of the open sets, their tags' ids turned into labels of ours; rows of other sources as they are."""
    says_kids = {row.group for row in found.rows if row.source == CLOTHING and KIDS in row.labels}
    rows = tuple(_row(row, says_kids) for row in found.rows)
    named = {label for row in rows for label in row.labels | row.unknown}
    names = {_label(tag): name.removeprefix("variety:") for tag, name in found.names.items()}
    return Imported(rows, found.problems, {label: names.get(label, label) for label in sorted(named)})


def _row(row: Row, says_kids: set[str | None]) -> Row:
    if row.source == SCREENSHOTS:
        return _screenshot(row)
    kind = KINDS.get(row.source or "")
    if kind is None:
        return row
    if kind == OTHER:
        return replace(row, labels=frozenset({OTHER}))
    labels = frozenset({kind, *_labels(row.labels)})
    # Who says it of one image looked for it on all; of the others' images it is not known.
    open_ = {KIDS} if row.source == CLOTHING and row.group not in says_kids else set()
    return replace(row, labels=labels, unknown=frozenset(open_) - labels)


def _screenshot(row: Row) -> Row:
    if SCREENSHOT not in row.labels:
        return replace(row, labels=frozenset({OTHER}))
    shown = row.labels & CONTENTS
    # A description that names something of it would have named the rest; one that names nothing was no list.
    return replace(row, labels=frozenset({SCREENSHOT, *shown}), unknown=frozenset() if shown else CONTENTS)


def _labels(tags: Iterable[str]) -> Sequence[str]:
    # The orange that a sweet pepper has is a colour.
    fruit = [tag for tag in tags if not (tag == "orange" and "vegetables" in tags)]
    return [label for label in map(_label, fruit) if label not in LEFT_OUT]


def _label(tag: str) -> str:
    plain = tag.removeprefix(VARIETY)
    return RENAMED.get(plain, plain)
