"""A canary on the local cloud: a version beside the layer's bundle, and what it changed for the items it served."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tagging.kinds import Kind
from tagging.local.cloud import LocalCloud
from tagging.local.item_run import ItemOutcome
from tagging.serving import Change, ModelStore, Pointer, challenged, files_of, shadowed, version_id

if TYPE_CHECKING:
    from tagging.model import Bundle


@dataclass(frozen=True)
class CanaryItem:
    """An item that the challenger served: its labels, and those that the champion gives it."""

    item: ItemOutcome
    challenger: frozenset[str]
    champion: frozenset[str]


@dataclass(frozen=True)
class LabelCount:
    """How many of the challenger's items a label holds for, by either version."""

    label: str
    champion: int
    challenger: int


def begin_canary(cloud: LocalCloud, kind: Kind, challenger: Bundle, share: float) -> Pointer:
    """Push a bundle's version, and let it serve this share of the items beside the layer's bundle."""
    return _begin(cloud, kind, challenger, lambda seen, version: challenged(seen, kind, version, share, _change()))


def begin_shadow(cloud: LocalCloud, kind: Kind, shadow: Bundle) -> Pointer:
    """Push a bundle's version, and let it be a shadow of who serves."""
    return _begin(cloud, kind, shadow, lambda seen, version: shadowed(seen, kind, version, _change()))


def _begin(cloud: LocalCloud, kind: Kind, bundle: Bundle, change: Callable[[Pointer | None, str], Pointer]) -> Pointer:
    store = ModelStore(cloud.client("s3"), cloud.output("ModelsBucketName"), kind)
    version = version_id(bundle)
    store.write_version(version, files_of(Path(bundle.folder), bundle))
    seen = store.read_pointer()
    pointer = change(None if seen is None else seen.pointer, version)
    store.write_pointer(pointer, seen)
    return pointer


def _change() -> Change:
    return Change("demo", datetime.now(UTC).isoformat(timespec="milliseconds"), "tagging demo")


def served_by_challenger(items: Iterable[ItemOutcome], pointer: Pointer) -> list[ItemOutcome]:
    """The tagged items of the pointer's kind that its challenger served."""
    share = pointer.challenger
    return [
        item
        for item in items
        if item.kind == pointer.kind and share is not None and item.row is not None
        if item.row.revision.quarantine is None and share.serves(item.id)
    ]


def compare_items(items: Iterable[ItemOutcome], champion: Mapping[str, frozenset[str]]) -> list[CanaryItem]:
    """The challenger's items beside the labels that the champion gives them (item id → labels)."""
    return [
        CanaryItem(item, frozenset(item.row.revision.labels), champion[item.id])
        for item in items
        if item.row is not None and item.id in champion
    ]


def count_labels(items: Iterable[CanaryItem]) -> list[LabelCount]:
    """The labels by either version on the same items, the largest difference first."""
    champion: Counter[str] = Counter()
    challenger: Counter[str] = Counter()
    for each in items:
        champion.update(each.champion)
        challenger.update(each.challenger)
    counts = [LabelCount(label, champion[label], challenger[label]) for label in {**champion, **challenger}]
    return sorted(counts, key=lambda each: (-abs(each.challenger - each.champion), each.label))
