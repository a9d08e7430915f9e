"""Items whose truth is known: evidence about each label, as several versions see it, laid into features of an encoder.

The features of an item hold one group of numbers for each version. A version's heads read its own group alone, so that
scoring the same items by another version gives other scores, by the code that is deployed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.model import Features, Sentence, pack_rows, unpack_rows
from tagging.simulation.rhythm import Floats

Bools = NDArray[np.bool_]

RATES = np.array([0.30, 0.15, 0.10, 0.05, 0.05, 0.03, 0.02, 0.01])
"""The share of items that truly have each label."""
LABELS = ("order", "invoice", "account", "refund", "delivery", "damaged", "praise", "legal")
CRITICAL, DRIFTING = "refund", "delivery"
"""Two labels that 5 % of the items have: one with an error budget, and one whose rate changes."""
SEPARATION = 3.6
"""Distance of the two classes of a label in standard deviations: a tenth of the items has a wrong label then."""
UNUSED = 3
"""Features before the first group: those of the encoder's special pieces."""


@dataclass(frozen=True)
class Skill:
    """How a version sees items."""

    noise: float = 0.0
    """Standard deviation of what it adds to the evidence that all versions see."""
    missed: float = 0.0
    """The share of true labels that look to it like none."""
    invented: tuple[tuple[str, float], ...] = ()
    """The share of items without a label that look to it like those with it, by label."""


FIRST = Skill(noise=0.35, missed=0.03)
SECOND = Skill()
BAD = Skill(invented=((CRITICAL, 0.11),))
"""Makes the precision of the critical label about .3."""
SKILLS = (FIRST, SECOND, BAD)
"""The versions of the month, by the order of their groups."""
WIDTH = UNUSED + len(SKILLS) * len(LABELS)
"""Numbers in the features of an item."""


@dataclass(frozen=True)
class Drawn:
    """Items of one hour [items]."""

    truth: Bools
    """[items, labels]."""
    dense: NDArray[np.float32]
    """[items, WIDTH]: rounded as encoders round."""


def draw_items(random: np.random.Generator, count: int, rates: Floats, skills: tuple[Skill, ...] = SKILLS) -> Drawn:
    """Draw items with labels by their rates [labels], and the evidence of each version."""
    truth = random.random((count, len(LABELS))) < rates
    base = random.normal(size=truth.shape)
    groups = [np.zeros((count, UNUSED))]
    for skill in skills:
        chance = random.random(truth.shape)
        invented = np.array([dict(skill.invented).get(label, 0.0) for label in LABELS])
        seen = np.where(truth, chance >= skill.missed, chance < invented)
        groups.append(base + skill.noise * random.normal(size=truth.shape) + SEPARATION * seen)
    rows = np.concatenate(groups, axis=1).astype(np.float32)
    return Drawn(truth, unpack_rows(pack_rows(rows), count, WIDTH) if count else rows)


def features_of(row: NDArray[np.float32], words: int) -> Features:
    """The features of one item [WIDTH], a text of one sentence with so many words."""
    dense = row[None]
    dense.flags.writeable = False
    return Features(dense=dense, pieces=(("word",),), sentences=(Sentence((0, 1), words, False),))
