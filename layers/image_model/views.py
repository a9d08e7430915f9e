"""Augmented views of the training images, passed through the frozen half once and kept on disk.

Trainings that differ in their sources or settings read the same views; each epoch of a training takes the next.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from layers.image_model.augment import augmented, may_mirror
from layers.image_model.image_deal import LabelledImage
from layers.image_model.network import Network, as_planes

BATCH = 64


@dataclass(frozen=True)
class View:
    """Every image once, in another light."""

    states: NDArray[np.float16]
    """What the frozen half makes of it: [images, channels, side, side]."""
    taught: NDArray[np.float16]
    """The features that the untouched network gives for it: [images, 1280]."""


def view_of(
    number: int, images: Sequence[LabelledImage], pixels: NDArray[np.uint8], untouched: Network, size: int, kept: Path
) -> View:
    """View `number` of the images (pixels [N, any, any, 3]), drawn if it is not there yet."""
    name = f"view-{size}-{untouched.frozen}-{len(images)}-{number}"
    paths = [kept / f"{name}-{part}.npy" for part in ("states", "taught")]
    if not paths[-1].exists():
        for path, values in zip(paths, drawn(number, images, pixels, untouched, size), strict=True):
            unfinished = path.with_suffix(f".{os.getpid()}.npy")  # two trainings may draw the same view at once
            np.save(unfinished, values)
            unfinished.rename(path)
    states, taught = (np.load(path) for path in paths)
    return View(states, taught)


def drawn(
    number: int, images: Sequence[LabelledImage], pixels: NDArray[np.uint8], untouched: Network, size: int
) -> tuple[NDArray[np.float16], NDArray[np.float16]]:
    states, taught = [], []

    def one(place: int) -> NDArray[np.uint8]:
        chance = np.random.default_rng([number, place])
        mirror = may_mirror(images[place].source, images[place].tags)
        return augmented(pixels[place], size, mirror, chance)

    with ThreadPoolExecutor(2) as threads, torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(images), BATCH):
            batch = np.stack(list(threads.map(one, range(start, min(start + BATCH, len(images))))))
            state = untouched.start(as_planes(batch))
            states.append(state.half().numpy())
            taught.append(untouched.finish(state).half().numpy())
    return np.concatenate(states), np.concatenate(taught)
