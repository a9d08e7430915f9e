"""Makes the files that peers load: the encoder in fp32, the shipped heads as matrices, TF-IDF trained on our labels.

`tagging benchmark peers` runs it once: `python -m benchmarks.peers.handlers.prepare --bundle DIR --out DIR`
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import joblib
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import make_pipeline

from tagging.mail import text_mail
from tagging.start import load_bundle

TEXTS = Path("events/examples/shop.csv")


def write_heads(tagger, path):
    """The heads are linear: their logits for zero and for each unit vector are their biases and weights."""
    widths = {name: shape[-1] for name, shape in tagger.bundle.heads.inputs.items()}

    def logits(name=None):
        rows = widths[name] if name else 1
        feeds = {key: np.zeros((rows, width), np.float32) for key, width in widths.items()}
        if name:
            np.fill_diagonal(feeds[name], 1)
        return tagger.bundle.heads.run(["logits"], feeds)[0]

    biases = logits()[0]
    np.savez(path, biases=biases, **{name: logits(name) - biases for name in widths})


def write_tfidf(tagger, path):
    """One regression a label, from example messages with the labels that the shipped tagger gives them."""
    with TEXTS.open(encoding="utf-8") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    predicted = [{label.id for label in tagger.tag(text_mail(text)).labels} for text in texts]
    labels = list(tagger.bundle.taxonomy.labels)
    positive = np.array([[label in ids for label in labels] for ids in predicted])
    varies = positive.any(0) & ~positive.all(0)
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    regression = LogisticRegression(C=300, class_weight="balanced", max_iter=1000)
    pipeline = make_pipeline(words, MultiOutputClassifier(regression)).fit(texts, positive[:, varies])
    joblib.dump(
        {"labels": [label for label, kept in zip(labels, varies, strict=True) if kept], "pipeline": pipeline}, path
    )


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--bundle", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    tagger = load_bundle(options.bundle, packs=["all"])
    from benchmarks.peers.handlers.fp32 import write_encoder  # torch is an extra, and slow to import

    write_encoder(options.out / "encoder_fp32.onnx")
    write_heads(tagger, options.out / "heads.npz")
    write_tfidf(tagger, options.out / "tfidf.joblib")


if __name__ == "__main__":
    main()
