"""Evaluates the image bundle on the open sets' own validation images, and on sources that it was not trained on.

Run as `python -m layers.image_model.check --data DIR`; `--bundle` names another bundle, and for each
`--left-out SOURCE=ENCODER`, an encoder that was trained without a source, heads are trained without it as well and tag
all its images. Everything goes through the tagger that is served, `kind` first: a tag of an image whose kind was
missed is missed too. Tags are those of the sets' `labels.csv`; an absent tag counts as negative, as in the published
results.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sklearn.metrics import average_precision_score

from layers.image_model.heads import taxonomy_of_images
from layers.image_model.image_rows import HERE, VAL, image_rows
from layers.image_model.image_splits import LabelledImage, read_images
from layers.image_model.leave_one_source_out import UnseenSourceResult, check_unseen_source
from tagging.learning.data import RENAMED, Example, id_of
from tagging.learning.evaluation import PredictionSet, predict_rows
from tagging.model import Tagger
from tagging.start import load_bundle

FEWEST = 5
"""Images of `val` with a tag, below which it is not evaluated."""
LABELS_OF_TAG = {
    "footwear": ("shoes",),
    "headwear": ("hat",),
    "red": ("red_bell_pepper",),
    "yellow": ("yellow_bell_pepper",),
    "green": ("green_bell_pepper",),
    "orange": ("orange", "orange_bell_pepper"),
    "variety_brown_cap_mushroom": ("mushroom",),
    "variety_yellow_onion": ("onion",),
}
"""Our labels for tags that have another name."""


@dataclass(frozen=True)
class TagResult:
    """The tags of one source over its validation images."""

    source: str
    images: int
    tags: int
    micro_f1: float
    mean_average_precision: float


@dataclass(frozen=True)
class ScreenshotResult:
    """The label `screenshot` over the validation images of all sources; folders are never in train and val both."""

    screenshots: int
    recall: float
    photos: int
    false_alarms: float
    """Share of the photos."""


def check_tags(predictions: PredictionSet, images: dict[str, LabelledImage], source: str) -> TagResult:
    """Micro-F1 and mean average precision, over tags that FEWEST of the images have, and not all."""
    rows = [index for index, row in enumerate(predictions.rows) if row.source == source]
    tagged = [images[predictions.rows[index].id].tags for index in rows]
    counts = {tag: sum(tag in tags for tags in tagged) for tag in sorted({tag for tags in tagged for tag in tags})}
    tags = [tag for tag, count in counts.items() if FEWEST <= count < len(rows)]
    positive = np.array([[tag in image_tags for tag in tags] for image_tags in tagged])
    columns = [
        [predictions.labels.index(label) for label in labels_of(tag) if label in predictions.labels] for tag in tags
    ]
    scores = _best(predictions.scores[rows], columns)
    predicted = _best(predictions.predicted[rows].astype(float), columns) > 0
    precisions = [average_precision_score(positive[:, tag], scores[:, tag]) for tag in range(len(tags))]
    f1 = 2 * (predicted & positive).sum() / (predicted.sum() + positive.sum())
    return TagResult(source, len(rows), len(tags), round(float(f1), 4), round(float(np.mean(precisions)), 4))


def labels_of(tag: str) -> tuple[str, ...]:
    """Our labels for a tag of the open sets; of several, the one with the highest score counts."""
    name = id_of(tag)
    plain = name.removeprefix("variety_")
    return LABELS_OF_TAG.get(name) or (RENAMED.get(plain, plain),)


def _best(cells: NDArray[np.float64], columns: Sequence[list[int]]) -> NDArray[np.float64]:
    """The highest value of each tag's labels [rows, tags]; 0 without a label."""
    zeros = np.zeros(len(cells))
    return np.stack([cells[:, each].max(axis=1) if each else zeros for each in columns], axis=1)


def check_screenshots(predictions: PredictionSet) -> ScreenshotResult:
    """Recall over screenshots, false alarms over the photos of the other sources."""
    predicted = predictions.predicted[:, predictions.labels.index("screenshot")]
    positive = np.array(["screenshot" in row.labels for row in predictions.rows])
    photos = np.array([row.source != "screenshots" for row in predictions.rows])
    recall, false = predicted[positive].mean(), predicted[photos].mean()
    return ScreenshotResult(int(positive.sum()), round(float(recall), 4), int(photos.sum()), round(float(false), 4))


def predictions_of(tagger: Tagger, rows: Sequence[Example], task: str) -> PredictionSet:
    """Tag the rows, with a progress bar."""
    with Progress(console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task(task, total=len(rows))
        return predict_rows(tagger, rows, lambda: bars.advance(bar))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds images/")
    parser.add_argument("--bundle", type=Path, default=HERE / "bundle")
    parser.add_argument("--left-out", action="append", default=[], metavar="SOURCE=ENCODER")
    parser.add_argument("--cache", type=Path, help="a folder that keeps features between trainings")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = image_rows(options.data, taxonomy_of_images())
    val = [row for row in rows if row.split == VAL]
    predictions = predictions_of(load_bundle(options.bundle), val, "validation")
    images = {image.file: image for image in read_images(options.data)}
    tags = [check_tags(predictions, images, source) for source in ("grocery", "clothing")]
    screenshots = check_screenshots(predictions)
    pairs = [pair.partition("=") for pair in options.left_out]
    left_out = [check_unseen_source(rows, source, Path(encoder), options.cache) for source, _, encoder in pairs]
    if options.json:
        results = {"tags": [asdict(one) for one in tags], "screenshots": asdict(screenshots)}
        print(json.dumps(results | {"left_out": [asdict(one) for one in left_out]}))
    else:
        Console(highlight=False).print(_table(tags, screenshots, left_out))


def _table(tags: Sequence[TagResult], screenshots: ScreenshotResult, left_out: Sequence[UnseenSourceResult]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for one in tags:
        title = f"{one.source}, {one.images} validation images, {one.tags} tags with {FEWEST} or more"
        table.add_row(title, f"micro-F1 {one.micro_f1:.3f}, mAP {one.mean_average_precision:.3f}")
    result = f"recall {screenshots.recall:.3f}, false alarms {screenshots.false_alarms:.2%}"
    table.add_row(f"screenshot, {screenshots.screenshots} validation screenshots, {screenshots.photos} photos", result)
    for unseen in left_out:
        recalls = f"recall {unseen.garment_recall:.3f} and {unseen.grocery_recall:.3f}"
        table.add_row(f"garment or grocery on {unseen.source}, unseen", f"{unseen.false:.1%} as served, at {recalls}")
        table.add_row("", f"{unseen.false_at_recall:.1%} at recall {unseen.recall}")
    return table


if __name__ == "__main__":
    main()
