"""What to train, from what, and where to put it; and what of it the trainers of each kind of item hand over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from numpy import float32
from numpy.typing import NDArray

from tagging.learning.calibration import OutOfFold
from tagging.learning.data import Row
from tagging.learning.heads import Choice, Hyperparameters, Linear
from tagging.learning.numeric import Answers
from tagging.model import Aggregate, Lexicon
from tagging.taxonomy import Taxonomy

Progress = Callable[[str, int, int], None]
"""Called with the stage, how much of it is done, and how much there is."""
CHECKED = 200
"""Items on which the exported heads are compared with the trainer's."""


@dataclass(frozen=True)
class TrainRequest:
    """What to train, from what, and where to put it."""

    rows: Sequence[Row]
    """All texts, or all images."""
    taxonomy: Taxonomy
    encoder: Path
    """Of texts or of images, as the rows are."""
    out: Path
    seed: int = 0
    cache: Path | None = None
    """Folder that keeps features between trainings; None keeps none."""
    aggregate: Aggregate | None = None
    """How mails are heard; chosen by cross-validation where it is None."""
    descriptions: bool = True
    """Let names, descriptions and examples of labels teach; images learn from rows alone."""
    recipe: Hyperparameters | None = None
    """None takes the one chosen for texts, or for images."""
    about: Mapping[str, object] = field(default_factory=dict)
    """What the manifest should say of the data beside the options: where it is from, its hash."""
    strict: bool = False
    """Learn nothing where a row cannot be used."""


@dataclass(frozen=True)
class TrainingResult:
    """Heads that were learned from one kind of items, before anything is decided or written."""

    linear: Linear
    """As it will be stored."""
    trials: OutOfFold
    answers: Answers
    """Of what was learned from [rows, labels in use]."""
    recipe: Hyperparameters
    choice: Choice
    lexicon: Lexicon | None
    """None for images."""
    encoder_version: str
    dense: int
    """Features of the encoder."""
    checked: NDArray[float32]
    """Features of at most CHECKED items."""
    golden: Sequence[str | bytes]
    """Texts, or drawn image files, that may become the bundle's golden items."""
    skipped: Mapping[str, str]
    """Ids of rows that could not be used -> why."""
    composed: bool
    """Whether trials are mails composed of the rows."""
    statistics: Mapping[str, object] = field(default_factory=dict)
    """What is kept of items of this kind alone, for whoever asks later whether they have changed."""
