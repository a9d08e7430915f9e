"""A peer to be measured beside: TF-IDF of words and word pairs with logistic regression, all by scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from tagging.learning.numeric import Answers, Bools, Floats

NEVER = -12.0
"""Logit of a label without a yes to learn from."""


@dataclass(frozen=True)
class TfIdf:
    """The texts of all rows, and how closely rows are fitted."""

    texts: Sequence[str]
    inverse_penalty: float = 300.0
    """C: the best of 10, 30, 100 and 300 on NLU++ banking, runs 0 to 2 (see LOG.md)."""

    def logits(self, answers: Answers, learn: Bools, told: Bools) -> Floats:
        """Logits [rows marked `told`, labels] after learning from the rows marked `learn` alone."""
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        rows = words.fit_transform(compress(self.texts, learn))
        asked = words.transform(compress(self.texts, told))
        result = np.full((asked.shape[0], answers.yes.shape[1]), NEVER)
        for label in range(answers.yes.shape[1]):
            known, yes = answers.known[learn, label], answers.yes[learn, label]
            if yes[known].all() or not yes[known].any():
                result[:, label] = -NEVER if known.any() and yes[known].all() else NEVER
                continue
            model = LogisticRegression(C=self.inverse_penalty, class_weight="balanced", max_iter=1000)
            result[:, label] = model.fit(rows[known], yes[known]).decision_function(asked)
        return result
