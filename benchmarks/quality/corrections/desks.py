"""Two public sets as the traffic of a desk with eight labels, each of which stands for several intents."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tagging.learning.data import DataError, Example, normalised, read_banking77, read_clinc150
from tagging.taxonomy import Head, Label, Taxonomy

ROWS_A_LABEL = 30
MOST_TRAFFIC, MOST_TEST = 6300, 2000
"""Texts of a set that are used: 200 a day, and some hundred to begin with; all of them, encoded, would take an hour."""
BANKING77 = {
    "top_up": ("adding money to the account", r"top_up|topping_up"),
    "cash": ("cash, or a cash machine", r"cash|atm_"),
    "transfer": ("sending or receiving money", r"transfer|beneficiary|receiving_money"),
    "exchange": ("currencies and exchange rates", r"exchange|currenc"),
    "new_card": ("getting a card, or activating it", r"card_arrival|delivery|getting_|get_|order_|activate|expire"),
    "card_trouble": ("lost, stolen, blocked or broken", r"lost|stolen|compromised|swallowed|not_working|blocked"),
    "identity": ("proof of identity, personal data", r"identity|verify_source|personal_details|age_limit"),
    "refund": ("money back", r"refund|reverted"),
}  # fmt: skip
"""Label -> description, and the intents of BANKING77 that hold it; some intents hold two, many none."""
BANKING77_CRITICAL = ("card_trouble", "refund")
CLINC150_CRITICAL = ("banking", "credit_cards")
CLINC150_WITHOUT = ("small_talk", "meta")
"""Domains of CLINC150 that are no label: their questions hold none, as out-of-scope ones do."""


@dataclass(frozen=True)
class Desk:
    """A taxonomy of eight labels, and texts that hold them."""

    taxonomy: Taxonomy
    traffic: tuple[Example, ...]
    """Texts to begin with, and those of the month."""
    test: tuple[Example, ...]
    """Never seen before the last measurement."""


@dataclass(frozen=True)
class Start:
    """The rows of a desk that there are to begin with, and the texts of its month, in their order."""

    rows: tuple[Example, ...]
    month: tuple[Example, ...]


def banking77(data: Path) -> Desk:
    """BANKING77, its official test split. Raises DataError."""
    rows = read_banking77(data)
    labels = {
        intent: [name for name, (_, pattern) in BANKING77.items() if re.search(pattern, intent)]
        for intent in {label for row in rows for label in row.labels}
    }
    names = {name: description for name, (description, _) in BANKING77.items()}
    held = [(row.id, row.text, frozenset(labels[row.labels[0]]), row.split == "test") for row in rows]
    return _desk(names, BANKING77_CRITICAL, held)


def clinc150(data: Path) -> Desk:
    """CLINC150, its official test split; a label is a domain. Raises DataError."""
    folder = data / "clinc150" if (data / "clinc150").exists() else data
    try:
        domains = json.loads((folder / "domains.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise DataError(f"{folder / 'domains.json'} cannot be read") from None
    of_intent = {intent: name for name, intents in domains.items() for intent in intents}
    names = {name: name.replace("_", " ") for name in domains if name not in CLINC150_WITHOUT}
    held = [
        (
            row.id,
            row.text,
            frozenset(of_intent.get(label, "") for label in row.labels) & names.keys(),
            row.split == "test",
        )
        for row in read_clinc150(data)
    ]
    return _desk(names, CLINC150_CRITICAL, held)


DESKS: Mapping[str, Callable[[Path], Desk]] = {"BANKING77": banking77, "CLINC150": clinc150}


def _desk(
    names: Mapping[str, str], critical: Sequence[str], held: Sequence[tuple[str, str, frozenset[str], bool]]
) -> Desk:
    """Texts of the same words are in one part only, the test."""
    labels = tuple(Label(id=name, description=text, critical=name in critical) for name, text in names.items())
    rows = [(Example(row_id, text, of_row), test) for row_id, text, of_row, test in held]
    test = {normalised(row.text): row for row, is_test in rows if is_test}
    traffic = {normalised(row.text): row for row, is_test in rows if not is_test}
    return Desk(
        Taxonomy(version=1, heads=(Head(id="topic", kind="multilabel", labels=labels),)),
        _some([row for words, row in traffic.items() if words not in test], MOST_TRAFFIC),
        _some(list(test.values()), MOST_TEST),
    )


def _some(rows: Sequence[Example], most: int) -> tuple[Example, ...]:
    return tuple(rows[place] for place in np.random.default_rng(0).permutation(len(rows))[:most])


def drawn_start(desk: Desk, seed: int) -> Start:
    """ROWS_A_LABEL rows of each label, and as many without one; all others come in the month."""
    order = np.random.default_rng(seed).permutation(len(desk.traffic))
    counts = dict.fromkeys((*desk.taxonomy.labels, ""), 0)
    rows, month = [], []
    for row in (desk.traffic[place] for place in order):
        groups = row.labels or {""}
        if any(counts[each] < ROWS_A_LABEL for each in groups):
            rows.append(row)
            counts |= {each: counts[each] + 1 for each in groups}
        else:
            month.append(row)
    return Start(tuple(rows), tuple(month))
