"""The recipe of the default bundle, a support desk's: open data sets told in our labels in, the bundle out.

Run in an environment with the extras `cli` and `learning`; `--data` is the folder that holds the sources' folders:
`python -m layers.mail_model.train --data DIR`
"""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from layers.mail_model.desk_rows import HERE, train_rows
from tagging.cli.train_view import print_training
from tagging.learning.data import read_taxonomy
from tagging.learning.training import TrainRequest, train_bundle


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True, help="the folder that holds the sources' folders")
    arguments.add_argument("--out", type=Path, default=HERE / "bundle")
    arguments.add_argument("--encoder", type=Path, default=HERE / "bundle" / "encoder")
    arguments.add_argument("--cache", type=Path, help="a folder that keeps features between trainings")
    chosen = arguments.parse_args()
    taxonomy = read_taxonomy(HERE / "taxonomy.yaml")
    request = TrainRequest(
        rows=train_rows(chosen.data, taxonomy),
        taxonomy=taxonomy,
        encoder=chosen.encoder,
        out=chosen.out,
        cache=chosen.cache,
        about={"data": "NLU++, BANKING77, CLINC150, MultiDoGO and GoEmotions in our labels (label_map.yaml)"},
    )
    print_training(Console(highlight=False), train_bundle(request), chosen.out)


if __name__ == "__main__":
    main()
