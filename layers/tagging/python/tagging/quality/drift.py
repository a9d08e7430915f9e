"""Whether a label's scores differ from those of the weeks before, by more than its ordinary restlessness.

The statistic is G = 2(n + m) · JS, the likelihood-ratio test of two histograms (Wilks 1938), divided by φ, the mean of
the same statistic of each block of the reference against the others (quasi-likelihood; McCullagh and Nelder 1989).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tagging.quality.distributions import f_tail, xlogy

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

DAYS_OF_REFERENCE = 28
WEEK = 7
FEWEST_EXPECTED = 5.0
"""Items that each bin must expect in the smaller histogram; bins with fewer are joined."""
ALPHA = 0.05
"""False alarms of all labels together, each time that both windows are tested."""


class Drift(Struct, frozen=True):
    """How far one window is from its reference."""

    divergence: float
    """Jensen-Shannon divergence in nats, each histogram weighted by its size; 0 to ln 2."""
    p_value: float
    restlessness: float
    """φ: how much more the blocks of the reference differ from each other than chance explains; at least 1."""


def drift_between(
    window: Floats, blocks: Floats, ordinary: Sequence[Floats] = (), least: Sequence[Floats] = ()
) -> Drift | None:
    """Compare a histogram [bins] with the blocks of its reference [blocks, bins].

    Restlessness comes from the groups of blocks [blocks, bins] in `ordinary`, each block against the others of its
    group; from `blocks` alone by default; from the groups in `least` where it is higher there. None where fewer than
    two bins have enough items, or no group has two blocks: then nothing can be said.
    """
    groups = [group for group in (ordinary or (blocks,)) if len(group) > 1]
    join = joined_bins(window, blocks.sum(axis=0))
    free = join.shape[1] - 1
    if not groups or not free:
        return None
    reference = blocks.sum(axis=0)
    between = _between(groups, join)
    wider = _between([group for group in least if len(group) > 1], join)
    restlessness = max(1.0, *(float(each.mean()) / free for each in (between, wider) if len(each)))
    g = float(g_statistic(window @ join, reference @ join))
    return Drift(
        divergence=g / (2 * float(window.sum() + reference.sum())),
        p_value=float(f_tail(g / (restlessness * free), free, free * (len(between) - len(groups)))),
        restlessness=restlessness,
    )


def week_drift(days: Floats, reference: Floats) -> Drift | None:
    """Compare seven days together [7, bins] with the four weeks of a reference [28, bins].

    Four weeks say little about how restless weeks are: the restlessness of days, each against its weekday, counts where
    it is higher.
    """
    weeks = _with_items(reference.reshape(-1, WEEK, reference.shape[1]).sum(axis=1))
    return drift_between(days.sum(axis=0), weeks, least=_weekdays(reference))


def _weekdays(reference: Floats) -> list[Floats]:
    """The days of a reference by weekday."""
    return [_with_items(reference[day::WEEK]) for day in range(WEEK)]


def _between(groups: Sequence[Floats], join: Floats) -> Floats:
    """G of each block against the others of its group."""
    if not groups:
        return np.zeros(0)
    own, others = np.concatenate(groups), np.concatenate([group.sum(axis=0) - group for group in groups])
    return g_statistic(own @ join, others @ join)


def g_statistic(first: Floats, second: Floats) -> Floats:
    """Twice the log-likelihood ratio of two histograms [..., bins] to one of equal shares; 0 where one is empty."""
    table = np.stack([first, second])
    total = table.sum(axis=(0, -1))
    expected = table.sum(axis=-1, keepdims=True) * table.sum(axis=0) / np.maximum(total, 1)[..., None]
    return np.asarray(2 * (xlogy(table, table) - xlogy(table, expected)).sum(axis=(0, -1)))


def joined_bins(window: Floats, reference: Floats) -> Floats:
    """Which bin goes into which joined one [bins, joined]: neighbours, from the highest, until each expects enough."""
    pooled = (window + reference) * min(window.sum(), reference.sum()) / max(window.sum() + reference.sum(), 1.0)
    groups: list[list[int]] = [[]]
    for index in reversed(range(len(pooled))):
        if groups[-1] and pooled[groups[-1]].sum() >= FEWEST_EXPECTED:
            groups.append([])
        groups[-1].append(index)
    if len(groups) > 1 and pooled[groups[-1]].sum() < FEWEST_EXPECTED:
        groups[-2].extend(groups.pop())
    join = np.zeros((len(pooled), len(groups)))
    for number, group in enumerate(groups):
        join[group, number] = 1
    return join


def drift_alarm(days: Floats, reference: Floats, labels: int) -> bool:
    """Whether one label has drifted, at the end of the last of `days`; arguments as of `alarm_days`."""
    return bool(alarm_days(days, reference, labels)[-1])


def alarm_days(days: Floats, reference: Floats, labels: int) -> Bools:
    """Whether one label had drifted, at the end of each of `days` [days].

    `days` [days, bins] are the latest daily histograms; `reference` [28, bins] those of the 28 days before the
    champion's last change. Day i of `days` is on the weekday of row i modulo 7. An alarm needs a day and the day
    before, each against its own weekday, or seven days against the four weeks. `labels`: as many are judged at once.
    """
    level = ALPHA / (2 * labels)
    weekdays = _weekdays(reference)
    beyond = [_is_beyond(drift_between(each, weekdays[day % WEEK], weekdays), level) for day, each in enumerate(days)]
    return np.array(
        [
            (day > 0 and beyond[day - 1] and beyond[day])
            or (day >= WEEK - 1 and _is_beyond(week_drift(days[day - WEEK + 1 : day + 1], reference), level))
            for day in range(len(days))
        ],
        dtype=bool,
    )


def _with_items(blocks: Floats) -> Floats:
    """A day without any items says nothing of how restless the others are."""
    return np.asarray(blocks[blocks.sum(axis=1) > 0])


def _is_beyond(result: Drift | None, level: float) -> bool:
    return result is not None and result.p_value < level
