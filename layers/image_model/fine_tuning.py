"""The training loop: label losses and what the untouched network says, with checkpoints to go on from."""

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

from layers.image_model.folded import Folded
from layers.image_model.network import Network
from layers.image_model.targets import Targets
from layers.image_model.views import View


@dataclass(frozen=True)
class Settings:
    """What a training is made of; the defaults are those of the shipped encoder."""

    size: int = 192
    frozen: int = 18
    """Convolutions that stay as they are: 18 ends the blocks of 32 channels."""
    epochs: int = 12
    views: int = 6
    """Epochs beyond these take the views once more."""
    batch: int = 48
    rate: float = 3e-4
    head_rate: float = 3e-3
    decay: float = 0.02
    drop: float = 0.2
    distil: float = 2.0
    """Weight of the divergence from the untouched network's ImageNet probabilities, against forgetting."""
    average: float = 0.995
    """Share of the old weights in the moving average that is exported, a step."""
    seed: int = 0


class Learner(torch.nn.Module):  # type: ignore[misc, unused-ignore]  # Any where torch is not installed
    """The network, a linear head over all columns, and the ImageNet layer, which is not trained."""

    def __init__(self, backbone: Sequence[Folded], columns: int, frozen: int) -> None:
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
        asked = self.head(dropout(features, settings.drop, self.training))
        wrong = binary_cross_entropy_with_logits(asked, batch.holds, batch.weight, reduction="sum") / len(asked)
        told = log_softmax(features @ self.imagenet.T + self.imagenet_bias, 1)
        taught = softmax(batch.taught @ self.imagenet.T + self.imagenet_bias, 1)
        return wrong + settings.distil * kl_div(told, taught, reduction="batchmean")


@dataclass(frozen=True)
class Batch:
    states: torch.Tensor
    taught: torch.Tensor
    holds: torch.Tensor
    weight: torch.Tensor


def batches(view: View, rows: Sequence[int], targets: Targets, size: int, seed: list[int]) -> Iterator[Batch]:
    """Batches over one view; `rows` are the places in it of the images of `targets`."""
    order = np.random.default_rng(seed).permutation(len(rows))
    places = np.asarray(rows)
    for start in range(0, len(order) - size + 1, size):
        chosen = order[start : start + size]
        found = places[chosen]
        states = torch.from_numpy(view.states[found]).float().contiguous(memory_format=torch.channels_last)
        taught = torch.from_numpy(view.taught[found]).float()
        yield Batch(states, taught, torch.from_numpy(targets.holds[chosen]), torch.from_numpy(targets.weight[chosen]))


@dataclass
class Training:
    """A training under way: learner, its moving average, optimiser, epochs done."""

    learner: Learner
    averaged: Learner
    optimiser: torch.optim.Optimizer
    done: int = 0

    @classmethod
    def new(cls, learner: Learner, first: View, settings: Settings) -> Training:
        """From the backbone, its channels rescaled by some images' states."""
        with torch.no_grad():
            spread = np.random.default_rng(0).permutation(len(first.states))[:256]
            states = torch.from_numpy(first.states[np.sort(spread)]).float()
            learner.network.finish(states.contiguous(memory_format=torch.channels_last), rescale=True)
        learner.network.to(memory_format=torch.channels_last)
        trained = [weight for weight in learner.network.parameters() if weight.requires_grad]
        groups = [
            {"params": trained, "lr": settings.rate, "rate": settings.rate},
            {"params": learner.head.parameters(), "lr": settings.head_rate, "rate": settings.head_rate},
        ]
        return cls(learner, deepcopy(learner), torch.optim.AdamW(groups, weight_decay=settings.decay))

    def epoch(self, steps: Iterator[Batch], expected: int, settings: Settings, say: Callable[[str], None]) -> None:
        self.learner.train()
        began, losses = time.monotonic(), []
        for step, batch in enumerate(steps):
            self.set_rate((self.done + step / expected) / settings.epochs)
            loss = self.learner.loss(batch, settings)
            self.optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.learner.parameters(), 5.0)
            self.optimiser.step()
            self.average(settings.average)
            losses.append(loss.item())
            if step % 25 == 24:
                rate = len(losses) * settings.batch / (time.monotonic() - began)
                say(f"epoch {self.done + 1} step {step + 1}/{expected} loss {np.mean(losses[-25:]):.3f} {rate:.0f}/s")
        self.done += 1

    def set_rate(self, way: float) -> None:
        """Up over the first twentieth of the way, then down by a cosine."""
        share = min(1, way * 20) * (1 + math.cos(math.pi * way)) / 2
        for group in self.optimiser.param_groups:
            group["lr"] = group["rate"] * share

    def average(self, old: float) -> None:
        with torch.no_grad():
            for kept, now in zip(self.averaged.parameters(), self.learner.parameters(), strict=True):
                kept.lerp_(now, 1 - min(old, self.steps_seen()))

    def steps_seen(self) -> float:
        """A share of old weights that starts at 0, so that the average forgets where the training started."""
        state = next(iter(self.optimiser.state.values()))
        seen = float(state["step"])
        return seen / (seen + 10)

    def save(self, path: Path) -> None:
        content = {
            "learner": self.learner.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "done": self.done,
        }
        unfinished = path.with_suffix(".part")
        torch.save(content, unfinished)
        unfinished.rename(path)

    def resume(self, path: Path) -> None:
        content = torch.load(path, weights_only=True)
        self.learner.load_state_dict(content["learner"])
        self.averaged.load_state_dict(content["averaged"])
        self.optimiser.load_state_dict(content["optimiser"])
        self.done = content["done"]
