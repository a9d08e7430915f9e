"""A peer: TF-IDF of words and word pairs with logistic regression, by scikit-learn."""

from __future__ import annotations

import os
from itertools import compress
from pathlib import Path

import joblib
from calls import answer_with

from tagging.mail import parse_mail

model = joblib.load(Path(os.environ["PEER_FILES"]) / "tfidf.joblib")


def labels_of(data):
    """The labels of a mail's bytes, from its full text."""
    return list(compress(model["labels"], model["pipeline"].predict([parse_mail(data).full_text])[0]))


def handler(event, _context):
    """Lambda's entry point."""
    return answer_with(labels_of, event)
