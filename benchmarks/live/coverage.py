"""`tagging benchmark coverage`: how often the intervals of precision and recall contain what is true."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.live.traffic import (
    FIVE_PERCENT,
    RATES,
    Bools,
    Drawn,
    Floats,
    Queue,
    Traffic,
    Version,
    traffic,
)
from benchmarks.options import AsJson
from tagging.quality import UNSEEN, Share, estimate, is_unlikely, label_window

ITEMS_A_WEEK, WEEKS = 7000, 4
PRECISION_BAR, RECALL_BAR, MEAN_BAR = 0.93, 0.90, 0.93
WIDTH_BARS = {100: 0.16, 300: 0.10}
"""Largest half-width of a 5 % label's precision, by answers a week."""
SEEN_BAR = 2.0


@dataclass(frozen=True)
class Setting:
    """One kind of version, reviewers and traffic."""

    versions: tuple[Version, ...] = (Version(),)
    """Those that served, in equal parts of the window; the last one scores everything again."""
    capacity: float = 100
    """Answers a week; a third of them is not drawn at random, and not used here."""
    swings: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)
    """Factors on the queue's scale, by week."""
    answered_easy: float = 1.0
    answered_hard: float = 1.0
    """The share of the drawn items that get an answer: where the version is right and where it is wrong."""
    accepted_errors: float = 0.0
    """The share of the version's errors that reviewers confirm because its labels are ticked already."""
    slips: float = 0.0
    """The share of all answers that are wrong."""
    second_people: bool = True
    """Whether another person is asked about an unlikely answer."""
    flat: bool = False
    """Every item has the same probability: an audit without the queue's choice."""
    barred: bool = True


SETTINGS = {
    "calibrated": Setting(),
    "too sure": Setting((Version(sureness=1.6),)),
    "not sure enough": Setting((Version(sureness=0.6),)),
    "sure of its misses": Setting((Version(missed=0.05),)),
    "queue swings .4 to 1.6": Setting(swings=(0.4, 1.6, 0.6, 1.4)),
    "300 answers a week": Setting(capacity=300),
    "two promotions": Setting((Version(missed=0.08), Version(sureness=1.5), Version())),
    "hard items unanswered": Setting(answered_easy=0.9, answered_hard=0.55, barred=False),
    "labels ticked already": Setting(accepted_errors=0.2, barred=False),
    "1 % of answers are slips": Setting(slips=0.01, barred=False),
    "the same, nobody asked twice": Setting(slips=0.01, second_people=False, barred=False),
    "flat audit": Setting(flat=True, barred=False),
}


def coverage(
    runs: Annotated[int, typer.Option(min=2, help="Simulated months of each setting.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Coverage of 95 % intervals over simulated months; exit 1 where a bar is missed."""
    console = Console(stderr=True, quiet=as_json)
    found = {
        name: measure(SETTINGS[name], runs) for name in track(SETTINGS, "settings", console=console, transient=True)
    }
    failed = [name for name, figures in found.items() if SETTINGS[name].barred and not holds(SETTINGS[name], figures)]
    if as_json:
        print(json.dumps({"benchmark": "coverage", "runs": runs, "settings": found, "failed": failed}))
    else:
        _print(found, runs)
    if failed:
        raise typer.Exit(1)


def measure(setting: Setting, runs: int) -> dict[str, float]:
    """Means over runs and labels; a label without a number counts in none of them but `reported`."""
    months = [month(setting, seed) for seed in range(runs)]
    covered, widths = (np.array([each[key] for each in months]) for key in ("covered", "half_widths"))
    with np.errstate(invalid="ignore"):
        return {
            "answers": float(np.mean([each["answers"] for each in months])),
            "precision": float(np.nanmean(covered[:, :, 0])),
            "recall": float(np.nanmean(covered[:, :, 1])),
            "reported": float(np.isfinite(covered).mean()),
            "half_width": float(np.nanmean(widths[:, FIVE_PERCENT, 0])),
            "seen": float(np.mean([each["seen"] for each in months])),
        }


def holds(setting: Setting, figures: dict[str, float]) -> bool:
    """Whether the figures of a setting reach what is asked of them."""
    mean = (figures["precision"] + figures["recall"]) / 2
    return (
        figures["precision"] >= PRECISION_BAR
        and figures["recall"] >= RECALL_BAR
        and mean >= MEAN_BAR
        and figures["half_width"] <= WIDTH_BARS[int(setting.capacity)]
        and figures["seen"] >= SEEN_BAR
    )


def month(setting: Setting, seed: int) -> dict[str, Floats]:
    """One simulated window: whether each label's intervals [labels, 2] contain what is true, and how wide they are."""
    random = np.random.default_rng(seed)
    current = setting.versions[-1]
    week = traffic(random, ITEMS_A_WEEK, setting.versions[0])
    queue = Queue(setting.capacity, week)
    weeks: list[tuple[Traffic, Drawn, Bools]] = []
    for index, swing in enumerate(setting.swings):
        serving = setting.versions[index * len(setting.versions) // WEEKS]
        served, again = _scored_twice(random, serving, current)
        drawn = queue.draw(served, swing=swing)
        if setting.flat:
            drawn = drawn._replace(chances=np.full(ITEMS_A_WEEK, setting.capacity / ITEMS_A_WEEK))
        weeks.append((again, drawn, served.assigned))
    whole = Traffic(*(np.concatenate([getattr(each[0], name) for each in weeks]) for name in ("truth", "scores")))
    drawn = Drawn(*(np.concatenate([getattr(each[1], name) for each in weeks]) for name in Drawn._fields))
    shown = np.concatenate([each[2] for each in weeks])
    return _figures(setting, whole, drawn, shown, random, seed)


def _scored_twice(random: np.random.Generator, serving: Version, current: Version) -> tuple[Traffic, Traffic]:
    """The same items as the version that served scored them, and as the current one does."""
    state = random.bit_generator.state
    served = traffic(random, ITEMS_A_WEEK, serving)
    if serving == current:
        return served, served
    random.bit_generator.state = state
    return served, traffic(random, ITEMS_A_WEEK, current)


def _figures(
    setting: Setting, items: Traffic, queue: Drawn, shown: Bools, random: np.random.Generator, seed: int
) -> dict[str, Floats]:
    drawn = random.random(len(queue.chances)) < queue.chances
    wrong = shown != items.truth
    answers_at = np.where(wrong.any(axis=1), setting.answered_hard, setting.answered_easy)
    known = drawn & (random.random(len(drawn)) < answers_at)
    said, second = (_said(setting, items.truth, shown, random) for _ in range(2))
    asked_twice = known & is_unlikely(items.scores, said).any(axis=1) & setting.second_people
    counted = known[:, None] & ~(asked_twice[:, None] & (said != second))
    covered, widths = np.full((2, len(RATES), 2), np.nan)
    for label in range(len(RATES)):
        assigned, truth = items.assigned[:, label], items.truth[:, label]
        answers = np.where(counted[:, label], said[:, label], UNSEEN).astype(np.int8)
        result = estimate(label_window(items.scores[:, label], assigned, queue.chances, drawn, answers), seed)
        found = (assigned & truth).sum()
        for column, (share, true) in enumerate(
            ((result.precision, found / assigned.sum()), (result.recall, found / truth.sum()))
        ):
            if share is not None:
                covered[label, column] = contains(share, float(true))
                widths[label, column] = (share.interval.high - share.interval.low) / 2
    return {
        "covered": covered,
        "half_widths": widths,
        "answers": np.array(known.sum() + asked_twice.sum()),
        "seen": np.array(wrong[drawn | queue.suspected].mean() / wrong.mean()),
    }


def _said(setting: Setting, truth: Bools, shown: Bools, random: np.random.Generator) -> Bools:
    """What one person answers [items, labels]."""
    accepted = (shown != truth) & (random.random(truth.shape) < setting.accepted_errors)
    return np.where(accepted, shown, truth) ^ (random.random(truth.shape) < setting.slips)


def contains(share: Share, true: float) -> bool:
    """Whether the interval contains it, up to rounding."""
    return share.interval.low - 1e-9 <= true <= share.interval.high + 1e-9


def _print(found: dict[str, dict[str, float]], runs: int) -> None:
    table = Table(title=f"95 % intervals over {runs} months", title_justify="left", box=None, padding=(0, 1, 0, 0))
    for column in ("", "answers", "precision", "recall", "numbers", "±", "seen"):
        table.add_column(column, justify="right" if column else "left", no_wrap=True)
    for name, figures in found.items():
        table.add_row(
            name if SETTINGS[name].barred else f"({name})",
            f"{figures['answers']:.0f}",
            *(f"{figures[key]:.3f}" for key in ("precision", "recall")),
            f"{figures['reported']:.0%}",
            f"{figures['half_width']:.2f}",
            f"{figures['seen']:.1f}",
        )
    console = Console(highlight=False)
    console.print(table)
    console.print(
        "answers: those of second people, too; numbers: labels with enough answers;\n"
        "±: half-width of a 5 % label's precision; in brackets: shown, not barred;\n"
        "seen: share of wrong cells in the queue, as a multiple of that in all items.\n"
        f"Wanted: precision {PRECISION_BAR}, recall {RECALL_BAR}, their mean {MEAN_BAR}, seen {SEEN_BAR:g}"
    )
