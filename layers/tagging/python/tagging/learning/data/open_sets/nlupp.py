"""The NLU++ data set (Casanueva et al. 2022): its rows, its 20 folds, and its three official regimes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from tagging.learning.data.open_sets.json_file import read_json
from tagging.learning.data.rows import DataError, Example

__all__ = ["DataError", "Domain", "DomainRows", "Regime", "Run", "official_runs", "read_nlupp"]

Domain = Literal["banking", "hotels"]
Regime = Literal["low", "mid", "large"]
DOMAINS: tuple[Domain, ...] = get_args(Domain)
REGIMES: tuple[Regime, ...] = get_args(Regime)
FOLDS = 20
RUNS: dict[Regime, int] = {"low": 20, "mid": 10, "large": 10}


@dataclass(frozen=True)
class DomainRows:
    """One domain's rows, the fold of each, its labels in the ontology's order, and their descriptions."""

    rows: tuple[Example, ...]
    folds: NDArray[np.int64]
    labels: tuple[str, ...]
    descriptions: Mapping[str, str]


@dataclass(frozen=True)
class Run:
    """One official run: which rows train and which test, as boolean arrays [rows]."""

    train: NDArray[np.bool_]
    test: NDArray[np.bool_]


def read_nlupp(folder: Path, domain: Domain) -> DomainRows:
    """Read one domain from the NLU++ folder, or from one that holds it as `nlupp/`. Raises DataError."""
    if not (folder / "ontology.json").exists():
        folder = folder / "nlupp"
    intents: dict[str, Any] = read_json(folder / "ontology.json")["intents"]
    labels = tuple(label for label, about in intents.items() if {"general", domain} & set(about["domain"]))
    rows: list[Example] = []
    folds: list[int] = []
    for fold in range(FOLDS):
        path = folder / domain / f"fold{fold}.json"
        for index, entry in enumerate(read_json(path)):
            labels_of_row = frozenset(entry.get("intents", ()))
            if not labels_of_row <= set(labels):
                raise DataError(f"{path}: row {index} has intents that ontology.json does not give this domain")
            rows.append(Example(f"{domain}-{fold}-{index}", entry["text"], labels_of_row))
            folds.append(fold)
    descriptions = {label: str(intents[label].get("description") or label) for label in labels}
    return DomainRows(tuple(rows), np.array(folds), labels, descriptions)


def official_runs(regime: Regime, folds: NDArray[np.int64]) -> Iterator[Run]:
    """Its authors' runs: low trains on 1 fold (20 runs), mid on 2 (10 runs), large on 18 (10 runs); the rest tests."""
    width = 1 if regime == "low" else 2
    for first in range(0, FOLDS, width):
        inside = (folds >= first) & (folds < first + width)
        yield Run(~inside, inside) if regime == "large" else Run(inside, ~inside)
