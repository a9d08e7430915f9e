"""The three ways of hearing a mail side by side: on mails composed of NLU++ utterances, and on MultiDoGO conversations.

NLU++ folds 0 to 14 train and 15 to 17 test; 18 and 19 are kept for the default bundle, and are not looked at here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.calibrated import Calibrated, calibrated
from tagging.learning.calibration import decide, scores_for
from tagging.learning.data import DOMAINS, Domain, Row, answers_of, id_of, read_multidogo, read_nlupp
from tagging.learning.features import Encoded, choose_lexicon, encode_all, encode_items, spoken
from tagging.learning.heads import (
    CHEAPEST_FIRST,
    HeadTrainer,
    Hyperparameters,
    Labelled,
    description_prior,
    wide_features,
)
from tagging.learning.numeric import Answers
from tagging.learning.training import (
    BY_HALF,
    Learned,
    PhraseKind,
    Style,
    compose_mails,
    gather,
    learn_heads,
    mail_answers,
)
from tagging.model import Aggregate, load_encoder
from tagging.taxonomy import Head, Label, Taxonomy

TRAINING_FOLDS, TEST_FOLDS = range(15), range(15, 18)
MOST_CONVERSATIONS = 3000
STYLE = Style(BY_HALF["benchmark"], times=6, bare=0.0, opened=1.0)
"""Greeting, opening and ending in every mail; six mails an utterance, so that it matters little who met whom."""
SAID_BY: dict[PhraseKind, tuple[str, ...]] = {"greeting": ("greet",), "ending": ("end_call", "thank")}
"""NLU++ labels that a phrase may hold, which nobody asked of it: unknown in mails that have one."""


@dataclass(frozen=True)
class Contest:
    """Rows to learn from, and mails to be tested on."""

    name: str
    rows: Sequence[Row]
    texts: Sequence[str]
    answers: Answers
    taxonomy: Taxonomy
    repeats: int = 1
    """Mails that a test row is in: labels are judged by how many rows hold them."""


@dataclass(frozen=True)
class Outcome:
    """How one contest went: micro-F1 by the way that mails were heard, and what training chose."""

    name: str
    rows: int
    mails: int
    micro_f1: dict[Aggregate, float]
    chosen: Aggregate
    chosen_f1: float
    calibration: Calibrated
    """Of the chosen way."""
    cells: dict[str, tuple[int, int]]
    """For each way, and for what was `chosen`: twice the hits, and cells given plus cells held: F1's two parts."""


def together(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Micro-F1 over the mails of several contests, by way and of what was chosen in each."""
    hits = {way: sum(outcome.cells[way][0] for outcome in outcomes) for way in outcomes[0].cells}
    return {way: round(hits[way] / sum(outcome.cells[way][1] for outcome in outcomes), 4) for way in hits}


def contests(data: Path) -> Iterator[Contest]:
    """Both domains of NLU++, then MultiDoGO. Raises DataError."""
    for domain in DOMAINS:
        yield composed_contest(data, domain)
    yield conversation_contest(data)


def composed_contest(data: Path, domain: Domain) -> Contest:
    """Heads from one domain's utterances, tested on mails of one to three of its held-out ones."""
    found = read_nlupp(data, domain)
    test = [row for row, fold in zip(found.rows, found.folds, strict=True) if fold in TEST_FOLDS]
    mails = compose_mails([row.text for row in test], np.zeros(len(test), dtype=np.int64), STYLE, seed=1)
    answers = mail_answers(mails, answers_of(test, found.labels))
    for kind, labels in SAID_BY.items():
        having = np.array([kind in mail.phrases for mail in mails])
        for column in [found.labels.index(label) for label in labels if label in found.labels]:
            answers.known[:, column] &= answers.yes[:, column] | ~having
    return Contest(
        name=f"NLU++ {domain}, composed mails",
        rows=[row for row, fold in zip(found.rows, found.folds, strict=True) if fold in TRAINING_FOLDS],
        texts=[mail.text for mail in mails],
        answers=answers,
        taxonomy=_described({label: found.descriptions[label] for label in found.labels}),
        repeats=STYLE.times,
    )


def conversation_contest(data: Path) -> Contest:
    """Heads from MultiDoGO conversations labelled as wholes, tested on those of its development split."""
    found = [row for row in read_multidogo(data) if row.labels]
    rows = {
        split: [Row(row.id, row.text, frozenset(map(id_of, row.labels))) for row in found if row.split == split]
        for split in ("train", "dev")
    }
    labels = sorted({label for row in rows["train"] for label in row.labels})
    chosen = np.random.default_rng(0).permutation(len(rows["train"]))[:MOST_CONVERSATIONS]
    return Contest(
        name="MultiDoGO, conversations labelled as wholes",
        rows=[rows["train"][place] for place in sorted(chosen)],
        texts=[row.text for row in rows["dev"]],
        answers=answers_of(rows["dev"], labels),
        taxonomy=_described({label: label for label in labels}),
    )


def run_contest(contest: Contest, encoder_folder: Path, cache: Path | None, step: Callable[[], None]) -> Outcome:
    """Train each way by itself and let training choose; `step` is called after each of the four. Raises BundleError."""
    encoder, version = load_encoder(encoder_folder)

    def encode(texts: Sequence[str]) -> Encoded:
        return encode_all(encoder, texts, cache, version)

    data = gather(contest.rows, contest.taxonomy, 0, encode, examples=False)
    recipe = Hyperparameters()
    prior = description_prior(encoder, list(contest.taxonomy.labels.values()))
    pieces = [data.encoded.pieces[text] for text in data.rows.items.texts()]
    lexicon = choose_lexicon([*pieces, *prior.pieces], recipe.lexical_weight)
    features = wide_features(data.encoded, lexicon)
    learner = HeadTrainer(features, contest.taxonomy.heads, recipe, prior.directions(lexicon))
    learner = learner.turning(np.concatenate([data.rows.items.texts(), data.phrases.items.texts()]))
    items = encode_items([spoken(text) for text in contest.texts], encode)
    test = Labelled(items, contest.answers, np.zeros(len(contest.texts), dtype=np.int64))
    heard = HeadTrainer(wide_features(items.encoded, lexicon), contest.taxonomy.heads, recipe)
    cells: dict[str, tuple[int, int]] = {}
    for aggregate in CHEAPEST_FIRST:
        learned = learn_heads(learner, data, aggregate, lambda done, total: None)  # noqa: ARG005
        cells[aggregate] = _scored(contest, learned, heard, test)[0]
        step()
    learned = learn_heads(learner, data, None, lambda done, total: None)  # noqa: ARG005
    cells["chosen"], scores = _scored(contest, learned, heard, test)
    reached = {name: round(hits / total, 4) for name, (hits, total) in cells.items()}
    step()
    return Outcome(
        name=contest.name,
        rows=len(contest.rows),
        mails=len(contest.texts),
        micro_f1={aggregate: reached[aggregate] for aggregate in CHEAPEST_FIRST},
        chosen=learned.choice.way.aggregate,
        chosen_f1=reached["chosen"],
        calibration=calibrated(scores, contest.answers, contest.repeats),
        cells=cells,
    )


def _scored(
    contest: Contest, learned: Learned, heard: HeadTrainer, test: Labelled
) -> tuple[tuple[int, int], NDArray[np.float64]]:
    """F1's two parts and scores [mails, labels] by the decisions that training made."""
    logits = heard.logits(learned.linear, test.items.texts())
    said = learned.choice.way.logits(test.items.loudest(logits), logits[test.items.whole])
    taught = np.ones(said.shape[1], dtype=bool)
    decisions = decide(contest.taxonomy, learned.trials, heard.recipe.threshold_prior, taught)
    scores = scores_for(contest.taxonomy, said, decisions)
    thresholds = np.array([decisions[label].threshold for label in contest.taxonomy.labels])
    given, held = (scores >= thresholds) & test.answers.known, test.answers.yes & test.answers.known
    return (2 * int((given & held).sum()), int(given.sum() + held.sum())), scores


def _described(labels: Mapping[str, str]) -> Taxonomy:
    """Independent labels with their descriptions."""
    made = tuple(Label(id=label, description=told) for label, told in labels.items())
    return Taxonomy(version=1, heads=(Head(id="all", kind="multilabel", labels=made),))
