"""`tagging benchmark mail`: the three poolings of a mail's logits (full text, sentences, both) beside each other."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.options import AsJson, Encoder, FeatureCache, shipped_encoder
from benchmarks.quality.calibration import CalibrationSummary, summarise_calibration
from benchmarks.quality.mail_tests import MailTest, mail_tests
from tagging.learning.calibration import scores_for, tune_decisions
from tagging.learning.data import DataError
from tagging.learning.features import Encoded, encode_all, encode_items, item_texts
from tagging.learning.heads import (
    CHEAPEST_FIRST,
    HeadTrainer,
    Hyperparameters,
    Labelled,
    PooledLogits,
    description_prior,
    wide_features,
)
from tagging.learning.numeric import Floats
from tagging.learning.training import FittedHeads, learn_heads, prepare_training_data
from tagging.model import Aggregate, BundleError, load_encoder

TESTS = 3
RUNS_PER_TEST = 4
"""Each pooling by itself, and training's own choice."""


@dataclass(frozen=True)
class MailResult:
    """Result of one test: micro-F1 by pooling, and the pooling that training selected."""

    name: str
    rows: int
    mails: int
    micro_f1: dict[Aggregate, float]
    chosen: Aggregate
    chosen_f1: float
    calibration: CalibrationSummary
    """With the selected pooling."""
    cells: dict[str, tuple[int, int]]
    """For each pooling and for `chosen`: numerator and denominator of F1 (2 true positives; predicted + positive)."""


def mail(
    data: Annotated[Path, typer.Option(metavar="DIR", help="The folder that holds nlupp/ and multidogo/.")],
    encoder: Encoder = None,
    cache: FeatureCache = None,
    as_json: AsJson = False,
) -> None:
    """Compare the poolings of a mail; takes minutes."""
    folder = encoder or shipped_encoder()
    try:
        with Progress(console=Console(stderr=True, quiet=as_json), transient=True) as bars:
            bar = bars.add_task("poolings", total=TESTS * RUNS_PER_TEST)
            results = [run_test(test, folder, cache, lambda: bars.advance(bar)) for test in mail_tests(data)]
    except (DataError, BundleError) as error:
        raise typer.BadParameter(str(error)) from None
    composed = micro_f1_together(results[:2])
    if as_json:
        print(
            json.dumps({"benchmark": "mail", "contests": [asdict(result) for result in results], "composed": composed})
        )
    else:
        _print_results(results, composed)


def run_test(test: MailTest, encoder_folder: Path, cache: Path | None, step: Callable[[], None]) -> MailResult:
    """Train with each pooling, then let training select one; `step` is called after each. Raises BundleError."""
    encoder, version = load_encoder(encoder_folder)

    def encode(texts: Sequence[str]) -> Encoded:
        return encode_all(encoder, texts, cache, version)

    data = prepare_training_data(test.rows, test.taxonomy, 0, encode, examples=False)
    hyperparameters = Hyperparameters()
    prior = description_prior(encoder, list(test.taxonomy.labels.values()))
    lexicon = data.rows.items.lexicon(hyperparameters.lexical_weight, prior.pieces)
    features = wide_features(data.encoded, lexicon)
    trainer = HeadTrainer(features, test.taxonomy.heads, hyperparameters, prior.directions(lexicon))
    trainer = trainer.rotated_for(np.concatenate([data.rows.items.texts(), data.phrases.items.texts()]))
    items = encode_items([item_texts(text) for text in test.texts], encode)
    labelled = Labelled(items, test.annotations, np.zeros(len(test.texts), dtype=np.int64))
    test_features = HeadTrainer(wide_features(items.encoded, lexicon), test.taxonomy.heads, hyperparameters)
    cells: dict[str, tuple[int, int]] = {}
    for aggregate in (*CHEAPEST_FIRST, None):
        learned = learn_heads(trainer, data, aggregate, lambda done, total: None)  # noqa: ARG005
        scores, cells[aggregate or "chosen"] = _evaluate(test, learned, test_features, labelled)
        step()
    f1 = {name: round(numerator / denominator, 4) for name, (numerator, denominator) in cells.items()}
    return MailResult(
        name=test.name,
        rows=len(test.rows),
        mails=len(test.texts),
        micro_f1={aggregate: f1[aggregate] for aggregate in CHEAPEST_FIRST},
        chosen=learned.choice.pooling.aggregate,
        chosen_f1=f1["chosen"],
        calibration=summarise_calibration(scores, test.annotations, test.repeats),
        cells=cells,
    )


def micro_f1_together(results: Sequence[MailResult]) -> dict[str, float]:
    """Micro-F1 over the mails of several tests, by pooling and for the pooling selected in each."""
    numerators = {pooling: sum(result.cells[pooling][0] for result in results) for pooling in results[0].cells}
    return {
        pooling: round(numerator / sum(result.cells[pooling][1] for result in results), 4)
        for pooling, numerator in numerators.items()
    }


def _evaluate(
    test: MailTest, learned: FittedHeads, features: HeadTrainer, labelled: Labelled
) -> tuple[Floats, tuple[int, int]]:
    """Scores [mails, labels], and F1's numerator and denominator, with the thresholds that training tuned."""
    text_logits = features.logits(learned.linear, labelled.items.texts())
    items = labelled.items
    pooled = PooledLogits(items.sentence_max(text_logits), text_logits[items.full_texts], items.counts)
    logits = learned.choice.pooling.logits(pooled)
    taught = np.ones(logits.shape[1], dtype=bool)
    decisions = tune_decisions(test.taxonomy, learned.out_of_fold, features.hyperparameters.threshold_prior, taught)
    scores = scores_for(test.taxonomy, logits, decisions)
    thresholds = np.array([decisions[label].threshold for label in test.taxonomy.labels])
    known = test.annotations.observed
    predicted, positive = (scores >= thresholds) & known, test.annotations.positive & known
    return scores, (2 * int((predicted & positive).sum()), int(predicted.sum() + positive.sum()))


def _print_results(results: list[MailResult], composed: dict[str, float]) -> None:
    console = Console(highlight=False)
    table = Table(title="micro-F1 of mails", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for name in ("", *CHEAPEST_FIRST, "chosen", "its F1"):
        table.add_column(name, justify="left" if name in ("", "chosen") else "right", no_wrap=bool(name))
    for result in results:
        f1s = [f"{result.micro_f1[pooling]:.3f}" for pooling in CHEAPEST_FIRST]
        table.add_row(result.name, *f1s, result.chosen, f"{result.chosen_f1:.3f}")
    f1s = [f"{composed[pooling]:.3f}" for pooling in CHEAPEST_FIRST]
    table.add_row("both domains' composed mails together", *f1s, "", f"{composed['chosen']:.3f}")
    console.print(table)
    for result in results:
        bars = result.calibration
        console.print(
            f"{result.name}: trained on {result.rows} rows, tested on {result.mails} mails. Of {bars.labels} labels "
            f"with at least 50 positive test rows, {bars.skill} have a Brier skill above 0 (95 %), {bars.slope} a "
            f"slope of 0.7 to 1.4, {bars.error} an error of at most .08, and {bars.error_by_chance} more an error "
            f"within chance (mean {bars.mean_error:.3f}; {bars.chance_error:.3f} if all scores were exact)"
        )
