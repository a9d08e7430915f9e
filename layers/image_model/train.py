"""The recipe of the image encoder: MobileNetV2's ImageNet weights and tagged images in, encoder.onnx out.

Run in an environment with the extra `train-encoder`; `--data` holds `images/` and `backbones/`:
`python -m layers.image_model.train --data DIR --out layers/image_model/bundle/encoder --work SCRATCH`
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

import torch

from layers.image_model.backbone import read_backbone
from layers.image_model.export import write_encoder
from layers.image_model.fine_tuning import Settings, Student, Training, batches
from layers.image_model.image_splits import read_images, split_images
from layers.image_model.network import Network
from layers.image_model.origin import BACKBONE, LICENCES, origin, write_manifest
from layers.image_model.parity import parity
from layers.image_model.pixels import decode_images
from layers.image_model.targets import targets_of
from layers.image_model.views import load_view

DECODED = 224
"""Images are decoded to this side, in pixels; crops of them are then resized to the encoder's."""


def train(data: Path, out: Path, work: Path, sources: list[str], settings: Settings) -> None:
    """Train on the images of `sources`, write the encoder folder `out`; views and checkpoint are in `work`."""
    torch.manual_seed(settings.seed)
    images = read_images(data)
    splits = split_images(images)
    images = [image for image in images if splits[image.file] == "train"]
    pixels = decode_images(data, [image.file for image in images], DECODED, work)
    rows = [index for index, image in enumerate(images) if image.source in sources]
    targets = targets_of([images[index] for index in rows])
    backbone = read_backbone(data / BACKBONE)
    teacher = Network(backbone[:-1], settings.frozen).eval()
    student = Student(backbone, len(targets.columns), settings.frozen)
    view = load_view(0, images, pixels, teacher, settings.size, work)
    training = Training.new(student, view, settings)
    checkpoint = work / f"{out.name}.checkpoint"
    if checkpoint.exists():
        training.resume(checkpoint)
    print(f"{len(rows)} images, {len(targets.columns)} columns, {training.done} epochs done", flush=True)
    while training.done < settings.epochs:
        view = load_view(training.done % settings.views, images, pixels, teacher, settings.size, work)
        steps = batches(view, rows, targets, settings.batch, [settings.seed, training.done])
        training.epoch(steps, len(rows) // settings.batch, settings, lambda line: print(line, flush=True))
        training.save(checkpoint)
    network = training.averaged.network
    manifest = write_encoder(out, network.folded(), settings.size)
    held_out = [file for file, split in splits.items() if split == "calibration"][::10]
    manifest["parity"] = parity(out, network, decode_images(data, held_out, settings.size, work))
    write_manifest(out, manifest, origin(data / BACKBONE, sources, asdict(settings)))
    print(f"{out}: {(out / 'encoder.onnx').stat().st_size / 1e6:.2f} MB", flush=True)


def main() -> None:
    defaults = Settings()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds images/ and backbones/")
    parser.add_argument("--out", type=Path, required=True, help="encoder folder to write")
    parser.add_argument(
        "--work", type=Path, required=True, help="scratch folder: views (2 GB), checkpoint of OUT's name"
    )
    parser.add_argument("--sources", nargs="+", default=list(LICENCES), choices=list(LICENCES))
    parser.add_argument("--threads", type=int, default=2)
    for name, value in asdict(defaults).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    options = vars(parser.parse_args())
    torch.set_num_threads(options["threads"])
    settings = Settings(**{name: options[name] for name in asdict(defaults)})
    train(options["data"], options["out"], options["work"], options["sources"], settings)


if __name__ == "__main__":
    main()
