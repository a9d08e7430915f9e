"""Predictions of the served tagger for the rows of a data set, beside their annotations."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tagging.item import Item, Mail
from tagging.learning.data import Example, annotations_of
from tagging.learning.numeric import Annotations, Bools, Floats, groups_of
from tagging.mail import text_mail
from tagging.model import Encoder, ImageEncoder, LabelSet, Tagger, is_english
from tagging.quarantine import Quarantined
from tagging.taxonomy import Taxonomy


@dataclass(frozen=True)
class PredictionSet:
    """Tagged rows with scores, predicted labels and annotations as arrays [rows, labels] in taxonomy order."""

    tagger: Tagger
    rows: tuple[Example, ...]
    label_sets: tuple[LabelSet, ...]
    seconds: Floats
    """Time of each row, from its text or file to its label set [rows]."""
    english: Bools
    """Whether the language detection takes each row for English [rows]; always True of images."""
    quarantined: Mapping[str, int]
    """How many further rows were quarantined, by reason."""

    @property
    def taxonomy(self) -> Taxonomy:
        """The bundle's taxonomy; its labels are the columns."""
        return self.tagger.bundle.taxonomy

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The ids of the columns."""
        return tuple(self.taxonomy.labels)

    @cached_property
    def scores(self) -> Floats:
        """Calibrated probabilities; 0 for labels of heads that did not run because their condition did not hold."""
        scores = [[label_set.scores.get(label, 0.0) for label in self.labels] for label_set in self.label_sets]
        return np.array(scores, dtype=np.float64).reshape(len(self.rows), len(self.labels))

    @cached_property
    def ran(self) -> Bools:
        """Labels of heads that ran [rows, labels]: all but those whose condition did not hold."""
        ran = [[label in label_set.scores for label in self.labels] for label_set in self.label_sets]
        return np.array(ran, dtype=bool).reshape(len(self.rows), len(self.labels))

    @cached_property
    def predicted(self) -> Bools:
        """Predicted labels [rows, labels]."""
        ids = ({label.id for label in label_set.labels} for label_set in self.label_sets)
        predicted = [[label in row_ids for label in self.labels] for row_ids in ids]
        return np.array(predicted, dtype=bool).reshape(len(self.rows), len(self.labels))

    @cached_property
    def review(self) -> Bools:
        """Rows that are flagged for review [rows]."""
        return np.array([label_set.review for label_set in self.label_sets], dtype=bool)

    @cached_property
    def annotations(self) -> Annotations:
        """The annotations of the data; a positive label makes its parents positive."""
        return annotations_of(self.rows, self.labels)

    @cached_property
    def group_of(self) -> NDArray[np.int64]:
        """Number of each row's group [rows]."""
        return groups_of([row.group for row in self.rows])

    @cached_property
    def annotated(self) -> Bools:
        """Labels with at least one answer [labels]; the others are in no metric."""
        return np.asarray(self.annotations.observed.any(axis=0))

    @cached_property
    def fully_labelled(self) -> Bools:
        """Rows with an answer for every annotated label [rows]."""
        return np.asarray(self.annotations.observed[:, self.annotated].all(axis=1))


def predict_rows(tagger: Tagger, rows: Sequence[Example], progress: Callable[[], None] = lambda: None) -> PredictionSet:
    """Tag every row as it would be served; `progress` is called after each."""
    kept: list[Example] = []
    label_sets: list[LabelSet] = []
    seconds: list[float] = []
    english: list[bool] = []
    quarantined: Counter[str] = Counter()
    for row in rows:
        begun = time.perf_counter()
        try:
            item = item_of(row, tagger.bundle.encoder)
            label_set = tagger.tag(item)
        except Quarantined as error:
            quarantined[error.reason] += 1
        else:
            seconds.append(time.perf_counter() - begun)
            kept.append(_with_parents(row, tagger.bundle.taxonomy))
            label_sets.append(label_set)
            english.append(not isinstance(item, Mail) or is_english(item.full_text))
        progress()
    return PredictionSet(
        tagger, tuple(kept), tuple(label_sets), np.array(seconds), np.array(english, dtype=bool), dict(quarantined)
    )


def item_of(row: Example, encoder: Encoder) -> Item:
    """The item of a row, as it would be served. Raises Quarantined."""
    if row.image is None:
        return text_mail(row.text)
    if not isinstance(encoder, ImageEncoder):
        raise Quarantined("wrong_kind", "only mails and texts are tagged here")
    from tagging.image import decode_image  # evaluations of mails do without Pillow

    return decode_image(row.image.path.read_bytes(), encoder.size)


def _with_parents(row: Example, taxonomy: Taxonomy) -> Example:
    """The row with the parents of its labels, which the tagger adds too, and without labels that the bundle lacks."""
    return replace(row, labels=frozenset(taxonomy.closed(row.labels & taxonomy.labels.keys())))
