"""Augmented views of the training images, encoded by the frozen half once and cached on disk.

Trainings with other sources or settings read the same views; each epoch takes the next view.
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
from layers.image_model.image_splits import LabelledImage
from layers.image_model.network import Network, as_planes

BATCH = 64


@dataclass(frozen=True)
class View:
    """One augmented copy of every image."""

    states: NDArray[np.float16]
    """Output of the frozen half: [images, channels, side, side]."""
    teacher_features: NDArray[np.float16]
    """Features by the untouched network, the teacher: [images, 1280]."""


def load_view(
    number: int, images: Sequence[LabelledImage], pixels: NDArray[np.uint8], teacher: Network, size: int, cache: Path
) -> View:
    """View `number` of the images (pixels [N, any, any, 3]), computed if it is not cached."""
    name = f"view-{size}-{teacher.frozen}-{len(images)}-{number}"
    paths = [cache / f"{name}-{part}.npy" for part in ("states", "taught")]
    if not paths[-1].exists():
        for path, values in zip(paths, compute_view(number, images, pixels, teacher, size), strict=True):
            unfinished = path.with_suffix(f".{os.getpid()}.npy")  # two trainings may compute the same view at once
            np.save(unfinished, values)
            unfinished.rename(path)
    states, teacher_features = (np.load(path) for path in paths)
    return View(states, teacher_features)


def compute_view(
    number: int, images: Sequence[LabelledImage], pixels: NDArray[np.uint8], teacher: Network, size: int
) -> tuple[NDArray[np.float16], NDArray[np.float16]]:
    states, teacher_features = [], []

    def augment(index: int) -> NDArray[np.uint8]:
        random = np.random.default_rng([number, index])
        mirror = may_mirror(images[index].source, images[index].tags)
        return augmented(pixels[index], size, mirror, random)

    with ThreadPoolExecutor(2) as threads, torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(images), BATCH):
            batch = np.stack(list(threads.map(augment, range(start, min(start + BATCH, len(images))))))
            state = teacher.start(as_planes(batch))
            states.append(state.half().numpy())
            teacher_features.append(teacher.finish(state).half().numpy())
    return np.concatenate(states), np.concatenate(teacher_features)
