"""What the served tagger says of the rows of a data set, beside what is known of them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tagging.item import Item, Mail
from tagging.learning.data import Row, answers_of
from tagging.learning.numeric import Answers, Bools, Floats, groups_of
from tagging.mail import text_mail
from tagging.model import Encoder, LabelSet, Tagger, is_english
from tagging.quarantine import Untaggable, WrongKind
from tagging.taxonomy import Taxonomy


@dataclass(frozen=True)
class PredictionSet:
    """Rows that were tagged, with scores, given labels and answers as arrays [rows, labels] in taxonomy order."""

    tagger: Tagger
    rows: tuple[Row, ...]
    label_sets: tuple[LabelSet, ...]
    seconds: Floats
    """Time of each row, from its text or file to its label set [rows]."""
    english: Bools
    """What the tagger's guess of the language says of each row [rows]; always True of images."""
    quarantined: Mapping[str, int]
    """How many further rows can never be tagged, by reason."""

    @property
    def taxonomy(self) -> Taxonomy:
        """The bundle's: its labels are the columns."""
        return self.tagger.bundle.taxonomy

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The ids of the columns."""
        return tuple(self.taxonomy.labels)

    @cached_property
    def scores(self) -> Floats:
        """Calibrated probabilities; 0 for a label that was not asked, because its head's condition did not hold."""
        found = [[label_set.scores.get(label, 0.0) for label in self.labels] for label_set in self.label_sets]
        return np.array(found, dtype=np.float64).reshape(len(self.rows), len(self.labels))

    @cached_property
    def ran(self) -> Bools:
        """Which labels the tagger was asked for [rows, labels]: all but those of heads whose condition did not hold."""
        found = [[label in label_set.scores for label in self.labels] for label_set in self.label_sets]
        return np.array(found, dtype=bool).reshape(len(self.rows), len(self.labels))

    @cached_property
    def given(self) -> Bools:
        """Which labels were given."""
        given = ({label.id for label in label_set.labels} for label_set in self.label_sets)
        found = [[label in of_row for label in self.labels] for of_row in given]
        return np.array(found, dtype=bool).reshape(len(self.rows), len(self.labels))

    @cached_property
    def review(self) -> Bools:
        """Which rows a person should look at [rows]."""
        return np.array([label_set.review for label_set in self.label_sets], dtype=bool)

    @cached_property
    def answers(self) -> Answers:
        """What holds and what is known; a label that holds brings its parents with it."""
        return answers_of(self.rows, self.labels)

    @cached_property
    def group_of(self) -> NDArray[np.int64]:
        """Number of each row's group [rows]."""
        return groups_of([row.group for row in self.rows])

    @cached_property
    def asked(self) -> Bools:
        """Labels of which the data know anything at all [labels]; the others are left out of every figure."""
        return np.asarray(self.answers.observed.any(axis=0))

    @cached_property
    def whole(self) -> Bools:
        """Fully labelled rows [rows]: every asked label is known to hold or not to hold."""
        return np.asarray(self.answers.observed[:, self.asked].all(axis=1))


def predict_rows(tagger: Tagger, rows: Sequence[Row], progress: Callable[[], None] = lambda: None) -> PredictionSet:
    """Tag every row as it would be served; `progress` is called after each."""
    kept: list[Row] = []
    label_sets: list[LabelSet] = []
    seconds: list[float] = []
    english: list[bool] = []
    quarantined: Counter[str] = Counter()
    for row in rows:
        begun = time.perf_counter()
        try:
            item = item_of(row, tagger.bundle.encoder)
            label_set = tagger.tag(item)
        except Untaggable as error:
            quarantined[error.reason] += 1
        else:
            seconds.append(time.perf_counter() - begun)
            kept.append(_closed(row, tagger.bundle.taxonomy))
            label_sets.append(label_set)
            english.append(not isinstance(item, Mail) or is_english(item.full_text))
        progress()
    return PredictionSet(
        tagger, tuple(kept), tuple(label_sets), np.array(seconds), np.array(english, dtype=bool), dict(quarantined)
    )


def item_of(row: Row, encoder: Encoder) -> Item:
    """What a row is about, as it would be served. Raises Untaggable."""
    if row.image is None:
        return text_mail(row.text)
    if encoder.kind == "text":
        raise WrongKind("mails and texts")
    from tagging.image import decode_image  # Pillow is there where images are

    return decode_image(row.image.path.read_bytes(), encoder.size)


def _closed(row: Row, taxonomy: Taxonomy) -> Row:
    """The row with the parents of what holds, as the tagger gives them; an older bundle does not know every label."""
    return replace(row, labels=frozenset(taxonomy.closed(row.labels & taxonomy.labels.keys())))
