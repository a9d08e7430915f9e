"""The recipe of the shipped heads for images: the open sets in, heads, thresholds and a whole bundle out.

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

from layers.image_model.image_rows import HERE, image_rows, learned_from
from tagging.cli.train_view import print_training
from tagging.learning.data import Row, read_taxonomy
from tagging.learning.training import Trained, TrainRequest, train_bundle
from tagging.taxonomy import Taxonomy

ENCODER = HERE / "bundle" / "encoder"
SETS = "grocery (MIT), clothing (CC0), screenshots (CC BY 4.0), aquarium (CC BY 4.0), cards (Apache-2.0)"


@dataclass(frozen=True)
class Places:
    """Where the encoder is, where the bundle goes, and where features are kept between trainings."""

    encoder: Path
    out: Path
    cache: Path | None = None


def taxonomy_of_images() -> Taxonomy:
    """The one beside this file."""
    return read_taxonomy(HERE / "taxonomy.yaml")


def train(rows: Sequence[Row], taxonomy: Taxonomy, places: Places, without: str | None = None) -> Trained:
    """Heads from all rows but those of `val` and of the source left out, with a bar."""
    request = TrainRequest(
        rows=learned_from(list(rows), without),
        taxonomy=taxonomy,
        encoder=places.encoder,
        out=places.out,
        cache=places.cache,
        about={"data": f"{SETS}{f', without {without}' if without else ''}; all but their split val"},
    )
    with Progress(console=Console(stderr=True), transient=True) as bars:
        stages = {stage: bars.add_task(stage, total=None) for stage in ("features", "heads", "bundle")}
        return train_bundle(request, lambda stage, done, total: bars.update(stages[stage], completed=done, total=total))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True, help="the folder that holds images/")
    arguments.add_argument("--encoder", type=Path, default=ENCODER)
    arguments.add_argument("--out", type=Path, default=HERE / "bundle")
    arguments.add_argument("--cache", type=Path, help="a folder that keeps features between trainings")
    chosen = arguments.parse_args()
    taxonomy = taxonomy_of_images()
    places = Places(chosen.encoder, chosen.out, chosen.cache)
    print_training(Console(highlight=False), train(image_rows(chosen.data, taxonomy), taxonomy, places), chosen.out)


if __name__ == "__main__":
    main()
