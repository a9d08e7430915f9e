"""Encoders beside each other, in the figures that decide which one ships.

Run in an environment with the extra `train-encoder`; FOLDER is an encoder folder, `--without` names those that were
trained without a source, as SOURCE=FOLDER:
`python -m layers.image_model.compare --data DIR --work SCRATCH FOLDER [FOLDER ...] --without cards=FOLDER`
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from layers.image_model.encoded import encoded
from layers.image_model.image_deal import Part, deal, read_images
from layers.image_model.measure import Seen, fit_kinds, kinds_held, tag_figures
from layers.image_model.origin import LICENCES
from tagging.learning.heads import Hyperparameters

SOURCES = tuple(LICENCES)
PHOTOS = ("grocery", "clothing", "aquarium", "cards")
ALARMS = 0.01
FOR_KINDS = Hyperparameters(inverse_penalty=3.0, balance=0.5)


def seen_by(folder: Path, data: Path, work: Path) -> Seen:
    images = read_images(data)
    parts = deal(images)
    features = encoded(folder, data, [image.file for image in images], work).astype(np.float64)
    features /= np.linalg.norm(features, axis=1).mean()
    return Seen(images, [parts[image.file] for image in images], features)


def show_tags(seen: Seen, measured: Part, sources: list[str]) -> None:
    for source in sources:
        found = tag_figures(seen, source, measured)
        chosen = f"C {found.recipe.inverse_penalty:g}, balance {found.recipe.balance:g}"
        frequent = f"over the {found.tags} frequent tags F1 {found.f1_frequent:.3f}, mAP {found.mean_ap:.3f}"
        print(f"  {source} {measured}: micro-F1 {found.f1:.3f}; {frequent} ({chosen})", flush=True)


def show_kinds(seen: Seen, measured: Part) -> None:
    """All sources known: recall of each kind, and screenshots seen in photos."""
    kinds = fit_kinds(seen, SOURCES, FOR_KINDS)
    rows = seen.rows(measured, SOURCES)
    given, held = kinds.given(seen.features[rows]), kinds_held(seen, rows, kinds.names)
    for number, kind in enumerate(kinds.names):
        recall = given[held[:, number], number].mean()
        print(f"  kind {kind} {measured}: recall {recall:.3f}, false {given[~held[:, number], number].mean():.3f}")
    screenshot = kinds.names.index("screenshot")
    photos, tuning = (seen.rows(part, PHOTOS) for part in (measured, "calibration"))
    cut = np.quantile(kinds.shares(seen.features[tuning])[:, screenshot], 1 - ALARMS)
    shares = kinds.shares(seen.features[rows])[held[:, screenshot], screenshot]
    false = (kinds.shares(seen.features[photos])[:, screenshot] >= cut).mean()
    told = f"recall {(shares >= cut).mean():.3f}, false alarms on photos {false:.4f}"
    print(f"  screenshot {measured}, threshold by {ALARMS:.0%} of the calibration photos: {told}", flush=True)


def show_unseen(seen: Seen, source: str) -> None:
    """The kinds learned without a source: how often its images are called garment or grocery all the same.

    Once with thresholds from the calibration images, once with those that RECALL of the validation's images reach.
    """
    others = [name for name in SOURCES if name != source]
    learned = fit_kinds(seen, others, FOR_KINDS)
    unseen = np.array([image.source == source for image in seen.images])
    known = seen.rows("val", others)
    held = kinds_held(seen, known, learned.names)
    for told, kinds in (("calibration", learned), ("validation", learned.reaching(seen.features[known], held))):
        given, found = kinds.given(seen.features[unseen]), kinds.given(seen.features[known])
        numbers = [kinds.names.index(kind) for kind in ("garment", "grocery")]
        false = ", ".join(f"{kinds.names[n]} {given[:, n].mean():.3f}" for n in numbers)
        either = given[:, numbers].any(axis=1).mean()
        recall = " ".join(f"{found[held[:, n], n].mean():.3f}" for n in numbers)
        print(
            f"  unseen {source} ({unseen.sum()}), thresholds by {told}: {false}, either {either:.3f}; recall {recall}"
        )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, required=True, help="folder that holds images/")
    arguments.add_argument("--work", type=Path, required=True, help="scratch folder for decoded images and features")
    arguments.add_argument("--measured", choices=["val", "calibration"], default="val")
    arguments.add_argument("--tags", nargs="*", default=["grocery", "clothing", "screenshots"])
    arguments.add_argument("--without", nargs="*", default=[], help="SOURCE=FOLDER of an encoder trained without it")
    arguments.add_argument("--whole", action="store_true", help="untrained folders: all sources are unseen")
    arguments.add_argument("folders", type=Path, nargs="*")
    chosen = arguments.parse_args()
    for folder in chosen.folders:
        print(folder.name)
        seen = seen_by(folder, chosen.data, chosen.work)
        show_tags(seen, chosen.measured, chosen.tags)
        if chosen.measured == "val":
            show_kinds(seen, chosen.measured)
        for source in ("aquarium", "cards") if chosen.whole else ():
            show_unseen(seen, source)
    for pair in chosen.without:
        source, folder = pair.split("=", 1)
        print(Path(folder).name)
        show_unseen(seen_by(Path(folder), chosen.data, chosen.work), source)


if __name__ == "__main__":
    main()
