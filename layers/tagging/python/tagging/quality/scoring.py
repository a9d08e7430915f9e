"""Scores and labels of an hour's items by the version that serves now, exactly as it decides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tagging import model
from tagging.feature_log import LoggedItem, OpenHour
from tagging.model import Bundle

Floats32 = NDArray[np.float32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

UNKNOWN_PIECES = frozenset({"[UNK]", "<unk>"})
"""How tokenisers write what they do not know."""


class ItemFacts(Struct, frozen=True):
    """What drift of input looks at, of one item."""

    words: int
    """In all sentences; 0 for an image."""
    unknown_pieces: float
    """Share of the word pieces that the encoder does not know."""
    other_language: bool


class ScoredHour(Struct, frozen=True):
    """An hour's items as one version scores them."""

    opened: OpenHour
    version: str
    """Id of the version."""
    labels: tuple[str, ...]
    rows: tuple[int, ...]
    """Positions in `hour.decided`, ascending, of the items that were decided first in this hour; without quarantined
    ones and those that the version cannot score."""
    scores: Floats32
    """[items, labels]; nan where the version gives none."""
    assigned: Bools
    """[items, labels]"""
    beyond_cut: Floats32
    """[items]: see `Prediction.beyond_cut`."""
    facts: tuple[ItemFacts, ...]
    """[items]"""
    unscored: int
    """Items that were decided first in this hour, and that the version cannot score."""

    @property
    def ids(self) -> list[str]:
        """The id of each item."""
        return [self.opened.hour.decided[row].id for row in self.rows]


class _Part(Struct, frozen=True):
    """Some items of an hour, scored."""

    rows: tuple[int, ...]
    scores: Floats32
    assigned: Bools
    beyond_cut: Floats32
    facts: tuple[ItemFacts, ...]


def score_hour(opened: OpenHour, version_id: str, version: Bundle) -> ScoredHour:
    """Score an hour's items; where the log has the logits of the version's own scorer, nothing is predicted again.

    Probes and superseded revisions are not in the log's hours. Raises LogError, and botocore's errors.
    """
    decided = opened.hour.decided
    rows = [row for row, each in enumerate(decided) if each.quarantine is None and not each.again]
    known = _known_logits(opened, version)
    parts, start = [], 0
    for items in opened.parts(rows):
        parts.append(_scored(rows[start : start + len(items)], items, known, version))
        start += len(items)
    count = len(version.decisions)
    scored = tuple(row for part in parts for row in part.rows)
    return ScoredHour(
        opened=opened,
        version=version_id,
        labels=tuple(version.decisions),
        rows=scored,
        scores=np.concatenate([np.empty((0, count), np.float32), *(part.scores for part in parts)]),
        assigned=np.concatenate([np.empty((0, count), bool), *(part.assigned for part in parts)]),
        beyond_cut=np.concatenate([np.empty(0, np.float32), *(part.beyond_cut for part in parts)]),
        facts=tuple(each for part in parts for each in part.facts),
        unscored=len(rows) - len(scored),
    )


def _known_logits(opened: OpenHour, version: Bundle) -> dict[int, tuple[Floats32, np.float32]]:
    """Logits and `beyond_cut` by row, of the blocks that the version's own scorer made."""
    labels = tuple(version.decisions)
    return {
        row: (block.logits[place], block.beyond_cut[place])
        for block in opened.hour.blocks
        if block.by.scorer == version.scorer and block.by.labels == labels
        for place, row in enumerate(block.rows)
    }


def _scored(
    rows: Sequence[int],
    items: Sequence[LoggedItem],
    known: dict[int, tuple[Floats32, np.float32]],
    version: Bundle,
) -> _Part:
    """The items that the version can score: it has their texts and every head that was requested for them."""
    heads = {head.id for head in version.taxonomy.heads}
    can = [
        place
        for place, item in enumerate(items)
        if model.has_texts(item.features, version) and (item.heads is None or heads >= set(item.heads))
    ]
    new = [place for place in can if rows[place] not in known]
    predicted = dict(zip(new, model.predict_many([items[place].features for place in new], version), strict=True))
    logits = np.zeros((len(can), len(version.decisions)))
    beyond_cut = np.zeros(len(can), dtype=np.float32)
    for index, place in enumerate(can):
        if place in predicted:
            logits[index], beyond_cut[index] = predicted[place].logits, predicted[place].beyond_cut
        else:
            logits[index], beyond_cut[index] = known[rows[place]]
    chosen = [items[place] for place in can]
    scores, assigned = _decided(chosen, logits, beyond_cut > 0, version)
    return _Part(
        tuple(rows[place] for place in can), scores, assigned, beyond_cut, tuple(facts_of(each) for each in chosen)
    )


def _decided(items: Sequence[LoggedItem], logits: Floats, unlike: Bools, version: Bundle) -> tuple[Floats32, Bools]:
    """Scores and labels of items, those with the same requested heads together."""
    scores, assigned = np.full(logits.shape, np.nan, dtype=np.float32), np.zeros(logits.shape, dtype=bool)
    groups: dict[tuple[tuple[str, ...] | None, bool], list[int]] = {}
    for place, item in enumerate(items):
        if not item.features.wordless:  # no head runs
            groups.setdefault((item.heads, item.features.final is not None), []).append(place)
    for (heads, final), places in groups.items():
        scored = model.score_many(logits[places], unlike[places], version, heads, final=final)
        scores[places], assigned[places] = scored
    return scores, assigned


def facts_of(item: LoggedItem) -> ItemFacts:
    """What drift of input looks at."""
    features = item.features
    pieces = [piece for text in features.pieces[: len(features.sentences)] for piece in text]
    unknown = sum(piece in UNKNOWN_PIECES for piece in pieces)
    words = sum(sentence.words for sentence in features.sentences)
    return ItemFacts(words, unknown / max(len(pieces), 1), "other_language" in features.reasons)
