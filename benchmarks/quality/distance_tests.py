"""Tests of `tagging benchmark unknown` that look at the distance to the training data: a set, and texts of others.

Insurance (DSTC11), 30 intents of CLINC150 and banking (BANKING77) are learned in turn. What a set has in common with
the one that is learned is left out: intents of the same name or domain.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.quality.unknown_tests import (
    INTENTS,
    OUT_OF_SCOPE,
    ROWS_PER_INTENT,
    HeadKind,
    UnknownTest,
    dstc11,
    examples_of,
    folder_of,
    taxonomy_of,
)
from tagging.learning.data import DataError, Example, SourceRow, read_banking77, read_clinc150, read_dstc11, read_nlupp
from tagging.taxonomy import Taxonomy

NAME = "distance: "
LEAST_FLAGGED, MEAN_FLAGGED, MOST_OWN = 0.70, 0.85, 0.08
"""Shares of texts that are unlike the training data: of each other domain, their mean, and of own held-out rows."""
MOST_TEXTS = 300
"""Texts of each other domain."""
BANK_DOMAINS = ("banking", "credit_cards")
ELSEWHERE = {"insurance", "insurance_change", "travel_notification", "exchange_rate", "book_hotel", "direct_deposit"}
"""Intents of other domains of CLINC150 that insurance, banks or hotels have, too."""
OWN, UNLIKE = "in scope, unlike training", ", unlike training"
"""How the figures of a test end."""


def missed(means: Mapping[str, float]) -> list[str]:
    """What the figures of distance tests miss, a line each; empty where there are none."""
    of_distance = {name: value for name, value in means.items() if name.startswith(NAME) and name.endswith(UNLIKE)}
    own = {name: value for name, value in of_distance.items() if name.endswith(OWN)}
    others = {name: value for name, value in of_distance.items() if name not in own}
    lines = [f"{name}: {value:.3f}, at most {MOST_OWN}" for name, value in own.items() if value > MOST_OWN]
    lines += [
        f"{name}: {value:.3f}, at least {LEAST_FLAGGED}" for name, value in others.items() if value < LEAST_FLAGGED
    ]
    mean = float(np.mean(list(others.values()))) if others else 1.0
    return lines + ([f"mean of other domains: {mean:.3f}, at least {MEAN_FLAGGED}"] if mean < MEAN_FLAGGED else [])


def insurance(data: Path, seed: int, kind: HeadKind) -> UnknownTest:
    """DSTC11 insurance to learn; its held-out rows are no near-duplicates of rows to learn."""
    test = dstc11(data, seed, kind, domain="insurance")
    others = {
        "DSTC11 banking": test.unfit["texts of the other domain"],
        "CLINC150": _texts(row for row in _clinc150(data, ()) if row.split == "test"),
        "BANKING77": _texts(row for row in _banking77(data) if row.split == "test"),
        "NLU++ hotels": _hotels(data),
    }
    return _test(test.train, test.test, others, test.taxonomy, seed)


def intents(data: Path, seed: int, kind: HeadKind) -> UnknownTest:
    """30 intents of CLINC150 to learn, none of banks or travel."""
    rows = _clinc150(data, (*BANK_DOMAINS, "travel"))
    names = sorted({row.labels[0] for row in rows})
    chosen = {names[index] for index in np.random.default_rng(seed).permutation(len(names))[:INTENTS]}
    own = [row for row in rows if row.labels[0] in chosen]
    others = {
        "DSTC11 insurance": _dstc11(data, "insurance"),
        "DSTC11 banking": _dstc11(data, "banking"),
        "BANKING77": _texts(row for row in _banking77(data) if row.split == "test"),
        "NLU++ hotels": _hotels(data),
    }
    return _learned(own, others, kind, seed)


def banking77(data: Path, seed: int, kind: HeadKind) -> UnknownTest:
    """20 rows of each label of BANKING77 to learn."""
    others = {
        "DSTC11 insurance": _dstc11(data, "insurance"),
        "CLINC150, no banks": _texts(row for row in _clinc150(data, BANK_DOMAINS) if row.split == "test"),
        "NLU++ hotels": _hotels(data),
    }
    return _learned(_banking77(data), others, kind, seed)


def _learned(rows: Sequence[SourceRow], others: Mapping[str, Sequence[str]], kind: HeadKind, seed: int) -> UnknownTest:
    """ROWS_PER_INTENT training rows of each label to learn; test rows."""
    random, names = np.random.default_rng(seed), sorted({row.labels[0] for row in rows})
    train = [row for row in rows if row.split == "train"]
    of_label = [[row for row in train if row.labels == (name,)] for name in names]
    chosen = [own[index] for own in of_label for index in random.permutation(len(own))[:ROWS_PER_INTENT]]
    tested = [row for row in rows if row.split == "test"]
    return _test(examples_of(chosen), examples_of(tested), others, taxonomy_of(names, kind), seed)


def _test(
    train: Sequence[Example],
    test: Sequence[Example],
    others: Mapping[str, Sequence[str]],
    taxonomy: Taxonomy,
    seed: int,
) -> UnknownTest:
    random = np.random.default_rng(seed)
    return UnknownTest(
        train=train,
        test=[test[index] for index in random.permutation(len(test))[:MOST_TEXTS]],
        unfit={
            name: [texts[index] for index in random.permutation(len(texts))[:MOST_TEXTS]]
            for name, texts in others.items()
        },
        taxonomy=taxonomy,
        without_rows=False,
        sources=("dstc11", "clinc150", "banking77", "nlupp"),
    )


def _clinc150(data: Path, without: Collection[str]) -> list[SourceRow]:
    """Rows in scope, without some domains and what banks, hotels and insurance have in common with others."""
    folder = folder_of(data, "clinc150")
    try:
        domains = json.loads((folder / "domains.json").read_text(encoding="utf-8"))
        left_out = {intent for domain in without for intent in domains[domain]} | ELSEWHERE | {OUT_OF_SCOPE}
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{folder / 'domains.json'} does not name the domains of CLINC150") from error
    return [row for row in read_clinc150(folder) if row.labels[0] not in left_out]


def _banking77(data: Path) -> Sequence[SourceRow]:
    return read_banking77(folder_of(data, "banking77"))


def _dstc11(data: Path, domain: str) -> list[str]:
    return _texts(row for row in read_dstc11(folder_of(data, "dstc11")) if row.domain == domain)


def _hotels(data: Path) -> list[str]:
    return [row.text for row in read_nlupp(folder_of(data, "nlupp"), "hotels").rows]


def _texts(rows: Iterable[SourceRow]) -> list[str]:
    return [row.text for row in rows]


DISTANCE_TESTS: Mapping[str, Callable[[Path, int, HeadKind], UnknownTest]] = {
    f"{NAME}DSTC11 insurance": insurance,
    f"{NAME}CLINC150": intents,
    f"{NAME}BANKING77": banking77,
}
"""As `UNKNOWN_TESTS`."""
