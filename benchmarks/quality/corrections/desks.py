"""Three public sets as the traffic of a desk with eight labels, each of which stands for intents of the set."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tagging.learning.data import Example, normalised, read_banking77, read_multidogo, read_nlupp
from tagging.taxonomy import Head, Label, Taxonomy

ROWS_A_LABEL = 30
MOST_QUESTIONS, MOST_CHATS = 6300, 1500
"""Texts that are used besides those of the test, a third as many; with all of them a run would take an hour."""
Patterns = Mapping[str, tuple[str, str]]
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
MULTIDOGO = {
    "lost_card": ("a card is lost, or has to be replaced", r"lostcard|replacecard"),
    "account": ("opening, changing or closing an account", r"address|account"),
    "bill": ("a charge or a bill", r"disputecharge|viewbills"),
    "broken": ("something is broken", r"reportbroken"),
    "insurance": ("a proof of insurance, or a claim", r"proofofinsurance|checkclaim"),
    "seat": ("a seat on a flight", r"seat"),
    "order": ("ordering something, or changing an order", r"order(?!checks)"),
    "service": ("a service begins, moves or ends", r"(start|transfer|cancel|upgrade)service"),
}
"""The same of MultiDoGO, whose conversations hold several intents; its labels span six trades."""
MULTIDOGO_CRITICAL = ("lost_card", "bill")
NLUPP = {
    "transfer": ("money is transferred, paid or paid in", r"transfer_payment_deposit"),
    "question": ("asks for information", r"request_info"),
    "not_working": ("something is wrong, does not work or does not show", r"wrong_notworking_notshowing"),
    "card": ("a card", r"card"),
    "open": ("making, opening, applying for or activating something", r"make_open_apply_setup_get_activate"),
    "account": ("an account", r"account"),
    "change": ("changing something", r"change"),
    "cancel": ("cancelling, closing or freezing something", r"cancel_close_leave_freeze"),
}
"""The eight most frequent intents of NLU++ banking, without those that agree or refuse, and quantities."""
NLUPP_CRITICAL = ("not_working", "cancel")
NLUPP_TEST_FROM = 15
"""The first of the 20 folds whose rows are the test."""


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
    held = [(row.id, row.text, _labels_of(BANKING77, row.labels), row.split == "test") for row in rows]
    return _desk(BANKING77, BANKING77_CRITICAL, held, MOST_QUESTIONS)


def multidogo(data: Path) -> Desk:
    """MultiDoGO, its dev split as the test; rows that nobody annotated are left out. Raises DataError."""
    rows = [row for row in read_multidogo(data) if row.labels]
    held = [(row.id, row.text, _labels_of(MULTIDOGO, row.labels), row.split == "dev") for row in rows]
    return _desk(MULTIDOGO, MULTIDOGO_CRITICAL, held, MOST_CHATS)


def nlupp(data: Path) -> Desk:
    """NLU++ banking, whose messages often hold several intents; its last folds as the test. Raises DataError."""
    rows = read_nlupp(data, "banking")
    held = [
        (row.id, row.text, _labels_of(NLUPP, sorted(row.labels)), fold >= NLUPP_TEST_FROM)
        for row, fold in zip(rows.rows, rows.folds.tolist(), strict=True)
    ]
    return _desk(NLUPP, NLUPP_CRITICAL, held, MOST_CHATS)


DESKS: Mapping[str, Callable[[Path], Desk]] = {"BANKING77": banking77, "MultiDoGO": multidogo, "NLU++": nlupp}
SHOWN = {"MultiDoGO"}
"""Without a bar: with all its texts rightly labelled nothing is gained over 30 rows a label (`--ceiling`)."""


def _labels_of(patterns: Patterns, intents: Sequence[str]) -> frozenset[str]:
    found = (name for name, (_, pattern) in patterns.items() for intent in intents if re.search(pattern, intent))
    return frozenset(found)


def _desk(
    patterns: Patterns, critical: Sequence[str], held: Sequence[tuple[str, str, frozenset[str], bool]], most: int
) -> Desk:
    """Texts of the same words are in one part only, the test."""
    labels = tuple(Label(id=name, description=text, critical=name in critical) for name, (text, _) in patterns.items())
    rows = [(Example(row_id, text, of_row), test) for row_id, text, of_row, test in held]
    test = {normalised(row.text): row for row, is_test in rows if is_test}
    traffic = {normalised(row.text): row for row, is_test in rows if not is_test}
    return Desk(
        Taxonomy(version=1, heads=(Head(id="topic", kind="multilabel", labels=labels),)),
        _some([row for words, row in traffic.items() if words not in test], most),
        _some(list(test.values()), most // 3),
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
