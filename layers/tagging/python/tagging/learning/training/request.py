"""The request of a training, and what the trainer of each kind of item returns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from numpy import float32
from numpy.typing import NDArray

from tagging.learning.calibration import OutOfFold
from tagging.learning.data import Example
from tagging.learning.heads import Choice, Hyperparameters, Linear
from tagging.learning.numeric import Annotations
from tagging.model import Aggregate, Lexicon, Reference
from tagging.taxonomy import Taxonomy

Progress = Callable[[str, int, int], None]
"""Called with the stage, how much of it is done, and how much there is."""
CHECKED = 200
"""Items on which the exported heads are compared with the trainer."""


@dataclass(frozen=True)
class TrainRequest:
    """What to train, from what, and where to put it."""

    rows: Sequence[Example]
    """All texts, or all images; none to learn from names and descriptions alone."""
    taxonomy: Taxonomy
    encoder: Path
    """Of texts or of images, as the rows are."""
    out: Path
    seed: int = 0
    cache: Path | None = None
    """Folder that keeps features between trainings; None keeps none."""
    aggregate: Aggregate | None = None
    """The pooling of a mail's sentences; None: chosen by cross-validation."""
    background: Path | None = None
    """File of texts that have none of the labels, except those that are similar to a row; for images, None."""
    background_without: Collection[str] = ()
    """Sources of the background that are left out."""
    unlabelled: Path | None = None
    """File of texts like those that are served, over which similarities are standardised where there are no rows."""
    descriptions: bool = True
    """Learn from names, descriptions and examples of labels too; for images, from rows alone."""
    hyperparameters: Hyperparameters | None = None
    """None: those chosen for texts, or for images."""
    about: Mapping[str, object] = field(default_factory=dict)
    """What the manifest says about the data: its origin, its hash."""
    strict: bool = False
    """Raise DataError if a row cannot be used."""


@dataclass(frozen=True)
class TrainingResult:
    """Heads learned from items of one kind, before decisions are tuned and files written."""

    linear: Linear
    """As stored."""
    out_of_fold: OutOfFold
    annotations: Annotations
    """Annotations of the rows learned from [rows, labels in use]."""
    hyperparameters: Hyperparameters
    choice: Choice
    lexicon: Lexicon | None
    """None for images."""
    encoder_version: str
    dense: int
    """Features of the encoder."""
    checked: NDArray[float32]
    """Features of at most CHECKED items."""
    golden: Sequence[str | bytes]
    """Candidates for the bundle's golden items: texts, or drawn image files."""
    skipped: Mapping[str, str]
    """Id of each row that could not be used -> why."""
    composed: bool
    """Whether the out-of-fold items are mails composed of the rows."""
    reference: Reference | None = None
    """To tell items that are unlike the rows."""
    statistics: Mapping[str, object] = field(default_factory=dict)
    """Statistics for items of this kind alone, to detect later whether the items have changed."""
