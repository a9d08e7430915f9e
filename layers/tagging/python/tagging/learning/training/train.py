"""From rows and a taxonomy to a bundle: heads are learned, decisions tuned, and files written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.kinds import EncoderKind
from tagging.learning.calibration import assignment_of, scores_for, tune_decisions, tune_review
from tagging.learning.data import DataError, Problem, kind_of
from tagging.learning.heads import Choice, check_agreement, export_heads
from tagging.learning.training.bundle_folder import BundleContents, write_bundle
from tagging.learning.training.expectation import Expectation, expectation_of, objective_notes
from tagging.learning.training.image_trainer import train_images
from tagging.learning.training.request import Progress, TrainingResult, TrainRequest
from tagging.learning.training.text_trainer import train_texts
from tagging.learning.training.zero_shot_trainer import train_zero_shot
from tagging.model import Decision
from tagging.taxonomy import Taxonomy

__all__ = ["LabelResult", "TrainRequest", "TrainingSummary", "train_bundle"]

Counts = NDArray[np.int64]
TRAINERS: Mapping[EncoderKind, Callable[[TrainRequest, Taxonomy, Progress], TrainingResult]] = {
    "text": train_texts,
    "image": train_images,
}
"""The function that learns heads from items of a kind; all steps after it are the same."""


@dataclass(frozen=True)
class LabelResult:
    """The result for one label."""

    id: str
    rows: int
    """Positive rows."""
    f1: float | None
    """On the held-out items that the threshold was tuned on; None without a positive among them."""
    decision: Decision


@dataclass(frozen=True)
class TrainingSummary:
    """The result of a training, beside the bundle."""

    kind: EncoderKind
    labels: tuple[LabelResult, ...]
    choice: Choice
    rows: int
    skipped: Mapping[str, str]
    """Id of each row that could not be used -> why."""
    held_out: int
    """Items that thresholds were tuned on."""
    composed: bool
    """Whether these are mails composed of the rows."""
    heads_bytes: int
    max_difference: float
    """The largest difference between a logit of the exported heads and of the trainer."""
    expectation: Expectation | None = None
    """None where there are too few rows to expect anything."""
    notes: tuple[str, ...] = ()
    """What the floors of labels cost, a sentence each."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Ignore the progress."""


def train_bundle(request: TrainRequest, progress: Progress = no_progress) -> TrainingSummary:
    """Train and write the bundle; the same request gives the same bytes on the same machine.

    Raises DataError if nothing can be learned from the rows, BundleError if the encoder cannot be used, NoGoldenText
    and ExportError. What is at `out` is replaced only when the new bundle is complete.
    """
    taxonomy = request.taxonomy.in_use()
    kind = kind_of(request.rows)
    result = (TRAINERS[kind] if request.rows else train_zero_shot)(request, taxonomy, progress)
    if request.strict and result.skipped:
        problems = [Problem(f"row {row}", None, why) for row, why in result.skipped.items()]
        raise DataError(f"{len(problems)} rows cannot be used", problems)
    positives = (result.annotations.positive & result.annotations.observed).sum(axis=0)
    traffic = result.out_of_fold.as_traffic()
    decisions = tune_decisions(taxonomy, traffic, result.hyperparameters.threshold_prior, positives > 0)
    review = tune_review(taxonomy, result.out_of_fold, decisions)
    heads = export_heads(result.linear, list(taxonomy.labels), result.dense, result.encoder_version)
    max_difference = check_agreement(heads, result.linear, result.checked)
    progress("bundle", 0, 1)
    write_bundle(
        request.out,
        BundleContents(
            encoder=request.encoder,
            encoder_version=result.encoder_version,
            heads=heads,
            lexicon=result.lexicon,
            reference=result.reference,
            taxonomy=taxonomy,
            decisions=decisions,
            review=review,
            statistics=_statistics(taxonomy, result, decisions),
            about=_about(request, result),
            aggregate=result.choice.pooling.aggregate,
            sentence_share=result.choice.pooling.share,
            sentence_penalty=result.choice.pooling.penalty,
        ),
        result.golden,
    )
    progress("bundle", 1, 1)
    return TrainingSummary(
        kind=kind,
        labels=_labels_learned(taxonomy, result, decisions, positives),
        choice=result.choice,
        rows=len(request.rows) - len(result.skipped),
        skipped=result.skipped,
        held_out=len(result.out_of_fold.logits),
        composed=result.composed,
        heads_bytes=len(heads.content),
        max_difference=max_difference,
        expectation=expectation_of(taxonomy, result.out_of_fold, decisions),
        notes=tuple(objective_notes(taxonomy, result.out_of_fold, decisions)),
    )


def _labels_learned(
    taxonomy: Taxonomy, result: TrainingResult, decisions: Mapping[str, Decision], rows: Counts
) -> tuple[LabelResult, ...]:
    labels = []
    scores = scores_for(taxonomy, result.out_of_fold.logits, decisions)
    assignment = assignment_of(taxonomy, scores, decisions)
    annotations = result.out_of_fold.annotations
    for column, label_id in enumerate(taxonomy.labels):
        observed = annotations.observed[:, column]
        assigned = assignment.assigned[observed, column]
        positive = annotations.positive[observed, column]
        total = int(assigned.sum() + positive.sum())
        f1 = 2 * int((assigned & positive).sum()) / total if positive.any() else None
        labels.append(LabelResult(label_id, int(rows[column]), f1, decisions[label_id]))
    return tuple(labels)


def _statistics(taxonomy: Taxonomy, result: TrainingResult, decisions: Mapping[str, Decision]) -> dict[str, object]:
    """Statistics of the training data, to detect later whether the items have changed.

    A label's mean score is over the held-out items in which its head ran, its share of assigned items over all.
    """
    scores = scores_for(taxonomy, result.out_of_fold.logits, decisions)
    assignment = assignment_of(taxonomy, scores, decisions)
    annotations = result.annotations
    positive, observed = (annotations.positive & annotations.observed).sum(axis=0), annotations.observed.sum(axis=0)
    means = np.where(assignment.ran, scores, 0.0).sum(axis=0) / np.maximum(assignment.ran.sum(axis=0), 1)
    assigned = assignment.assigned.mean(axis=0)
    labels = {
        label_id: {
            "yes": int(positive[column]),
            "known": int(observed[column]),
            "mean_score": round(float(means[column]), 4),
            "given": round(float(assigned[column]), 4),
        }
        for column, label_id in enumerate(taxonomy.labels)
    }
    return {"rows": len(annotations.positive), "trials": len(scores)} | dict(result.statistics) | {"labels": labels}


def _about(request: TrainRequest, result: TrainingResult) -> dict[str, object]:
    return dict(request.about) | {
        "rows": len(request.rows) - len(result.skipped),
        "options": asdict(result.hyperparameters) | {"seed": request.seed, "descriptions": request.descriptions},
        "background": None if request.background is None else request.background.name,
        "aggregate_chosen_by_micro_f1": dict(result.choice.micro_f1),
        "trials": {"count": len(result.out_of_fold.logits), "composed": result.composed},
    }
