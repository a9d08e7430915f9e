"""Writes a first taxonomy from the labels of a data set, with notes on what to edit."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from tagging.learning.data.head_advice import advise
from tagging.learning.data.label_names import words_of
from tagging.learning.data.rows import DataError, Example, annotations_of
from tagging.taxonomy import HEAD_KINDS

_HEADER = """\
# What an item can be labelled with: {labels} labels, found in {rows:,} rows. Made to be edited;
# `tagging taxonomy {file}` checks it and names each mistake with its line.
#
# For each label:
#   description  when it holds, in plain words. Training uses it, above all for labels with few examples.
#   examples     [one text, another text] for which it holds; training uses them too.
#   route        where an item with it is sent. Without a route the label opens no ticket.
#   critical     true: a new model that is worse at it is not promoted.
#   goal         what its threshold must reach: max_f1 (if left out), {{min_precision: 0.9}}, {{min_recall: 0.8}},
#                or {{cost: {{fp: 1, fn: 5}}}}: the cost of a false positive and of a false negative.
#   parent       a label of the same head that holds whenever this one does.
#   owner        the person or team to ask about it.
# For each head: kind is multilabel (any number hold), multiclass (one or none) or binary (one label, yes or no).
# Put labels that answer the same question into one head, and those of different questions into several.
#
# Rows name labels by id: do not edit ids. To change one later, raise the version and add the change at the end:
# changes:
#   - {{rename: old_id, to: new_id, since: 2}}
#   - {{split: old_id, into: [first_part, second_part], since: 2}}
#   - {{merge: [one_id, other_id], into: new_id, since: 2}}
#   - {{deprecate: old_id, since: 2}}   # and deprecated: true in the label
version: 1
"""
_ROUTE_NOTE = "        # route: front_desk\n"


def first_taxonomy(rows: Sequence[Example], names: Mapping[str, str], file: str) -> str:
    """YAML of one head with every label that the rows name, most frequent first; `names` become descriptions."""
    counted = Counter(label for row in rows for label in row.labels)
    labels = sorted(counted, key=lambda label: (-counted[label], label))
    labels += sorted({label for row in rows for label in row.unknown} - set(labels))
    advice = advise(labels, annotations_of(rows, labels))
    fitting = [kind for kind, rules in HEAD_KINDS.items() if rules.fits(len(labels))]
    kind = next((one.what for one in advice if one.what in fitting), "binary" if len(labels) == 1 else "multilabel")
    head = [f"heads:\n  - id: topic\n    kind: {kind}"]
    head += [f"  # {advice[0].message}" if advice else "", "\n"]
    head += [f"    # {one.message}\n" for one in advice[1:]]
    listed = (_label(label, names.get(label, label), counted[label], first=label == labels[0]) for label in labels)
    return "".join([_HEADER.format(labels=len(labels), rows=len(rows), file=file), *head, "    labels:\n", *listed])


def write_first_taxonomy(path: Path, rows: Sequence[Example], names: Mapping[str, str]) -> None:
    """Write `first_taxonomy` to a new file; an existing one is never overwritten (FileExistsError).

    Raises DataError where no row names a label.
    """
    if not any(row.labels or row.unknown for row in rows):
        raise DataError(f"{path}: no row has a label to begin with; fill in labels, and import again")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(first_taxonomy(rows, names, path.name))


def _label(label: str, name: str, yes: int, *, first: bool) -> str:
    description = " ".join(words_of(name).split()) or words_of(label)
    # JSON strings are valid YAML, so that no name is misread. An id may be a reserved word of YAML: no, on, null.
    quoted = json.dumps(description, ensure_ascii=False)
    quoted_id = json.dumps(label) if label in _YAML_WORDS else label
    counted = f"{yes:,} row{'s' * (yes != 1)}"
    return f"      - id: {quoted_id}  # {counted}\n        description: {quoted}\n{_ROUTE_NOTE * first}"


_YAML_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
