"""`tagging benchmark multilingual`: ten labels learned in English, and requests in twelve languages to tag."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.options import AsJson, FeatureCache
from benchmarks.quality.multilingual.coarse_rows import INTENTS, coarse_rows
from tagging.cli.bundles import multilingual_encoder
from tagging.learning.data import DataError
from tagging.learning.training import TrainRequest, train_bundle
from tagging.mail import text_mail
from tagging.model import BundleError, Tagger
from tagging.start import load_bundle
from tagging.taxonomy import Head, Label, Taxonomy

REQUESTS = Path(__file__).with_name("requests.jsonl")
ENGLISH = "en"
WANTED, WANTED_OF_EACH = 0.85, 0.70
"""Right of all requests whose English twin is, and of those in each language."""


@dataclass(frozen=True)
class Request:
    """One of our requests in one language; its twins in the other languages have the same number."""

    request: int
    language: str
    label: str
    text: str


@dataclass(frozen=True)
class Answer:
    """What became of a request."""

    request: Request
    right: bool
    """The label with the highest score is the request's."""
    assigned: bool
    """The label was assigned."""
    foreign: bool
    """It went to review for its language."""


def multilingual(
    data: Annotated[Path, typer.Option(metavar="DIR", help="The folder that holds clinc150/, banking77/ and dstc11/.")],
    encoder: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The multilingual encoder if left out; it is made.")
    ] = None,
    per_label: Annotated[int, typer.Option(min=5, help="English training rows of a label.")] = 60,
    draws: Annotated[int, typer.Option(min=1, help="Draws of training rows that are averaged.")] = 3,
    cache: FeatureCache = None,
    as_json: AsJson = False,
) -> None:
    """Of requests whose English twin is tagged right: how many are right in each of eleven other languages.

    Exit 1 where too few are right over all, or in one language.
    """
    try:
        chosen = encoder or multilingual_encoder()
        by_draw = [measure(data, chosen, per_label, seed, cache) for seed in range(draws)]
    except (DataError, BundleError) as error:
        raise typer.BadParameter(str(error)) from None
    answers = [one for answers in by_draw for one in answers]
    shares, each = shares_by_language(by_draw), [overall(answers) for answers in by_draw]
    summary = {"english": share_right(answers, ENGLISH), "all": float(np.mean(each)), "each": each}
    if as_json:
        figures = {"benchmark": "multilingual", "per_label": per_label, "draws": draws}
        print(json.dumps(figures | summary | {"languages": shares}))
    else:
        _print(summary, shares)
    if np.mean(each) < WANTED or min(share["right"] for share in shares.values()) < WANTED_OF_EACH:
        raise typer.Exit(1)


def measure(data: Path, encoder: Path, per_label: int, seed: int, cache: Path | None) -> list[Answer]:
    """Train a bundle on English rows and tag every request. Raises DataError and BundleError."""
    with tempfile.TemporaryDirectory() as scratch:
        rows = coarse_rows(data, per_label, seed)
        out = Path(scratch) / "bundle"
        train_bundle(TrainRequest(rows, taxonomy(), encoder, out, seed=seed, cache=cache))
        tagger = load_bundle(out)
        return [answer(tagger, Request(**json.loads(line))) for line in REQUESTS.read_text("utf-8").splitlines()]


def taxonomy() -> Taxonomy:
    """One exclusive head of the ten labels; their names are all that it says of them."""
    labels = tuple(Label(id=label, description=label.replace("_", " ")) for label in INTENTS)
    return Taxonomy(version=1, heads=(Head(id="request", kind="multiclass", labels=labels),))


def answer(tagger: Tagger, request: Request) -> Answer:
    """The request through the tagger that is served."""
    label_set = tagger.tag(text_mail(request.text))
    scores = dict(label_set.scores)
    return Answer(
        request,
        right=max(scores, key=lambda label: scores[label]) == request.label,
        assigned=request.label in {label.id for label in label_set.labels},
        foreign="other_language" in label_set.review_reasons,
    )


def _comparable(answers: Sequence[Answer]) -> list[Answer]:
    """The requests in other languages whose English twin is right."""
    right = {one.request.request for one in answers if one.right and one.request.language == ENGLISH}
    return [one for one in answers if one.request.language != ENGLISH and one.request.request in right]


def overall(answers: Sequence[Answer]) -> float:
    """The share that is right of the requests whose English twin is."""
    return float(np.mean([one.right for one in _comparable(answers)]))


def share_right(answers: Sequence[Answer], language: str) -> float:
    """The share of all requests in a language that is right."""
    return float(np.mean([one.right for one in answers if one.request.language == language]))


def shares_by_language(by_draw: Sequence[Sequence[Answer]]) -> dict[str, dict[str, float]]:
    """Language -> the same share, how many are assigned their label, and how many are reviewed for their language."""
    by_language: dict[str, list[Answer]] = {}
    for one in chain.from_iterable(map(_comparable, by_draw)):
        by_language.setdefault(one.request.language, []).append(one)
    return {
        language: {
            "right": float(np.mean([one.right for one in found])),
            "assigned": float(np.mean([one.assigned for one in found])),
            "other_language": float(np.mean([one.foreign for one in found])),
        }
        for language, found in by_language.items()
    }


def _print(summary: dict[str, Any], shares: dict[str, dict[str, float]]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("language", "right", "assigned", "other language"):
        table.add_column(name, justify="left" if name == "language" else "right")
    for language, share in shares.items():
        table.add_row(language, *(f"{value:.2f}" for value in share.values()))
    table.add_row("all", f"{summary['all']:.3f}")
    console = Console(highlight=False)
    console.print(table)
    each = ", ".join(f"{share:.3f}" for share in summary["each"])
    console.print(f"each draw: {each}; of all English requests {summary['english']:.2f} are right")
