"""`tagging benchmark month`: when drift, a bad promotion and a malicious author are noticed, over simulated months."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from math import inf, isfinite
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.live.authors import Malice, judge_authors
from benchmarks.live.bad_promotion import promote_a_bad_one
from benchmarks.live.daily_scores import Floats, daily_scores
from benchmarks.live.month_in_a_box import run_box
from benchmarks.live.traffic import FIVE_PERCENT, RATES
from benchmarks.options import AsJson
from tagging.quality import alarm_days, is_silent
from tagging.simulation import Restlessness

REFERENCE, DAYS = 28, 30
ORDINARY = Restlessness(0.15)
CORRELATED = Restlessness(0.15, 0.7)
RARE = np.array([0.004, 0.003, 0.002, 0.002, 0.001, 0.001, 0.0005, 0.0002])
"""Rates of labels that are given to fewer than 5 of 1,000 items."""
Figure = tuple[float, str]
"""A measured value, infinite for what never came, and the condition that it must meet: `<= 15`."""


def month(
    drift: Annotated[
        str, typer.Option(metavar="none|xFACTOR@DAY", help="How much more frequent a 5 % label becomes, and when.")
    ] = "x2@12",
    runs: Annotated[int, typer.Option(min=2, help="Simulated months.")] = 20,
    box: Annotated[bool, typer.Option("--box", help="One whole month on the deployed code instead.")] = False,
    seed: Annotated[int, typer.Option(help="Of that month.")] = 0,
    picture: Annotated[Path | None, typer.Option(metavar="FILE.svg", help="Where its picture is written.")] = None,
    as_json: AsJson = False,
) -> None:
    """When drift, a bad promotion and a malicious author are noticed; exit 1 where a bar is missed."""
    factor, day = parse_drift(drift)
    if box:
        if not run_box(None if factor == 1 else (factor, day), seed, picture, as_json=as_json):
            raise typer.Exit(1)
        return
    figures = _of_no_drift(runs) if factor == 1 else _of_drift(runs, factor, day)
    figures |= _of_people(runs)
    failed = [name for name, (value, bar) in figures.items() if not _meets(value, bar)]
    if as_json:
        known = {name: (value if isfinite(value) else None, bar) for name, (value, bar) in figures.items()}
        print(json.dumps({"benchmark": "month", "drift": drift, "runs": runs, "figures": known, "failed": failed}))
    else:
        _print(figures, runs)
    if failed:
        raise typer.Exit(1)


def parse_drift(text: str) -> tuple[float, int]:
    """Factor and day of a drift; factor 1 for `none`. Raises typer.BadParameter."""
    if text == "none":
        return 1.0, 1
    match = re.fullmatch(r"x(\d+(?:\.\d+)?)@(\d+)", text)
    if match is None or not 1 <= int(match[2]) <= DAYS or float(match[1]) <= 0:
        raise typer.BadParameter(f"{text!r} is neither `none` nor a factor and a day of the month, as in x2@12")
    return float(match[1]), int(match[2])


def history(seed: int, restlessness: Restlessness, factor: float = 1.0, day: int = 1) -> Floats:
    """Daily histograms [REFERENCE + DAYS, labels, bins]; `factor` is on the 5 % label from `day` of the month on."""
    factors = np.ones((REFERENCE + DAYS, len(RATES)))
    factors[REFERENCE + day - 1 :, FIVE_PERCENT] = factor
    return daily_scores(np.random.default_rng(seed), REFERENCE + DAYS, restlessness, factors)


def first_alarms(days: Floats) -> list[float]:
    """The day of the month of each label's first alarm in the drift report; infinite without one."""
    reference, live = days[:REFERENCE], days[REFERENCE:]
    judged = [
        [not is_silent(reference[:, label], live[: day + 1, label]) for day in range(DAYS)]
        for label in range(days.shape[1])
    ]
    names = max(1, int(np.array(judged).sum(axis=0).max()))
    alarms = np.array([alarm_days(live[:, label], reference[:, label], names) for label in range(days.shape[1])])
    heard = alarms & np.array(judged)
    return [int(each.argmax()) + 1 if each.any() else inf for each in heard]


def _of_drift(runs: int, factor: float, day: int) -> dict[str, Figure]:
    days = [first_alarms(history(seed, ORDINARY, factor, day))[FIVE_PERCENT] for seed in range(runs)]
    return {
        f"drift x{factor:g} on day {day}, alarm on day, median": (float(np.median(days)), f"<= {day + 3}"),
        "the same, last of all months": (float(max(days)), f"<= {day + 6}"),
    }


def _of_no_drift(runs: int) -> dict[str, Figure]:
    def alarms(restlessness: Restlessness, rates: Floats = RATES) -> float:
        months = [
            daily_scores(np.random.default_rng(seed), REFERENCE + DAYS, restlessness, None, rates)
            for seed in range(runs)
        ]
        return float(np.mean([day < inf for days in months for day in first_alarms(days)]))

    return {
        "false alarms a label-month, restlessness 15 %": (alarms(ORDINARY), "<= 0.06"),
        "the same, days correlated .7": (alarms(CORRELATED), "<= 0.15"),
        "the same, labels of fewer than 5 items a day": (alarms(CORRELATED, RARE), "<= 0"),
    }


def _of_people(runs: int) -> dict[str, Figure]:
    promotions = [promote_a_bad_one(seed) for seed in range(runs)]
    kinds: tuple[Malice, ...] = ("none", "all labels", "one label")
    verdicts = {malice: [judge_authors(seed, malice) for seed in range(runs)] for malice in kinds}

    def latest(malice: Malice) -> float:
        return float(max(each.week_found or inf for each in verdicts[malice]))

    honest = float(np.mean([each.honest_discounted for malice in kinds for each in verdicts[malice]]))
    return {
        "bad promotion, page after days of reviews, median": (
            float(np.median([each.page or inf for each in promotions])),
            "<= 3",
        ),
        "the same, intervals of 28 days that miss its precision": (
            float(np.mean([each.missed for each in promotions])),
            "<= 0.1",
        ),
        "malicious author found after weeks, last month": (latest("all labels"), "<= 3"),
        "one who flips a single label, last month": (latest("one label"), "<= 3"),
        "honest authors discounted a run": (honest, "<= 0.05"),
    }


def _meets(value: float, bar: str) -> bool:
    return value <= float(bar.removeprefix("<= "))


def _print(figures: Mapping[str, Figure], runs: int) -> None:
    table = Table(title=f"{runs} simulated months", title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("")
    table.add_column("measured", justify="right")
    table.add_column("wanted")
    for name, (value, bar) in figures.items():
        measured = f"{value:.3g}" if isfinite(value) else "never"
        table.add_row(name, measured, bar if _meets(value, bar) else f"{bar}  missed")
    Console(highlight=False).print(table)
