"""The interface of a kind of head in training; each kind is in the module of this folder that has its name."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol

from tagging.learning.heads.logistic import Hyperparameters, Linear, Rotated
from tagging.learning.numeric import Annotations, Bools, Floats, ScoreMap, WideRows


class TrainingHeadKind(Protocol):
    """`KIND` of the module of the kind's name. Arrays are [rows, labels of one head] if nothing else is said."""

    @property
    def fitted_together(self) -> bool:
        """Whether labels of several heads of this kind can be fitted in one call; else each head alone."""

    @property
    def learns_none(self) -> bool:
        """Whether items without a label are a class of their own; else they are negatives of each label."""

    @property
    def has_confusion(self) -> bool:
        """Whether a confusion matrix describes the head's errors."""

    def fit(
        self,
        features: Rotated | WideRows,
        annotations: Annotations,
        hyperparameters: Hyperparameters,
        prior: Linear | None,
    ) -> Linear:
        """Weights and biases learned from the observed cells, drawn towards the prior's weights."""

    def score_maps(self, logits: Floats, annotations: Annotations, repeats: float) -> list[ScoreMap]:
        """How each label's out-of-fold logits become probabilities; `repeats`: items per labelled row."""

    def assignable(self, scores: Floats) -> Floats:
        """The scores, with 0 for labels that no threshold would assign."""

    def best_threshold(self, scores: Floats, positive: Bools) -> float:
        """The threshold of the highest F1 on assignable scores [cells]; needs one positive."""

    def assigned(self, scores: Floats, thresholds: Floats) -> Bools:
        """Which labels are assigned by these thresholds [labels]."""

    def unanswered(self, assigned: Bools) -> Bools:
        """Rows for which the head has no answer [rows]."""

    def of_composed(self, annotations: Annotations, *, ranked: bool) -> Annotations:
        """The annotations of items composed of several rows, where `annotations` has the union of the rows' labels."""


def training_kind(name: str) -> TrainingHeadKind:
    """The kind of this name; it is among `HEAD_KINDS`."""
    kind: TrainingHeadKind = import_module(f"{__name__.rpartition('.')[0]}.{name}").KIND
    return kind
