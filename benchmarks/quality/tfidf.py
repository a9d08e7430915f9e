"""TF-IDF of words and word pairs with logistic regression, by scikit-learn, as a `Scorer`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from tagging.learning.numeric import Annotations, Bools, Floats

NEVER = -12.0
"""Logit of a label without a positive training row."""


@dataclass(frozen=True)
class TfIdf:
    """The texts of all rows, and the inverse of the regularisation strength."""

    texts: Sequence[str]
    inverse_penalty: float = 300.0
    """C: the best of 10, 30, 100 and 300 on NLU++ banking, runs 0 to 2 (see layers/mail_model/LOG.md)."""

    def logits(self, annotations: Annotations, train: Bools, rows: Bools) -> Floats:
        """Logits [rows marked `rows`, labels], learned from the rows marked `train` alone."""
        vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        train_vectors = vectorizer.fit_transform(compress(self.texts, train))
        vectors = vectorizer.transform(compress(self.texts, rows))
        logits = np.full((vectors.shape[0], annotations.positive.shape[1]), NEVER)
        for label in range(annotations.positive.shape[1]):
            known, positive = annotations.observed[train, label], annotations.positive[train, label]
            if positive[known].all() or not positive[known].any():
                logits[:, label] = -NEVER if known.any() and positive[known].all() else NEVER
                continue
            model = LogisticRegression(C=self.inverse_penalty, class_weight="balanced", max_iter=1000)
            logits[:, label] = model.fit(train_vectors[known], positive[known]).decision_function(vectors)
        return logits
