"""From rows and a taxonomy to a bundle: features, heads, the way mails are heard, thresholds, and the files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tagging.bundle import load_encoder
from tagging.learning.aggregation import Choice
from tagging.learning.bundle_folder import Parts, write_bundle
from tagging.learning.deciding import decide, scores_for
from tagging.learning.descriptions import description_prior
from tagging.learning.features import Encoded, choose_lexicon, encode_all
from tagging.learning.head_fit import Learner, wide_features
from tagging.learning.heads_file import check_agreement, export_heads
from tagging.learning.logistic import Recipe
from tagging.learning.mail_training import Learned, learn_heads
from tagging.learning.phrases import BY_HALF, KINDS
from tagging.learning.rows import Row
from tagging.learning.training_data import TrainingData, gather
from tagging.manifest import Aggregate, Decision
from tagging.taxonomy import Taxonomy

Counts = NDArray[np.int64]
Progress = Callable[[str, int, int], None]
"""Called with the stage, how much of it is done, and how much there is."""
CHECKED = 200
"""Texts on which the exported heads are compared with the trainer's."""
MOST_GOLDEN = 2000
"""Training rows that may be asked to be golden texts, where no text of the taxonomy's can be one."""


@dataclass(frozen=True)
class TrainRequest:
    """What to train, from what, and where to put it."""

    rows: Sequence[Row]
    taxonomy: Taxonomy
    encoder: Path
    out: Path
    seed: int = 0
    cache: Path | None = None
    """Folder that keeps features between trainings; None keeps none."""
    aggregate: Aggregate | None = None
    """How mails are heard; chosen by cross-validation where it is None."""
    descriptions: bool = True
    """Let names, descriptions and examples of labels teach."""
    recipe: Recipe = field(default_factory=Recipe)
    about: Mapping[str, object] = field(default_factory=dict)
    """What the manifest should say of the data beside the options: where it is from, its hash."""


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
    encoder, version = load_encoder(request.encoder)

    def encode(texts: Sequence[str]) -> Encoded:
        return encode_all(encoder, texts, request.cache, version, lambda d, t: progress("features", d, t))

    data = gather(request.rows, taxonomy, request.seed, encode, examples=request.descriptions)
    prior = description_prior(encoder, list(taxonomy.labels.values())) if request.descriptions else None
    pieces = [data.encoded.pieces[text] for text in data.rows.items.texts()]
    lexicon = choose_lexicon([*pieces, *(prior.pieces if prior else ())], request.recipe.lexical_weight)
    learner = Learner(
        features=wide_features(data.encoded, lexicon),
        heads=taxonomy.heads,
        recipe=request.recipe,
        directions=prior.directions(lexicon) if prior else None,
    ).turning(np.concatenate([data.rows.items.texts(), data.phrases.items.texts()]))
    learned = learn_heads(learner, data, request.aggregate, lambda done, total: progress("heads", done, total))
    given = (data.rows.answers.yes & data.rows.answers.known).sum(axis=0)
    decisions = decide(taxonomy, learned.trials, request.recipe.threshold_prior, given > 0)
    heads = export_heads(learned.linear, list(taxonomy.labels), data.encoded.dense.shape[1], version)
    some = data.encoded.take(data.rows.items.whole[:CHECKED])
    furthest = check_agreement(heads, learned.linear, some.features(lexicon))
    labels = _labels_learned(taxonomy, learned, decisions, given)
    progress("bundle", 0, 1)
    write_bundle(
        request.out,
        Parts(
            encoder=request.encoder,
            encoder_version=version,
            heads=heads,
            lexicon=lexicon,
            taxonomy=taxonomy,
            decisions=decisions,
            statistics=_statistics(taxonomy, learned, decisions, data),
            about=_about(request, learned.choice, data),
            aggregate=learned.choice.way.aggregate,
            sentence_share=learned.choice.way.share,
        ),
        _golden_candidates(taxonomy, request.rows),
    )
    progress("bundle", 1, 1)
    return Trained(
        labels=labels,
        choice=learned.choice,
        rows=len(request.rows) - len(data.skipped),
        skipped=data.skipped,
        trials=len(data.trials.parts),
        composed=data.composed,
        heads_bytes=len(heads.content),
        furthest=furthest,
    )


def _labels_learned(
    taxonomy: Taxonomy, learned: Learned, decisions: Mapping[str, Decision], given: Counts
) -> tuple[LabelLearned, ...]:
    found = []
    scores = scores_for(taxonomy, learned.trials.logits, decisions)
    answers = learned.trials.answers
    for column, label_id in enumerate(taxonomy.labels):
        known = answers.known[:, column]
        said = scores[known, column] >= decisions[label_id].threshold
        holds = answers.yes[known, column]
        total = int(said.sum() + holds.sum())
        f1 = 2 * int((said & holds).sum()) / total if holds.any() else None
        found.append(LabelLearned(label_id, int(given[column]), f1, decisions[label_id]))
    return tuple(found)


def _statistics(
    taxonomy: Taxonomy, learned: Learned, decisions: Mapping[str, Decision], data: TrainingData
) -> dict[str, object]:
    """What the training data looked like, for whoever asks later whether mail has changed."""
    scores = scores_for(taxonomy, learned.trials.logits, decisions)
    answers = data.rows.answers
    sentences = np.percentile(data.trials.items.counts, (10, 50, 90))
    return {
        "rows": len(answers.yes),
        "trials": len(scores),
        "sentences": {"p10": sentences[0], "p50": sentences[1], "p90": sentences[2]},
        "labels": {
            label_id: {
                "yes": int((answers.yes & answers.known)[:, column].sum()),
                "known": int(answers.known[:, column].sum()),
                "mean_score": round(float(scores[:, column].mean()), 4),
                "given": round(float((scores[:, column] >= decisions[label_id].threshold).mean()), 4),
            }
            for column, label_id in enumerate(taxonomy.labels)
        },
    }


def _about(request: TrainRequest, choice: Choice, data: TrainingData) -> dict[str, object]:
    return dict(request.about) | {
        "rows": len(request.rows) - len(data.skipped),
        "options": asdict(request.recipe) | {"seed": request.seed, "descriptions": request.descriptions},
        "aggregate_chosen_by_micro_f1": dict(choice.micro_f1),
        "trials": {"count": len(data.trials.parts), "composed": data.composed},
    }


def _golden_candidates(taxonomy: Taxonomy, rows: Sequence[Row]) -> list[str]:
    """Texts that are nobody's mail first: a bundle goes to more places than its training rows."""
    labels = taxonomy.labels.values()
    phrases = [phrase for half in BY_HALF.values() for kind in KINDS for phrase in half.of(kind)]
    own = [text for label in labels for text in (*label.examples, label.description)]
    return [*own, *phrases, *(row.text for row in rows[:MOST_GOLDEN])]
