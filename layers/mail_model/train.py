"""The recipe of the default bundle for a support desk: open data sets mapped to our labels in, the bundle out.

Run in an environment with the extras `cli` and `learning`; `--data` is the folder that holds the sources' folders:
`python -m layers.mail_model.train --data DIR`
"""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from layers.mail_model.desk_rows import HERE, train_rows
from layers.mail_model.own_mails import mail_rows
from tagging.cli.train_view import print_training
from tagging.learning.data import read_taxonomy
from tagging.learning.training import TrainRequest, train_bundle
from tagging.model import Aggregate

AGGREGATE: Aggregate = "both"
"""Mails are longer than these rows, and a request beside thanks is seen only where sentences have own scores."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds the sources' folders")
    parser.add_argument("--out", type=Path, default=HERE / "bundle")
    parser.add_argument("--encoder", type=Path, default=HERE / "bundle" / "encoder")
    parser.add_argument("--cache", type=Path, help="a folder that keeps features between trainings")
    options = parser.parse_args()
    taxonomy = read_taxonomy(HERE / "taxonomy.yaml")
    request = TrainRequest(
        rows=train_rows(options.data, taxonomy) + mail_rows(taxonomy),
        taxonomy=taxonomy,
        encoder=options.encoder,
        out=options.out,
        cache=options.cache,
        aggregate=AGGREGATE,
        about={"data": "NLU++, BANKING77, CLINC150, MultiDoGO and GoEmotions in our labels, and our rows and mails"},
    )
    print_training(Console(highlight=False), train_bundle(request), options.out)


if __name__ == "__main__":
    main()
