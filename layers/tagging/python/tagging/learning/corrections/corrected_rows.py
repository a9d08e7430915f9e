"""From current answers to rows: what people answered is observed, all else is unknown."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tagging.corrections import Answered, current_answers
from tagging.learning.corrections.answered_items import AnsweredItem, AnsweredItems
from tagging.learning.corrections.author_shares import Cell, beyond_share
from tagging.learning.corrections.current_labels import carried, current_names
from tagging.learning.data import Example, RowError, Served, fit_row, same_content
from tagging.taxonomy import Taxonomy

AUTHOR_SHARE = 0.3
"""The most that one person gives of a label's positives, or of its negatives."""
HOLD_OUT = 0.2
"""Share of the items whose answers measure that no version learns from."""
_SALT = "tagging.hold-out/1"


@dataclass(frozen=True)
class Rules:
    """Which answers count."""

    without_authors: Collection[str] = ()
    author_share: float = AUTHOR_SHARE
    hold_out: float = HOLD_OUT


@dataclass(frozen=True)
class CorrectedRows:
    """Rows to learn from, and what became of all answers."""

    rows: tuple[Example, ...] = ()
    by_author: Mapping[str, int] = field(default_factory=dict)
    """Answers about labels that are used; one on which several agree counts for each of them."""
    by_label: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """How many items hold each label, and how many do not, by the answers that are used."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """A sentence -> how many answers or items it holds for."""


def is_held_out(item_id: str, share: float) -> bool:
    """Whether an item is in the share that no version learns from: by its id alone, in every training."""
    digest = hashlib.sha256((_SALT + item_id).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8]) < share * 2**64


def rows_to_learn(
    answered: AnsweredItems,
    taxonomy: Taxonomy,
    rows: Sequence[Example] = (),
    unused: Sequence[Example] = (),
    rules: Rules = Rules(),
) -> CorrectedRows:
    """The corrections as rows.

    `rows` are the others to learn from; items with the words of `unused` rows, those of other splits, are left out.
    """
    left_out = Counter(answered.without_content)
    cells = _counted(answered, taxonomy, rules, left_out)
    cells = _of_items(cells, answered.items, unused, rules, left_out)
    of_rows = Counter(
        (label, label in row.labels) for row in rows for label in taxonomy.labels if label not in row.unknown
    )
    beyond = beyond_share(cells, of_rows, rules.author_share)
    for author, count in Counter(beyond.values()).items():
        left_out[f"answers of {author} beyond {rules.author_share:.0%} of a label (--author-share)"] = count
    kept = {cell: answered for cell, answered in cells.items() if cell not in beyond}
    made = _rows(kept, answered.items, taxonomy, left_out)
    used = {cell: answered for cell, answered in kept.items() if cell[0] in made}
    labels = Counter((label, answered.yes) for (_, label), answered in used.items())
    return CorrectedRows(
        tuple(made.values()),
        dict(sorted(Counter(author for each in used.values() for author in each.authors).items())),
        {label: (labels[label, True], labels[label, False]) for label in taxonomy.labels if _any(labels, label)},
        dict(left_out),
    )


def _any(labels: Mapping[tuple[str, bool], int], label: str) -> bool:
    return (label, True) in labels or (label, False) in labels


def _counted(
    answered_items: AnsweredItems, taxonomy: Taxonomy, rules: Rules, left_out: Counter[str]
) -> dict[Cell, Answered]:
    """The answers that hold, by item and current label of the taxonomy."""
    corrections = answered_items.corrections
    renamed = current_names(taxonomy.changes)
    everything = current_answers(corrections, renamed=renamed)
    out = frozenset((*((author, None) for author in rules.without_authors), *answered_items.discounted))
    current = current_answers(corrections, discounted=out, renamed=renamed)
    for author, label in sorted(out, key=str):
        count = sum(author in answered.authors and label in (None, cell[1]) for cell, answered in everything.items())
        why = "left out by --without-author" if author in rules.without_authors else "who disagrees with the others"
        if count:
            left_out[f"answers of {author}" + (f" about {label}" if label else "") + f", {why}"] = count
    asked = {
        (each.item, renamed.get(label, label))
        for each in corrections
        if (each.author, None) not in out
        for label, yes in each.answers.items()
        if yes is not None
    }
    if disputed := len(asked - current.keys()):
        left_out["answers withdrawn, discounted, or on which people disagree without a majority"] = disputed
    by_item: dict[str, dict[str, Answered]] = defaultdict(dict)
    for (item, label), answered in current.items():
        by_item[item][label] = answered
    cells = {}
    in_use = taxonomy.in_use().labels
    for item, answers in by_item.items():
        carried_over = carried(answers, taxonomy.changes)
        if lost := len(answers.keys() - carried_over.keys()):
            left_out["answers about labels that were split or deprecated"] += lost
        for label, answered in carried_over.items():
            if label in in_use:
                cells[item, label] = answered
            else:
                left_out[f"answers about {label}, which the taxonomy does not have"] += 1
    return cells


def _of_items(
    cells: Mapping[Cell, Answered],
    items: Mapping[str, AnsweredItem],
    unused: Sequence[Example],
    rules: Rules,
    left_out: Counter[str],
) -> dict[Cell, Answered]:
    """The answers about items to learn from."""
    content_elsewhere = {same_content(row) for row in unused} - {""}
    why: dict[str, str] = {}
    for item_id in {item for item, _ in cells}:
        item = items.get(item_id)
        if item is None:
            continue  # counted by whoever looked for its content
        if item.inclusion is not None and is_held_out(item_id, rules.hold_out):
            why[item_id] = "items held out to measure later versions (--hold-out)"
        elif same_content(item.row) in content_elsewhere:
            why[item_id] = "items with the words of a row that is not learned from"
    left_out.update(Counter(why.values()))
    return {cell: answered for cell, answered in cells.items() if cell[0] in items and cell[0] not in why}


def _rows(
    cells: Mapping[Cell, Answered], items: Mapping[str, AnsweredItem], taxonomy: Taxonomy, left_out: Counter[str]
) -> dict[str, Example]:
    by_item: dict[str, dict[str, bool]] = defaultdict(dict)
    for (item, label), answered in cells.items():
        by_item[item][label] = answered.yes
    rows = {}
    for item_id in sorted(by_item):
        found, answers = items[item_id], by_item[item_id]
        row = replace(
            found.row,
            labels=frozenset(label for label, yes in answers.items() if yes),
            unknown=frozenset(taxonomy.labels) - answers.keys(),
            served=Served(found.row.features, found.inclusion),
        )
        try:
            rows[item_id] = fit_row(row, taxonomy)
        except RowError:
            left_out["items with two labels of a head that allows one"] += 1
    return rows
