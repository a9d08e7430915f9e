"""The recipe of the shipped heads: all of NLU++ in, heads, thresholds and a whole bundle out.

Run in an environment with the extras `cli` and `learning`, `--data` being the NLU++ folder or holding it as `nlupp/`:
`python layers/mail_model/train.py --data DIR`
"""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagging.bundle import load_encoder
from tagging.learning.bundle_folder import Parts, write_bundle
from tagging.learning.composing import compose
from tagging.learning.features import encode_all
from tagging.learning.heads_file import check_agreement, export_heads
from tagging.learning.logistic import Recipe
from tagging.learning.nlupp import DOMAINS, Domain, read_nlupp
from tagging.learning.rows import Answers, Row, answers_of
from tagging.learning.taxonomy_file import read_taxonomy
from tagging.learning.thresholds import pooled_calibration, tuned_thresholds
from tagging.learning.training import TrainedHeads, train_heads
from tagging.manifest import Decision

HERE = Path(__file__).parent
MAIL_SIZES = (1, 2, 3, 4)
# One domain's rows were never asked about the other domain's intents. Where a row has such a word the intent may well
# hold, so nobody knows; where it has none, it was read and found not to.
ELSEWHERE = {
    "appointment": r"appointment",
    "arrival": r"arriv",
    "booking": r"book|reserv",
    "card": r"\bcards?\b",
    "credit": r"credit",
    "fees_interests": r"\bfees?\b|charge|\bpay",
    "restaurant": r"restaurant",
    "transfer_payment_deposit": r"transfer|\bpay|paid|deposit|charge",
    "withdrawal": r"cash|withdraw",
}
GOLDEN_TEXTS = (
    "Thank you so much!",
    "Is there a swimming pool?",
    "My card was stolen yesterday.",
    "I would like to speak to a human.",
    "What is the wifi password?",
    "Why was my direct debit rejected?",
)


def rows_of(data: Path, domain: Domain, labels: list[str]) -> list[Row]:
    """One domain's rows, with the other domain's intents unknown where the row's words leave them open."""
    found = read_nlupp(data, domain)
    foreign = {label: re.compile(ELSEWHERE[label], re.I) for label in ELSEWHERE if label not in found.labels}
    unlisted = set(found.labels) - set(labels)
    if unlisted:
        raise SystemExit(f"taxonomy.yaml lacks {', '.join(sorted(unlisted))}")
    return [
        replace(row, unknown=frozenset(label for label, words in foreign.items() if words.search(row.text)))
        for row in found.rows
    ]


def decisions_of(
    trained: TrainedHeads, answers: Answers, domains: NDArray[np.int64], labels: list[str], prior: float
) -> dict[str, Decision]:
    """Calibration and thresholds on composed mails, each domain's rows among themselves."""
    logits, mails = compose(trained.out_of_fold, answers, domains, MAIL_SIZES)
    calibration = pooled_calibration(logits, mails)
    thresholds = calibration.score(tuned_thresholds(logits, mails, prior * len(MAIL_SIZES)))
    return {
        label: Decision(threshold=round(float(threshold), 4), slope=calibration.slope, intercept=calibration.intercept)
        for label, threshold in zip(labels, thresholds, strict=True)
    }


def statistics_of(trained: TrainedHeads, answers: Answers, labels: list[str]) -> dict[str, Any]:
    """What the training rows looked like, for whoever asks later whether mail has changed."""
    return {
        "rows": len(answers.yes),
        "labels": {
            label: {
                "yes": int(answers.yes[:, column].sum()),
                "known": int(answers.known[:, column].sum()),
                "mean_logit": round(float(trained.out_of_fold[:, column].mean()), 4),
            }
            for column, label in enumerate(labels)
        },
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True, help="the NLU++ folder, or one that holds nlupp/")
    arguments.add_argument("--out", type=Path, default=HERE / "bundle")
    arguments.add_argument("--encoder", type=Path, default=HERE / "bundle" / "encoder")
    chosen = arguments.parse_args()
    taxonomy, recipe = read_taxonomy(HERE / "taxonomy.yaml"), Recipe()
    labels = list(taxonomy.labels)
    by_domain = [rows_of(chosen.data, domain, labels) for domain in DOMAINS]
    rows = [row for part in by_domain for row in part]
    domains = np.repeat(np.arange(len(by_domain)), [len(part) for part in by_domain])
    answers = answers_of(rows, labels)
    encoder, version = load_encoder(chosen.encoder)
    encoded = encode_all(encoder, [row.text for row in rows])
    trained = train_heads(encoded, answers, recipe)
    heads = export_heads(trained.linear, labels, encoded.dense.shape[1], version)
    furthest = check_agreement(heads, trained.linear, encoded.features(trained.lexicon))
    parts = Parts(
        encoder=chosen.encoder,
        encoder_version=version,
        heads=heads,
        lexicon=trained.lexicon,
        taxonomy=taxonomy,
        decisions=decisions_of(trained, answers, domains, labels, recipe.threshold_prior),
        statistics=statistics_of(trained, answers, labels),
        about={"data": "NLU++ (Casanueva et al. 2022, CC BY 4.0), banking and hotels, all folds", "rows": len(rows)},
    )
    tagger = write_bundle(chosen.out, parts, GOLDEN_TEXTS)
    print(f"{chosen.out}: {tagger.bundle.version}")
    print(f"heads {len(heads.content) / 1e6:.2f} MB, export within {furthest:.1g} of the trainer")


if __name__ == "__main__":
    main()
