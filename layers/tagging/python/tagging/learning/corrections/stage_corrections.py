"""Corrections of a stage: answers from the review table, and what the feature log kept of their items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct

from tagging.corrections import ReviewTable
from tagging.feature_log import LogError, LogStore
from tagging.kinds import Kind
from tagging.learning.corrections.answered_items import AnsweredItem, AnsweredItems
from tagging.learning.data import Example, Served
from tagging.model import Features
from tagging.quality import read_quality
from tagging.store import LabelTable, Row

DAYS: Final = 400
"""Answers are kept so long."""
_AT_ONCE: Final = 10


class StageAnswers(Struct, frozen=True):
    """Where a stage keeps answers, rows and features."""

    reviews: ReviewTable
    rows: LabelTable
    log: LogStore
    kind: Kind
    encoder: str
    """Version of the encoder whose features are wanted."""
    days: int = DAYS
    """Answers of so many days are read."""

    def read(self, now: datetime) -> AnsweredItems:
        """All answers that are kept, and the items whose features are. Raises LogError, and botocore's errors."""
        first = f"{now - timedelta(days=self.days):%Y-%m-%d}"
        corrections = tuple(self.reviews.corrections(self.kind, first, f"{now:%Y-%m-%d}"))
        ids = sorted({each.item for each in corrections})
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            found = dict(zip(ids, threads.map(self._item, ids), strict=True))
        missing = Counter(each for each in found.values() if isinstance(each, str))
        items = {name: each for name, each in found.items() if isinstance(each, AnsweredItem)}
        return AnsweredItems(corrections, items, without_content=missing, discounted=frozenset(self._discounted()))

    def _item(self, item_id: str) -> AnsweredItem | str:
        """The item, or why its features cannot be used."""
        row = self.rows.get(item_id)
        if row is None or row.forgotten:
            return "items that were forgotten"
        try:
            features = next(self._features(row), None)
        except LogError as error:
            return f"items of which {error}"
        if features is None:
            return "items without features: kept no longer, not kept, or of another encoder"
        entry = self.reviews.entry(item_id)
        inclusion = entry.chance if entry is not None and entry.purpose == "measure" else None
        example = Example(item_id, words_in(features), frozenset(), source="corrections", served=Served(features))
        return AnsweredItem(example, inclusion)

    def _features(self, row: Row) -> Iterator[Features]:
        for revision in (row.revision, *row.earlier):
            if revision.log is not None and revision.bundle.encoder == self.encoder:
                item = self.log.find_item(revision.log, self.kind, self.encoder, row.id)
                if item is not None:
                    yield item.features

    def _discounted(self) -> Iterable[tuple[str, str | None]]:
        """By the latest quality report."""
        try:
            report = read_quality(self.log, self.kind)
        except msgspec.MsgspecError:
            raise LogError("the quality report is damaged: the next hour makes it again") from None
        for each in report.authors if report else ():
            yield from ((each.author, None if label == "*" else label) for label in each.discounted)


def words_in(features: Features) -> str:
    """The words of an item, put together from its word pieces; good for comparing texts, not for reading."""
    texts = features.pieces[-1:] if features.has_full_text else features.pieces
    pieces = " ".join(piece for text in texts for piece in text)
    if "\u2581" in pieces:  # marks the beginnings of words, where others mark their continuations
        return pieces.replace(" ", "").replace("\u2581", " ").strip()
    return pieces.replace(" ##", "")
