"""Every format that `tagging import` reads, by its name."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from tagging.learning.data.importing.image_folder import read_image_folder
from tagging.learning.data.importing.imported import Imported
from tagging.learning.data.importing.label_spellings import LabelSpellings
from tagging.learning.data.importing.mail_folders import read_mail_folders
from tagging.learning.data.importing.table_rows import read_table_rows
from tagging.learning.data.open_sets import DOMAINS, READERS, Regime, SourceRow, official_runs
from tagging.learning.data.rows import DataError, Example, Problem
from tagging.mail import has_words

UNLABELLED_IS_UNKNOWN = {"multidogo"}
"""Sources in which a row without labels was not annotated."""


def read_source(name: str, folder: Path) -> Imported:
    """One of the open data sets. Raises DataError.

    Labels that only other domains have are unknown for a row.
    """
    source_rows = _nlupp_domain(folder) if name == "nlupp" and folder.name in DOMAINS else READERS[name](folder)
    spellings = LabelSpellings()
    label_ids = [spellings.ids(row.labels) for row in source_rows]
    names = dict(spellings.names)
    domain_labels: dict[str, set[str]] = defaultdict(set)
    for row, labels in zip(source_rows, label_ids, strict=True):
        domain_labels[row.domain] |= set(labels)
    everything = frozenset(names)
    elsewhere = {domain: everything - labels for domain, labels in domain_labels.items()}
    rows: list[Example] = []
    problems: list[Problem] = []
    for row, labels in zip(source_rows, label_ids, strict=True):
        if not has_words(row.text):
            problems.append(Problem(str(folder), None, f"{row.id}: has no text"))
            continue
        unknown = everything if not labels and name in UNLABELLED_IS_UNKNOWN else elsewhere[row.domain]
        rows.append(_row(row, frozenset(labels), unknown))
    return Imported(tuple(rows), tuple(problems), names | _described(name, folder))


def _described(name: str, folder: Path) -> dict[str, str]:
    """A source's descriptions of its labels; only NLU++ has any."""
    folders = (folder, folder / "nlupp", folder.parent)
    path = next((one / "ontology.json" for one in folders if (one / "ontology.json").exists()), None)
    if name != "nlupp" or path is None:
        return {}
    intents = json.loads(path.read_text(encoding="utf-8"))["intents"]
    return {label: str(about["description"]) for label, about in intents.items()}


def nlupp_run(rows: tuple[Example, ...], regime: Regime, run: int) -> tuple[Example, ...]:
    """NLU++ rows of one domain with `train` and `test` of an official run, from 0, as their split. Raises DataError."""
    domains = {row.extra.get("domain") for row in rows}
    if len(domains) != 1:
        raise DataError("the official runs are of one domain; write the folder of one: nlupp/banking or nlupp/hotels")
    folds = np.array([int((row.split or "").removeprefix("fold")) for row in rows])
    runs = list(official_runs(regime, folds))
    if run >= len(runs):
        raise DataError(f"regime {regime} has the runs 0 to {len(runs) - 1}")
    return tuple(
        replace(row, split="train" if train else "test", extra={**row.extra, "fold": str(fold)})
        for row, train, fold in zip(rows, runs[run].train, folds, strict=True)
    )


def _nlupp_domain(folder: Path) -> tuple[SourceRow, ...]:
    """Only the domain whose folder it is."""
    return tuple(row for row in READERS["nlupp"](folder.parent) if row.domain == folder.name)


def _row(row: SourceRow, labels: frozenset[str], unknown: frozenset[str]) -> Example:
    return Example(
        row.id,
        row.text,
        labels,
        unknown - labels,
        group=row.group or None,
        split=row.split or None,
        source=row.source,
        extra={"domain": row.domain} if row.domain else {},
    )


IMPORTERS: dict[str, Callable[[Path], Imported]] = {
    "csv": read_table_rows,
    "tsv": read_table_rows,
    "mails": read_mail_folders,
    **{name: partial(read_source, name) for name in READERS},
    "images": read_image_folder,
}
"""Format -> its reader; each raises DataError where the source is not there or not of that form."""
