"""The recipe of the shipped heads: all of NLU++ in, heads, thresholds and a whole bundle out.

Run in an environment with the extras `cli` and `learning`, `--data` being the NLU++ folder or holding it as `nlupp/`:
`python layers/mail_model/train.py --data DIR`
"""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from tagging.cli.train_view import show_trained
from tagging.learning.nlupp import DOMAINS, Domain, read_nlupp
from tagging.learning.rows import Row
from tagging.learning.taxonomy_file import read_taxonomy
from tagging.learning.train_bundle import TrainRequest, train_bundle

HERE = Path(__file__).parent
# One domain's rows were never asked about the other domain's intents. Where a row has such a word the intent may well
# hold, so nobody knows; where it has none, it was read and found not to.
ELSEWHERE = {
    "appointment": r"appointment",
    "arrival": r"arriv",
    "booking": r"book|reserv",
    "card": r"\bcards?\b",
    "credit": r"credit",
    "fees_interests": r"\bfees?\b|charge|\bpay",
    "restaurant": r"restaurant",
    "transfer_payment_deposit": r"transfer|\bpay|paid|deposit|charge",
    "withdrawal": r"cash|withdraw",
}


def rows_of(data: Path, domain: Domain, labels: list[str]) -> list[Row]:
    """One domain's rows, with the other domain's intents unknown where the row's words leave them open."""
    found = read_nlupp(data, domain)
    foreign = {label: re.compile(ELSEWHERE[label], re.I) for label in ELSEWHERE if label not in found.labels}
    unlisted = set(found.labels) - set(labels)
    if unlisted:
        raise SystemExit(f"taxonomy.yaml lacks {', '.join(sorted(unlisted))}")
    return [
        replace(
            row, source=domain, unknown=frozenset(label for label, words in foreign.items() if words.search(row.text))
        )
        for row in found.rows
    ]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True, help="the NLU++ folder, or one that holds nlupp/")
    arguments.add_argument("--out", type=Path, default=HERE / "bundle")
    arguments.add_argument("--encoder", type=Path, default=HERE / "bundle" / "encoder")
    arguments.add_argument("--cache", type=Path, help="a folder that keeps features between trainings")
    chosen = arguments.parse_args()
    taxonomy = read_taxonomy(HERE / "taxonomy.yaml")
    request = TrainRequest(
        rows=[row for domain in DOMAINS for row in rows_of(chosen.data, domain, list(taxonomy.labels))],
        taxonomy=taxonomy,
        encoder=chosen.encoder,
        out=chosen.out,
        cache=chosen.cache,
        about={"data": "NLU++ (Casanueva et al. 2022, CC BY 4.0), banking and hotels, all folds"},
    )
    show_trained(Console(highlight=False), train_bundle(request), chosen.out)


if __name__ == "__main__":
    main()
