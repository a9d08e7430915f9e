"""The recipe of the shipped image bundle: open data sets in, heads, thresholds and a complete bundle out.

Run in an environment with the extras `cli` and `learning`, once the encoder is there; `--data` is the folder that holds
`images/`: `python -m layers.image_model.heads --data DIR`
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from layers.image_model.image_rows import HERE, image_rows, training_rows
from tagging.cli.train_view import print_training
from tagging.learning.data import Example, read_taxonomy
from tagging.learning.training import TrainingSummary, TrainRequest, train_bundle
from tagging.taxonomy import Taxonomy

ENCODER = HERE / "bundle" / "encoder"
SETS = "grocery (MIT), clothing (CC0), screenshots (CC BY 4.0), aquarium (CC BY 4.0), cards (Apache-2.0)"


@dataclass(frozen=True)
class Paths:
    """The encoder, the bundle to write, and the cache of features between trainings."""

    encoder: Path
    out: Path
    cache: Path | None = None


def taxonomy_of_images() -> Taxonomy:
    """The taxonomy of the shipped bundle."""
    return read_taxonomy(HERE / "taxonomy.yaml")


def train(rows: Sequence[Example], taxonomy: Taxonomy, paths: Paths, without: str | None = None) -> TrainingSummary:
    """Train heads on all rows but those of `val` and of the source `without`, with a progress bar."""
    request = TrainRequest(
        rows=training_rows(list(rows), without),
        taxonomy=taxonomy,
        encoder=paths.encoder,
        out=paths.out,
        cache=paths.cache,
        about={"data": f"{SETS}{f', without {without}' if without else ''}; all but their split val"},
    )
    with Progress(console=Console(stderr=True), transient=True) as bars:
        stages = {stage: bars.add_task(stage, total=None) for stage in ("features", "heads", "bundle")}
        return train_bundle(request, lambda stage, done, total: bars.update(stages[stage], completed=done, total=total))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds images/")
    parser.add_argument("--encoder", type=Path, default=ENCODER)
    parser.add_argument("--out", type=Path, default=HERE / "bundle")
    parser.add_argument("--cache", type=Path, help="a folder that keeps features between trainings")
    options = parser.parse_args()
    taxonomy = taxonomy_of_images()
    paths = Paths(options.encoder, options.out, options.cache)
    print_training(Console(highlight=False), train(image_rows(options.data, taxonomy), taxonomy, paths), options.out)


if __name__ == "__main__":
    main()
