"""Evaluates the default bundle on test rows, and checks that its labels are more than the names of the sources.

Run as `python -m layers.mail_model.check --data DIR`. For each label: known positives and negatives, average precision
of its scores and of the source name alone (the share of positives there), and within each source the area under the
ROC curve with its bootstrap interval; the source name alone has .5. A label whose interval is not above .5 in any
source does not ship.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sklearn.metrics import average_precision_score, roc_auc_score

from layers.mail_model.desk_rows import HERE, SOURCES, test_rows
from tagging.learning.data import Example
from tagging.learning.evaluation import PredictionSet, predict_rows, quality_of_partial_rows
from tagging.start import load_bundle
from tagging.taxonomy import ALL_PACKS

FEWEST = 5
"""Positives, and negatives, that a source needs to be evaluated."""
SAMPLES = 200
MOST_ROWS = 1500
"""Rows of one source that are tagged: enough for the intervals, in minutes."""


@dataclass(frozen=True)
class WithinSource:
    """One label in one source."""

    source: str
    yes: int
    no: int
    auc: float
    low: float
    """Lower end of the 95 % bootstrap interval."""


@dataclass(frozen=True)
class LabelCheck:
    """One label over all sources."""

    id: str
    yes: int
    no: int
    average_precision: float
    source_name_alone: float
    within: tuple[WithinSource, ...]

    @property
    def ships(self) -> bool:
        """Whether scores separate it within a source, where the source's name cannot."""
        return any(source.low > 0.5 for source in self.within)


def check(predictions: PredictionSet) -> list[LabelCheck]:
    """Every label of the bundle."""
    source_of = np.array([row.source for row in predictions.rows])
    checks = []
    for column, label in enumerate(predictions.labels):
        known = predictions.annotations.observed[:, column]
        yes, scores, sources = (
            predictions.annotations.positive[known, column],
            predictions.scores[known, column],
            source_of[known],
        )
        shares = {source: yes[sources == source].mean() for source in set(sources)}
        alone = np.array([shares[source] for source in sources])
        within = [
            _within(source, yes[sources == source], scores[sources == source])
            for source in SOURCES
            if min(yes[sources == source].sum(), (~yes[sources == source]).sum()) >= FEWEST
        ]
        checks.append(
            LabelCheck(
                label,
                int(yes.sum()),
                int((~yes).sum()),
                float(average_precision_score(yes, scores)) if yes.any() else float("nan"),
                float(average_precision_score(yes, alone)) if yes.any() else float("nan"),
                tuple(within),
            )
        )
    return checks


def _within(source: str, yes: NDArray[np.bool_], scores: NDArray[np.float64]) -> WithinSource:
    random = np.random.default_rng(0)
    replicates = []
    for _ in range(SAMPLES):
        rows = random.integers(len(yes), size=len(yes))
        if yes[rows].any() and not yes[rows].all():
            replicates.append(roc_auc_score(yes[rows], scores[rows]))
    auc = float(roc_auc_score(yes, scores))
    return WithinSource(source, int(yes.sum()), int((~yes).sum()), auc, float(np.percentile(replicates, 2.5)))


def sampled(rows: Sequence[Example]) -> list[Example]:
    """At most MOST_ROWS of them, always the same."""
    chosen = np.random.default_rng(0).permutation(len(rows))[:MOST_ROWS]
    return [rows[index] for index in sorted(chosen)]


def main() -> int:
    """Print the check; exit 1 where a label should not ship."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds the open data sets")
    parser.add_argument("--bundle", type=Path, default=HERE / "bundle")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    tagger = load_bundle(options.bundle, packs=[ALL_PACKS])
    rows = [row for of_source in test_rows(options.data, tagger.bundle.taxonomy).values() for row in sampled(of_source)]
    with Progress(console=Console(stderr=True, quiet=options.json), transient=True) as bars:
        bar = bars.add_task("tagging", total=len(rows))
        predictions = predict_rows(tagger, rows, lambda: bars.advance(bar))
    labels = check(predictions)
    if options.json:
        partly = quality_of_partial_rows(predictions)
        print(json.dumps({"partly": partly and asdict(partly), "labels": [asdict(label) for label in labels]}))
    else:
        Console().print(_table(labels))
    return 0 if all(label.ships for label in labels) else 1


def _table(labels: Sequence[LabelCheck]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("label", "yes", "no", "AP", "AP of source names", *SOURCES, "ships"):
        table.add_column(name, justify="left" if name == "label" else "right")
    for label in labels:
        by_source = {each.source: f"{each.auc:.2f} ({each.low:.2f})" for each in label.within}
        values = [f"{label.average_precision:.2f}", f"{label.source_name_alone:.2f}"]
        cells = [by_source.get(source, "\u2013") for source in SOURCES]
        table.add_row(label.id, str(label.yes), str(label.no), *values, *cells, "yes" if label.ships else "no")
    return table


if __name__ == "__main__":
    sys.exit(main())
