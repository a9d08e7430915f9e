"""The training loop: label losses and distillation from the untouched network, with checkpoints."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, dropout, kl_div, log_softmax, softmax

from layers.image_model.backbone import Convolution
from layers.image_model.network import Network
from layers.image_model.targets import Targets
from layers.image_model.views import View


@dataclass(frozen=True)
class Settings:
    """Hyperparameters; the defaults are those of the shipped encoder."""

    size: int = 192
    frozen: int = 18
    """Convolutions that are not trained: 18 ends the blocks of 32 channels."""
    epochs: int = 12
    views: int = 6
    """Augmented copies of the images; later epochs use them again."""
    batch: int = 48
    rate: float = 3e-4
    head_rate: float = 3e-3
    decay: float = 0.02
    drop: float = 0.2
    distil: float = 2.0
    """Weight of the divergence from the untouched network's ImageNet probabilities, against forgetting."""
    average: float = 0.995
    """Decay per step of the moving average of the weights, which is exported."""
    seed: int = 0


class Student(torch.nn.Module):  # type: ignore[misc, unused-ignore]  # Any where torch is not installed
    """The network, a linear head over all columns, and the ImageNet layer, which is not trained."""

    def __init__(self, backbone: Sequence[Convolution], columns: int, frozen: int) -> None:
        super().__init__()
        self.network = Network(backbone[:-1], frozen)
        self.head = torch.nn.Linear(len(backbone[-2].bias), columns)
        torch.nn.init.zeros_(self.head.weight)
        torch.nn.init.constant_(self.head.bias, -3)
        self.register_buffer("imagenet", torch.from_numpy(backbone[-1].weight[:, :, 0, 0].copy()))
        self.register_buffer("imagenet_bias", torch.from_numpy(backbone[-1].bias.copy()))

    def loss(self, batch: Batch, settings: Settings) -> torch.Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            features = self.network.finish(batch.states)
        features = features.float()
        logits = self.head(dropout(features, settings.drop, self.training))
        label_loss = binary_cross_entropy_with_logits(logits, batch.positive, batch.weight, reduction="sum")
        student = log_softmax(features @ self.imagenet.T + self.imagenet_bias, 1)
        teacher = softmax(batch.teacher_features @ self.imagenet.T + self.imagenet_bias, 1)
        return label_loss / len(logits) + settings.distil * kl_div(student, teacher, reduction="batchmean")


@dataclass(frozen=True)
class Batch:
    """Images of one step: their states, the teacher's features, and targets with weights."""

    states: torch.Tensor
    teacher_features: torch.Tensor
    positive: torch.Tensor
    weight: torch.Tensor


def batches(view: View, rows: Sequence[int], targets: Targets, size: int, seed: list[int]) -> Iterator[Batch]:
    """Batches over one view; `rows` are the indices in it of the images of `targets`."""
    order = np.random.default_rng(seed).permutation(len(rows))
    indices = np.asarray(rows)
    for start in range(0, len(order) - size + 1, size):
        chosen = order[start : start + size]
        in_view = indices[chosen]
        states = torch.from_numpy(view.states[in_view]).float().contiguous(memory_format=torch.channels_last)
        teacher = torch.from_numpy(view.teacher_features[in_view]).float()
        positive, weight = (torch.from_numpy(part[chosen]) for part in (targets.positive, targets.weight))
        yield Batch(states, teacher, positive, weight)


@dataclass
class Training:
    """The state of a training: student, its moving average, optimiser, epochs done."""

    student: Student
    averaged: Student
    optimiser: torch.optim.Optimizer
    done: int = 0

    @classmethod
    def new(cls, student: Student, first: View, settings: Settings) -> Training:
        """A new training, with channels rescaled by the states of some images."""
        with torch.no_grad():
            sample = np.random.default_rng(0).permutation(len(first.states))[:256]
            states = torch.from_numpy(first.states[np.sort(sample)]).float()
            student.network.finish(states.contiguous(memory_format=torch.channels_last), rescale=True)
        student.network.to(memory_format=torch.channels_last)
        trained = [weight for weight in student.network.parameters() if weight.requires_grad]
        groups = [
            {"params": trained, "lr": settings.rate, "rate": settings.rate},
            {"params": student.head.parameters(), "lr": settings.head_rate, "rate": settings.head_rate},
        ]
        return cls(student, deepcopy(student), torch.optim.AdamW(groups, weight_decay=settings.decay))

    def epoch(self, steps: Iterator[Batch], expected: int, settings: Settings, log: Callable[[str], None]) -> None:
        self.student.train()
        began, losses = time.monotonic(), []
        for step, batch in enumerate(steps):
            self.set_rate((self.done + step / expected) / settings.epochs)
            loss = self.student.loss(batch, settings)
            self.optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.student.parameters(), 5.0)
            self.optimiser.step()
            self.average(settings.average)
            losses.append(loss.item())
            if step % 25 == 24:
                rate = len(losses) * settings.batch / (time.monotonic() - began)
                log(f"epoch {self.done + 1} step {step + 1}/{expected} loss {np.mean(losses[-25:]):.3f} {rate:.0f}/s")
        self.done += 1

    def set_rate(self, progress: float) -> None:
        """Warm-up over the first twentieth of the steps, then a cosine."""
        share = min(1, progress * 20) * (1 + math.cos(math.pi * progress)) / 2
        for group in self.optimiser.param_groups:
            group["lr"] = group["rate"] * share

    def average(self, decay: float) -> None:
        with torch.no_grad():
            for averaged, current in zip(self.averaged.parameters(), self.student.parameters(), strict=True):
                averaged.lerp_(current, 1 - min(decay, self.largest_decay()))

    def largest_decay(self) -> float:
        """A bound of the decay that starts near 0, so that the average forgets the initial weights."""
        state = next(iter(self.optimiser.state.values()))
        seen = float(state["step"])
        return seen / (seen + 10)

    def save(self, path: Path) -> None:
        content = {
            "learner": self.student.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "done": self.done,
        }
        unfinished = path.with_suffix(".part")
        torch.save(content, unfinished)
        unfinished.rename(path)

    def resume(self, path: Path) -> None:
        content = torch.load(path, weights_only=True)
        self.student.load_state_dict(content["learner"])
        self.averaged.load_state_dict(content["averaged"])
        self.optimiser.load_state_dict(content["optimiser"])
        self.done = content["done"]
