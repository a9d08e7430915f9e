"""Readers of the open data sets on which the default model is trained."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tagging.learning.data.open_sets.banking77 import read_banking77
from tagging.learning.data.open_sets.clinc150 import read_clinc150
from tagging.learning.data.open_sets.goemotions import read_goemotions
from tagging.learning.data.open_sets.multidogo import read_multidogo
from tagging.learning.data.open_sets.nlupp import DOMAINS, read_nlupp
from tagging.learning.data.open_sets.source_row import SourceRow


def nlupp_rows(folder: Path) -> tuple[SourceRow, ...]:
    """NLU++, both domains; the split is the official fold, `fold0` to `fold19`. Raises DataError."""
    rows: list[SourceRow] = []
    for domain in DOMAINS:
        nlupp = read_nlupp(folder, domain)
        rows += (
            SourceRow(f"nlupp-{row.id}", "nlupp", row.text, tuple(sorted(row.labels)), f"fold{fold}", domain=domain)
            for row, fold in zip(nlupp.rows, nlupp.folds, strict=True)
        )
    return tuple(rows)


READERS: dict[str, Callable[[Path], tuple[SourceRow, ...]]] = {
    "nlupp": nlupp_rows,
    "banking77": read_banking77,
    "clinc150": read_clinc150,
    "multidogo": read_multidogo,
    "goemotions": read_goemotions,
}
"""Source -> its reader, which takes the source's folder or one that holds all sources."""
