"""Similarity to names, descriptions and rows, in standard deviations over other texts: heads for few rows or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.data import words_of
from tagging.learning.features import encode_all
from tagging.learning.heads.logistic import Linear
from tagging.learning.numeric import Annotations, Floats, Floats32, Ints
from tagging.model import TextEncoder
from tagging.taxonomy import Label

ROW_SHARE = 0.5
"""Weight of the mean of a label's rows beside the direction of its name and description."""
WEIGHT = 2.0
"""Logits per standard deviation that similarity adds where each label has one row; with n rows, a part in n."""
LEAST_WEIGHT = 0.25
"""Below it, nothing is added: with 8 rows a label, rows alone are better."""


@dataclass(frozen=True)
class SimilarityPrior:
    """Directions of labels, and the texts over which similarity is standardised."""

    directions: Floats
    """Of length 1 [dimension, labels]."""
    over: Floats32
    """[texts, dimension]."""

    def added(self, dense: NDArray[np.floating], annotations: Annotations, columns: Ints) -> Linear | None:
        """What similarity adds to the logits of the labels of these columns; None where rows are many.

        From the dense features of rows [rows, dimension] and their annotations. With a bias, so that a text as similar
        as the mean of the others gets nothing.
        """
        positive = (annotations.positive & annotations.observed)[:, columns]
        counts = positive.sum(axis=0)
        weight = WEIGHT / max(float(counts.mean()), 1.0)
        if weight < LEAST_WEIGHT:
            return None
        rows = dense.T @ positive / np.maximum(counts, 1)
        directions = self.directions[:, columns] + ROW_SHARE * rows / np.maximum(np.linalg.norm(rows, axis=0), 1e-9)
        return standardised(directions, self.over @ directions, weight)


def label_directions(encoder: TextEncoder, labels: Sequence[Label]) -> Floats:
    """The mean direction of each label's name, description and examples [dimension, labels]."""
    columns = []
    for label in labels:
        texts = dict.fromkeys((words_of(label.id), label.description, *label.examples))
        mean = encode_all(encoder, list(texts)).dense.astype(np.float64).mean(axis=0)
        columns.append(mean / np.linalg.norm(mean))
    return np.stack(columns, axis=1)


def standardised(directions: Floats, similarity: Floats, weight: float, usual: float = 0.0) -> Linear:
    """Heads whose logit is `weight` for each standard deviation of similarity [texts, labels] above `usual` of them."""
    mean, deviation = similarity.mean(axis=0), np.maximum(similarity.std(axis=0), 1e-6)
    return Linear(weight * directions / deviation, -weight * (mean / deviation + usual))
