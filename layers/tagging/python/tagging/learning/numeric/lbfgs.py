"""Weighted logistic regression of many labels over the same rows, all labels at once (limited-memory BFGS).

Each label has its own memory of curvature and its own step; only the large matrix products are shared.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tagging.learning.numeric.arrays import Floats
from tagging.learning.numeric.logits import sigmoid

MEMORY = 10
"""Past steps from which a direction is computed."""
TOLERANCE = 3e-5
"""Largest slope left along any coordinate, of the loss per unit of sample weight."""
MAX_ITERATIONS = 500
STEP_ITERATIONS = 6
"""Newton iterations for the length of a step; they need no matrix product."""


class Rows(Protocol):
    """Features [rows, features] that can be multiplied from both sides: a numpy array, or one that is mostly zero."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(rows, features)."""

    def times(self, weights: Floats) -> Floats:
        """[features, labels] -> [rows, labels]."""

    def transposed_times(self, slopes: Floats) -> Floats:
        """[rows, labels] -> [features, labels]."""

    def squares_transposed_times(self, sample_weights: Floats) -> Floats:
        """Like `transposed_times`, of the squared features."""


@dataclass(frozen=True)
class DenseRows:
    """Rows as one array [rows, features]."""

    array: Floats

    @property
    def shape(self) -> tuple[int, ...]:
        """(rows, features)."""
        return self.array.shape

    def times(self, weights: Floats) -> Floats:
        """[features, labels] -> [rows, labels]."""
        result: Floats = self.array @ weights
        return result

    def transposed_times(self, slopes: Floats) -> Floats:
        """[rows, labels] -> [features, labels]."""
        result: Floats = self.array.T @ slopes
        return result

    def squares_transposed_times(self, sample_weights: Floats) -> Floats:
        """Like `transposed_times`, of the squared features."""
        result: Floats = (self.array**2).T @ sample_weights
        return result


@dataclass(frozen=True)
class Loss:
    """The loss of each label: half its weights' squared length + sum over rows of sample weight x log loss.

    The logit of a row is its features times the weights, plus a bias without penalty, plus the row's offset.
    """

    rows: Rows
    targets: Floats
    """1 or 0, or a share in between [rows, labels]."""
    sample_weights: Floats
    """The weight of a row for a label [rows, labels]; 0 leaves it out."""
    offsets: Floats
    """The part of the logits that is not learned [rows, labels]."""

    def take(self, labels: NDArray[np.intp]) -> Loss:
        """The same for these labels only."""
        return Loss(self.rows, self.targets[:, labels], self.sample_weights[:, labels], self.offsets[:, labels])


def minimise(loss: Loss, tolerance: float = TOLERANCE) -> tuple[Floats, Floats]:
    """Weights [features, labels] and biases [labels] at the minimum; the same bits for the same input.

    Nocedal and Wright 2006, algorithm 7.4, started from the curvature's diagonal instead of one number, with steps
    by Newton's method along the direction: the loss is convex, so that this needs no other safeguard than bounds.
    """
    count = loss.sample_weights.shape[1]
    result = np.zeros((loss.rows.shape[1] + 1, count))
    remaining = np.arange(count)
    state = _State(loss, tolerance)
    for _ in range(MAX_ITERATIONS):
        moving = state.step_all()
        if moving.mean() < 0.5:
            result[:, remaining] = state.point
            remaining, state = remaining[moving], state.take(np.flatnonzero(moving))
        if not len(remaining):
            break
    result[:, remaining] = state.point
    return result[:-1], result[-1]


class _State:
    """The current point of each label, and its last steps."""

    def __init__(self, loss: Loss, tolerance: float) -> None:
        self._loss, self._tolerance = loss, tolerance
        self.point = np.zeros((loss.rows.shape[1] + 1, loss.sample_weights.shape[1]))
        self._logits = loss.offsets.copy()
        total_weights = loss.sample_weights.sum(axis=0)
        self._max_slopes = tolerance * total_weights
        self._curvature = np.vstack(
            [loss.rows.squares_transposed_times(loss.sample_weights) / 4 + 1, total_weights / 4 + 1e-9]
        )
        self._slope = self._slopes()
        self._steps: deque[tuple[Floats, Floats, Floats]] = deque(maxlen=MEMORY)

    def take(self, labels: NDArray[np.intp]) -> _State:
        """The state of these labels only."""
        taken = object.__new__(_State)
        taken._loss, taken._tolerance = self._loss.take(labels), self._tolerance
        for name in ("point", "_logits", "_max_slopes", "_curvature", "_slope"):
            setattr(taken, name, getattr(self, name)[..., labels])
        steps = ((step[:, labels], change[:, labels], scale[labels]) for step, change, scale in self._steps)
        taken._steps = deque(steps, maxlen=MEMORY)
        return taken

    def step_all(self) -> NDArray[np.bool_]:
        """Make one step for every label; returns which labels are not at their minimum yet [labels]."""
        moving: NDArray[np.bool_] = np.abs(self._slope).max(axis=0) > self._max_slopes
        if not moving.any():
            return moving
        direction = self._direction() * moving
        along = self._loss.rows.times(direction[:-1]) + direction[-1]
        length = self._step_length(direction, along)
        step = direction * length
        self.point += step
        self._logits += along * length
        before, self._slope = self._slope, self._slopes()
        change = self._slope - before
        product = np.einsum("fl,fl->l", step, change)
        # A label that did not move, or moved by rounding alone, leaves no curvature behind.
        scale = np.where(product > 1e-12, 1 / np.maximum(product, 1e-12), 0.0)
        self._steps.append((step, change, scale))
        return moving

    def _slopes(self) -> Floats:
        errors = self._loss.sample_weights * (sigmoid(self._logits) - self._loss.targets)
        slopes = np.vstack([self._loss.rows.transposed_times(errors), errors.sum(axis=0)])
        slopes[:-1] += self.point[:-1]
        return slopes

    def _direction(self) -> Floats:
        """The descent direction, from the stored steps [features + 1, labels]."""
        slope, shares = self._slope.copy(), []
        for step, change, scale in reversed(self._steps):
            shares.append(scale * np.einsum("fl,fl->l", step, slope))
            slope -= shares[-1] * change
        direction: Floats = slope / self._curvature
        if self._steps:
            _, change, scale = self._steps[-1]
            size = scale * np.einsum("fl,fl->l", change, change / self._curvature)
            direction /= np.where(size > 0, size, 1.0)
        for (step, change, scale), share in zip(self._steps, reversed(shares), strict=True):
            direction += step * (share - scale * np.einsum("fl,fl->l", change, direction))
        direction *= -1
        return direction

    def _step_length(self, direction: Floats, along: Floats) -> Floats:
        """The length of the step along the direction [labels], by Newton's method on the loss along it."""
        squared = np.einsum("fl,fl->l", direction[:-1], direction[:-1])
        mixed = np.einsum("fl,fl->l", direction[:-1], self.point[:-1])
        length = np.ones(direction.shape[1])
        start = np.abs(np.einsum("fl,fl->l", direction, self._slope))
        for _ in range(STEP_ITERATIONS):
            chances = sigmoid(self._logits + along * length)
            sample_weights = self._loss.sample_weights
            slope = (
                np.einsum("rl,rl,rl->l", sample_weights, chances - self._loss.targets, along) + mixed + length * squared
            )
            bend = np.einsum("rl,rl,rl->l", sample_weights, chances * (1 - chances), along**2) + squared
            if (np.abs(slope) <= 0.1 * start).all():
                break
            proposed = length - slope / np.maximum(bend, 1e-12)
            length = np.clip(proposed, length / 8, length * 8)
        result: Floats = np.where(start > 0, length, 0.0)
        return result
