"""Fine-tunes the last layers of MiniLM on the intents of BANKING77 and CLINC150, on two cores: the encoder that ships.

LOG.md has the gains. In an environment with the extra `train-encoder`; DIR holds `banking77/`, `clinc150/` and
`nlupp/`, whose sentences are excluded: `python -m layers.mail_model.fine_tune --data DIR --work SCRATCH`, and then
`python -m layers.mail_model.encoder --weights SCRATCH/network --out layers/mail_model/bundle/encoder`
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from layers.mail_model.encoder import original, tokenizer
from layers.mail_model.intent_losses import Batch, Encoded, IntentModel
from layers.mail_model.intent_rows import read_intent_rows
from layers.mail_model.upper_layers import FROZEN, lower_states

CHECKPOINT, NETWORK = "checkpoint.pt", "network"
SAVE_EVERY = 100
WINDOW = 16
"""Batches whose rows are sorted by length together: less padding, yet shuffled."""
WARM_UP = 100
LAST_RATE = 0.05
MAX_GRADIENT = 1.0


@dataclass(frozen=True)
class Settings:
    """Hyperparameters; LOG.md has results for the defaults."""

    steps: int = 1000
    """Of the schedule of the learning rate."""
    stop: int = 500
    """Steps that are done; with fewer than `steps`, the schedule is left early: the second half gained nothing."""
    batch: int = 64
    rate: float = 1e-4
    head_rate: float = 5e-3
    decay: float = 0.01
    keep: float = 1.0
    """Weight of the distance to the untouched vectors, against forgetting."""
    seed: int = 0


@dataclass
class Tuning:
    """The state of a fine-tuning: model, optimiser, steps done."""

    model: IntentModel
    optimiser: torch.optim.Optimizer
    done: int = 0

    @classmethod
    def new(cls, model: IntentModel, settings: Settings) -> Tuning:
        """Upper layers and heads, each with its own learning rate."""
        heads = [*model.intents.parameters(), *model.words.parameters()]
        groups = [
            {"params": list(model.layers.parameters()), "rate": settings.rate, "weight_decay": settings.decay},
            {"params": heads, "rate": settings.head_rate, "weight_decay": 0.0},
        ]
        return cls(model, torch.optim.AdamW(groups))

    def step(self, batch: Batch, encoded: Encoded, settings: Settings) -> float:
        """Learn from one batch; its loss."""
        # Seeded at every step, so that a resumed fine-tuning equals an uninterrupted one.
        torch.manual_seed(settings.seed * settings.steps + self.done)
        progress = self.done / settings.steps
        share = LAST_RATE + (1 - LAST_RATE) * 0.5 * (1 + math.cos(math.pi * progress))
        for group in self.optimiser.param_groups:
            group["lr"] = group["rate"] * share * min(1.0, (self.done + 1) / WARM_UP)
        loss = self.model.loss(batch, encoded, settings.keep)
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.layers.parameters(), MAX_GRADIENT)
        self.optimiser.step()
        self.done += 1
        return float(loss.detach())

    def save(self, path: Path) -> None:
        """Write a checkpoint; a crash leaves the old file or the new one."""
        content = {"model": self.model.state_dict(), "optimiser": self.optimiser.state_dict(), "done": self.done}
        torch.save(content, path.with_suffix(".new"))
        path.with_suffix(".new").replace(path)

    def resume(self, path: Path) -> None:
        """Continue from a checkpoint."""
        content = torch.load(path, weights_only=True)
        self.model.load_state_dict(content["model"])
        self.optimiser.load_state_dict(content["optimiser"])
        self.done = content["done"]


def order_of(lengths: Sequence[int], epoch: int, settings: Settings) -> NDArray[np.int64]:
    """Shuffled rows of one epoch [batches, rows], of similar length within a batch."""
    random = np.random.default_rng([settings.seed, epoch])
    shuffled = random.permutation(len(lengths))
    size, window = settings.batch, settings.batch * WINDOW
    groups = []
    for start in range(0, len(shuffled), window):
        rows = shuffled[start : start + window]
        rows = rows[np.argsort(np.take(lengths, rows), kind="stable")]
        batches = rows[: len(rows) // size * size].reshape(-1, size)
        groups.append(batches[random.permutation(len(batches))])
    return np.concatenate(groups)


def fine_tune(data: Path, work: Path, settings: Settings) -> None:
    """Tune on the rows in `data`, write the network and checkpoints to `work`. Raises DataError."""
    work.mkdir(parents=True, exist_ok=True)
    rows, bert, words = read_intent_rows(data), original(), tokenizer()
    print(f"{len(rows.texts)} sentences, {len(rows.names)} intents, {len(rows.words)} words of names", flush=True)
    bert.requires_grad_(False)
    upper = bert.encoder.layer[FROZEN:].requires_grad_(True)
    states, names = (lower_states(bert, words, texts) for texts in (rows.texts, rows.names))
    encoded = Encoded.of(upper, states, names)
    torch.manual_seed(settings.seed)
    tuning = Tuning.new(IntentModel(upper, rows), settings)
    if (work / CHECKPOINT).exists():
        tuning.resume(work / CHECKPOINT)
    lengths, intents = [len(state) for state in states], np.array(rows.intents)
    per_epoch = len(order_of(lengths, 0, settings))
    losses: list[float] = []
    tuning.model.train()
    while tuning.done < settings.stop:
        epoch, batch = divmod(tuning.done, per_epoch)
        chosen = order_of(lengths, epoch, settings)[batch]
        losses.append(tuning.step(Batch(chosen, intents[chosen]), encoded, settings))
        if tuning.done % SAVE_EVERY == 0:
            tuning.save(work / CHECKPOINT)
            print(f"step {tuning.done}: loss {np.mean(losses[-SAVE_EVERY:]):.3f}", flush=True)
    bert.eval().save_pretrained(work / NETWORK)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the data sets")
    parser.add_argument("--work", type=Path, required=True, help="scratch folder: checkpoint and the tuned network")
    parser.add_argument("--threads", type=int, default=2)
    for name, value in asdict(Settings()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    options = vars(parser.parse_args())
    torch.set_num_threads(options["threads"])
    fine_tune(options["data"], options["work"], Settings(**{name: options[name] for name in asdict(Settings())}))


if __name__ == "__main__":
    main()
