"""From rows and a taxonomy to a bundle: what was learned from texts or images, decided on, and written as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tagging.learning.calibration import decide, scores_for, told
from tagging.learning.data import DataError, Problem, kind_of
from tagging.learning.heads import Choice, check_agreement, export_heads
from tagging.learning.training.bundle_folder import Parts, write_bundle
from tagging.learning.training.image_trainer import train_images
from tagging.learning.training.request import Progress, TrainingResult, TrainRequest
from tagging.learning.training.text_trainer import train_texts
from tagging.model import Decision
from tagging.taxonomy import Taxonomy

__all__ = ["LabelLearned", "TrainRequest", "Trained", "train_bundle"]

Counts = NDArray[np.int64]
LESSONS: Mapping[Literal["text", "image"], Callable[[TrainRequest, Taxonomy, Progress], TrainingResult]] = {
    "text": train_texts,
    "image": train_images,
}
"""How heads are learned from items of each kind; all that follows is the same."""


@dataclass(frozen=True)
class LabelLearned:
    """What training can say of one label."""

    id: str
    rows: int
    """Rows with a known yes."""
    f1: float | None
    """Out of fold, on the trials that the threshold was tuned on; None without a known yes among them."""
    decision: Decision


@dataclass(frozen=True)
class Trained:
    """What came out, beside the bundle."""

    kind: Literal["text", "image"]
    labels: tuple[LabelLearned, ...]
    choice: Choice
    rows: int
    skipped: Mapping[str, str]
    """Ids of rows that could not be used -> why."""
    trials: int
    composed: bool
    """Whether trials are mails composed of the rows."""
    heads_bytes: int
    furthest: float
    """How far a logit of the exported heads was from the trainer's at most."""


def no_progress(stage: str, done: int, total: int) -> None:
    """The progress that nobody is told of."""


def train_bundle(request: TrainRequest, progress: Progress = no_progress) -> Trained:
    """Train and write the bundle; the same request gives the same bytes on the same machine.

    Raises DataError where the rows cannot teach anything, BundleError where the encoder cannot be used, NoGoldenText
    and ExportError. Until the bundle is whole, what was at `out` stays there.
    """
    taxonomy = request.taxonomy.in_use()
    kind = kind_of(request.rows)
    lesson = LESSONS[kind](request, taxonomy, progress)
    if request.strict and lesson.skipped:
        problems = [Problem(f"row {row}", None, why) for row, why in lesson.skipped.items()]
        raise DataError(f"{len(problems)} rows cannot be used", problems)
    given = (lesson.answers.positive & lesson.answers.observed).sum(axis=0)
    decisions = decide(taxonomy, lesson.trials, lesson.recipe.threshold_prior, given > 0)
    heads = export_heads(lesson.linear, list(taxonomy.labels), lesson.dense, lesson.encoder_version)
    furthest = check_agreement(heads, lesson.linear, lesson.checked)
    progress("bundle", 0, 1)
    write_bundle(
        request.out,
        Parts(
            encoder=request.encoder,
            encoder_version=lesson.encoder_version,
            heads=heads,
            lexicon=lesson.lexicon,
            taxonomy=taxonomy,
            decisions=decisions,
            statistics=_statistics(taxonomy, lesson, decisions),
            about=_about(request, lesson),
            aggregate=lesson.choice.way.aggregate,
            sentence_share=lesson.choice.way.share,
        ),
        lesson.golden,
    )
    progress("bundle", 1, 1)
    return Trained(
        kind=kind,
        labels=_labels_learned(taxonomy, lesson, decisions, given),
        choice=lesson.choice,
        rows=len(request.rows) - len(lesson.skipped),
        skipped=lesson.skipped,
        trials=len(lesson.trials.logits),
        composed=lesson.composed,
        heads_bytes=len(heads.content),
        furthest=furthest,
    )


def _labels_learned(
    taxonomy: Taxonomy, lesson: TrainingResult, decisions: Mapping[str, Decision], rows: Counts
) -> tuple[LabelLearned, ...]:
    found = []
    scores = scores_for(taxonomy, lesson.trials.logits, decisions)
    given = told(taxonomy, scores, decisions).given
    answers = lesson.trials.answers
    for column, label_id in enumerate(taxonomy.labels):
        known = answers.observed[:, column]
        said = given[known, column]
        holds = answers.positive[known, column]
        total = int(said.sum() + holds.sum())
        f1 = 2 * int((said & holds).sum()) / total if holds.any() else None
        found.append(LabelLearned(label_id, int(rows[column]), f1, decisions[label_id]))
    return tuple(found)


def _statistics(taxonomy: Taxonomy, lesson: TrainingResult, decisions: Mapping[str, Decision]) -> dict[str, object]:
    """What the training data looked like, for whoever asks later whether the items have changed.

    A label's mean score is over the trials that it was asked of, the share that was given it over all.
    """
    scores = scores_for(taxonomy, lesson.trials.logits, decisions)
    found = told(taxonomy, scores, decisions)
    answers = lesson.answers
    yes, known = (answers.positive & answers.observed).sum(axis=0), answers.observed.sum(axis=0)
    means = np.where(found.asked, scores, 0.0).sum(axis=0) / np.maximum(found.asked.sum(axis=0), 1)
    given = found.given.mean(axis=0)
    labels = {
        label_id: {
            "yes": int(yes[column]),
            "known": int(known[column]),
            "mean_score": round(float(means[column]), 4),
            "given": round(float(given[column]), 4),
        }
        for column, label_id in enumerate(taxonomy.labels)
    }
    return {"rows": len(answers.positive), "trials": len(scores)} | dict(lesson.statistics) | {"labels": labels}


def _about(request: TrainRequest, lesson: TrainingResult) -> dict[str, object]:
    return dict(request.about) | {
        "rows": len(request.rows) - len(lesson.skipped),
        "options": asdict(lesson.recipe) | {"seed": request.seed, "descriptions": request.descriptions},
        "aggregate_chosen_by_micro_f1": dict(lesson.choice.micro_f1),
        "trials": {"count": len(lesson.trials.logits), "composed": lesson.composed},
    }
