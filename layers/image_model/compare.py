"""Compares encoders by the metrics that decide which one ships.

Run in an environment with the extra `train-encoder`; FOLDER is an encoder folder, `--without` names those that were
trained without a source, as SOURCE=FOLDER:
`python -m layers.image_model.compare --data DIR --work SCRATCH FOLDER [FOLDER ...] --without cards=FOLDER`
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from layers.image_model.encode import encode_images
from layers.image_model.image_splits import Split, read_images, split_images
from layers.image_model.measure import EncodedImages, fit_kinds, kinds_of, tag_metrics
from layers.image_model.origin import LICENCES
from tagging.learning.heads import Hyperparameters

SOURCES = tuple(LICENCES)
PHOTOS = ("grocery", "clothing", "aquarium", "cards")
ALARMS = 0.01
FOR_KINDS = Hyperparameters(inverse_penalty=3.0, balance=0.5)


def encode(folder: Path, data: Path, work: Path) -> EncodedImages:
    images = read_images(data)
    splits = split_images(images)
    features = encode_images(folder, data, [image.file for image in images], work).astype(np.float64)
    features /= np.linalg.norm(features, axis=1).mean()
    return EncodedImages(images, [splits[image.file] for image in images], features)


def show_tags(encoded: EncodedImages, measured: Split, sources: list[str]) -> None:
    for source in sources:
        metrics = tag_metrics(encoded, source, measured)
        chosen = f"C {metrics.hyperparameters.inverse_penalty:g}, balance {metrics.hyperparameters.balance:g}"
        frequent = f"over the {metrics.tags} frequent tags F1 {metrics.f1_frequent:.3f}, mAP {metrics.mean_ap:.3f}"
        print(f"  {source} {measured}: micro-F1 {metrics.f1:.3f}; {frequent} ({chosen})", flush=True)


def show_kinds(encoded: EncodedImages, measured: Split) -> None:
    """With all sources in training: recall of each kind, and false screenshots among photos."""
    kinds = fit_kinds(encoded, SOURCES, FOR_KINDS)
    rows = encoded.rows(measured, SOURCES)
    predicted, positive = kinds.predict(encoded.features[rows]), kinds_of(encoded, rows, kinds.names)
    for number, kind in enumerate(kinds.names):
        recall = predicted[positive[:, number], number].mean()
        false = predicted[~positive[:, number], number].mean()
        print(f"  kind {kind} {measured}: recall {recall:.3f}, false {false:.3f}")
    screenshot = kinds.names.index("screenshot")
    photos, tuning = (encoded.rows(part, PHOTOS) for part in (measured, "calibration"))
    threshold = np.quantile(kinds.probabilities(encoded.features[tuning])[:, screenshot], 1 - ALARMS)
    scores = kinds.probabilities(encoded.features[rows])[positive[:, screenshot], screenshot]
    false = (kinds.probabilities(encoded.features[photos])[:, screenshot] >= threshold).mean()
    result = f"recall {(scores >= threshold).mean():.3f}, false alarms on photos {false:.4f}"
    print(f"  screenshot {measured}, threshold by {ALARMS:.0%} of the calibration photos: {result}", flush=True)


def show_unseen(encoded: EncodedImages, source: str) -> None:
    """A kind head trained without a source: how often it labels the source's images garment or grocery.

    Once with thresholds from the calibration images, once with those of recall RECALL on the validation images.
    """
    others = [name for name in SOURCES if name != source]
    trained = fit_kinds(encoded, others, FOR_KINDS)
    unseen = np.array([image.source == source for image in encoded.images])
    known = encoded.rows("val", others)
    positive = kinds_of(encoded, known, trained.names)
    for split, kinds in (
        ("calibration", trained),
        ("validation", trained.with_recall(encoded.features[known], positive)),
    ):
        on_unseen, on_known = kinds.predict(encoded.features[unseen]), kinds.predict(encoded.features[known])
        numbers = [kinds.names.index(kind) for kind in ("garment", "grocery")]
        false = ", ".join(f"{kinds.names[n]} {on_unseen[:, n].mean():.3f}" for n in numbers)
        either = on_unseen[:, numbers].any(axis=1).mean()
        recall = " ".join(f"{on_known[positive[:, n], n].mean():.3f}" for n in numbers)
        print(
            f"  unseen {source} ({unseen.sum()}), thresholds by {split}: {false}, either {either:.3f}; recall {recall}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds images/")
    parser.add_argument("--work", type=Path, required=True, help="scratch folder for decoded images and features")
    parser.add_argument("--measured", choices=["val", "calibration"], default="val")
    parser.add_argument("--tags", nargs="*", default=["grocery", "clothing", "screenshots"])
    parser.add_argument("--without", nargs="*", default=[], help="SOURCE=FOLDER of an encoder trained without it")
    parser.add_argument("--whole", action="store_true", help="untrained folders: all sources are unseen")
    parser.add_argument("folders", type=Path, nargs="*")
    options = parser.parse_args()
    for folder in options.folders:
        print(folder.name)
        encoded = encode(folder, options.data, options.work)
        show_tags(encoded, options.measured, options.tags)
        if options.measured == "val":
            show_kinds(encoded, options.measured)
        for source in ("aquarium", "cards") if options.whole else ():
            show_unseen(encoded, source)
    for pair in options.without:
        source, folder = pair.split("=", 1)
        print(Path(folder).name)
        show_unseen(encode(Path(folder), options.data, options.work), source)


if __name__ == "__main__":
    main()
