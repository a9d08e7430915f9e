"""The recipe of the image encoder: MobileNetV2's ImageNet weights and tagged images in, encoder.onnx out.

Run in an environment with the extra `train-encoder`; `--data` holds `images/` and `backbones/`:
`python -m layers.image_model.train --data DIR --out layers/image_model/bundle/encoder --work SCRATCH`
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

import torch

from layers.image_model.export import write_encoder
from layers.image_model.fine_tuning import Learner, Settings, Training, batches
from layers.image_model.folded import read_backbone
from layers.image_model.image_deal import deal, read_images
from layers.image_model.network import Network
from layers.image_model.origin import BACKBONE, LICENCES, origin, write_manifest
from layers.image_model.parity import parity
from layers.image_model.pixels import pixels_of
from layers.image_model.targets import targets_of
from layers.image_model.views import view_of

DECODED = 224
"""Images are decoded to this side, in pixels; crops of them are then resized to the encoder's."""


def train(data: Path, out: Path, work: Path, sources: list[str], settings: Settings) -> None:
    """Train on the images of `sources`, write the encoder folder `out`; views and checkpoint lie in `work`."""
    torch.manual_seed(settings.seed)
    images = read_images(data)
    parts = deal(images)
    images = [image for image in images if parts[image.file] == "train"]
    pixels = pixels_of(data, [image.file for image in images], DECODED, work)
    rows = [place for place, image in enumerate(images) if image.source in sources]
    targets = targets_of([images[place] for place in rows])
    backbone = read_backbone(data / BACKBONE)
    untouched = Network(backbone[:-1], settings.frozen).eval()
    learner = Learner(backbone, len(targets.columns), settings.frozen)
    view = view_of(0, images, pixels, untouched, settings.size, work)
    training = Training.new(learner, view, settings)
    checkpoint = work / f"{out.name}.checkpoint"
    if checkpoint.exists():
        training.resume(checkpoint)
    print(f"{len(rows)} images, {len(targets.columns)} columns, {training.done} epochs done", flush=True)
    while training.done < settings.epochs:
        view = view_of(training.done % settings.views, images, pixels, untouched, settings.size, work)
        steps = batches(view, rows, targets, settings.batch, [settings.seed, training.done])
        training.epoch(steps, len(rows) // settings.batch, settings, lambda line: print(line, flush=True))
        training.save(checkpoint)
    made = training.averaged.network
    written = write_encoder(out, made.folded(), settings.size)
    held_out = [file for file, part in parts.items() if part == "calibration"][::10]
    written["parity"] = parity(out, made, pixels_of(data, held_out, settings.size, work))
    write_manifest(out, written, origin(data / BACKBONE, sources, asdict(settings)))
    print(f"{out}: {(out / 'encoder.onnx').stat().st_size / 1e6:.2f} MB", flush=True)


def main() -> None:
    defaults = Settings()
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True, help="folder that holds images/ and backbones/")
    arguments.add_argument("--out", type=Path, required=True, help="encoder folder to write")
    arguments.add_argument(
        "--work", type=Path, required=True, help="scratch folder: views (2 GB), checkpoint of OUT's name"
    )
    arguments.add_argument("--sources", nargs="+", default=list(LICENCES), choices=list(LICENCES))
    arguments.add_argument("--threads", type=int, default=2)
    for name, value in asdict(defaults).items():
        arguments.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    chosen = vars(arguments.parse_args())
    torch.set_num_threads(chosen["threads"])
    settings = Settings(**{name: chosen[name] for name in asdict(defaults)})
    train(chosen["data"], chosen["out"], chosen["work"], chosen["sources"], settings)


if __name__ == "__main__":
    main()
