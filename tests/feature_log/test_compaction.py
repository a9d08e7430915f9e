"""Hours are a function of their batches: idempotent, renewed where a batch changes, each item once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tagging.feature_log.batch import Batch, Entry, ScoredBy, VersionLogits, pack_batch, unpack_batch
from tagging.feature_log.compaction import compact, without
from tagging.feature_log.errors import LogError
from tagging.feature_log.hour import Hour, pack_hour, unpack_hour
from tagging.feature_log.keys import Attempt, HourKey, hours_between, parse_reference
from tagging.feature_log.logged_item import unpack_item
from tagging.feature_log.peaks import pack_peaks, unpack_peaks

LABELS = {"a" * 12: ("refund", "thanks"), "b" * 12: ("refund", "thanks", "cancel")}
HOUR = HourKey("mail", "e" * 12, "2026-01-31/23")
ENDED = datetime(2026, 2, 1, tzinfo=UTC)


def logits(version: str, value: float, *, shadow: bool = False) -> VersionLogits:
    """The same logit for all labels of a version."""
    values = np.full(len(LABELS[version]), value, dtype="<f4")
    return VersionLogits(version, values.tobytes(), -0.25, b"" if shadow else pack_peaks(values.astype(np.float64)))


def entry(item_id: str, generation: int = 1, at: int = 0, *, version: str = "a" * 12, shadow: str = "") -> Entry:
    """An entry whose bytes of the item name it and its revision."""
    predictions = (logits(version, generation), *([logits(shadow, 7.0, shadow=True)] if shadow else []))
    decided_at = f"2026-01-31T23:00:00.{at:03}+00:00"
    item = f"{item_id}/{generation}/{at};".encode()
    return Entry(item_id, generation, decided_at, ("refund",), (), True, None, predictions, item)


def batch(*entries: Entry) -> Batch:
    used = sorted({each.version for one in entries for each in one.predictions})
    return Batch({version: ScoredBy(f"s{version[0]}", LABELS[version]) for version in used}, entries)


def reference(number: int) -> str:
    return f"2026013123-{number:016x}"


ENTRIES = st.builds(
    entry,
    st.sampled_from(["a", "b", "c", "d"]),
    st.integers(1, 3),
    st.integers(0, 3),
    version=st.sampled_from(sorted(LABELS)),
    shadow=st.sampled_from(["", *sorted(LABELS)]),
)
BATCHES = st.lists(st.lists(ENTRIES, max_size=3), max_size=5).map(
    lambda lists: {reference(number): batch(*entries) for number, entries in enumerate(lists)}
)


@given(BATCHES, st.randoms())
def test_an_hour_is_the_same_bytes_in_whichever_order_its_batches_come(
    batches: Mapping[str, Batch], random: st.randoms
) -> None:
    shuffled = list(batches.items())
    random.shuffle(shuffled)
    one, other = compact(batches, "i"), compact(dict(shuffled), "i")
    assert (pack_hour(one.hour), one.items) == (pack_hour(other.hour), other.items)
    assert unpack_hour(pack_hour(one.hour)) == one.hour


@given(BATCHES)
def test_each_item_is_in_its_hour_once_with_its_current_revision_and_its_logits(batches: Mapping[str, Batch]) -> None:
    compacted = compact(batches, "i")
    current: dict[str, tuple[int, str]] = {}
    for each in (each for one in batches.values() for each in one.entries):
        current[each.id] = max(current.get(each.id, each.rank), each.rank)
    assert {each.id: each.rank for each in compacted.hour.decided} == current
    assert [each.id for each in compacted.hour.decided] == sorted(current)
    for row, each in enumerate(compacted.hour.decided):
        assert compacted.items[each.start : each.end].decode().startswith(f"{each.id}/{each.generation}/")
        (block,) = (b for b in compacted.hour.blocks if b.version == each.version and row in b.rows and b.peak_bytes)
        assert block.logits[block.rows.index(row)].tolist() == [each.generation] * len(LABELS[each.version])


@given(BATCHES, st.sets(st.sampled_from(["a", "b", "c", "d"])))
def test_an_hour_without_items_is_the_rest_of_it(batches: Mapping[str, Batch], erased: set[str]) -> None:
    whole = compact(batches, "i").hour
    rest = without(whole, erased)
    assert rest.decided == tuple(each for each in whole.decided if each.id not in erased)
    for block in rest.blocks:
        (before,) = (
            b for b in whole.blocks if b.version == block.version and bool(b.peak_bytes) == bool(block.peak_bytes)
        )
        for position, row in enumerate(block.rows):
            earlier = before.rows.index(whole.decided.index(rest.decided[row]))
            assert block.logits[position].tolist() == before.logits[earlier].tolist()
            assert block.beyond_cut[position] == before.beyond_cut[earlier]
    assert unpack_hour(pack_hour(rest)) == rest


@given(st.lists(st.floats(-30, 30) | st.just(-np.inf), min_size=1, max_size=8))
@example([15.75, 15.751, 15.875, -15.875, -16.0, 5e-324])
def test_a_stored_peak_is_an_upper_bound_by_at_most_an_eighth(peaks: list[float]) -> None:
    bounds = unpack_peaks(pack_peaks(np.array(peaks)))
    for peak, bound in zip(peaks, bounds.tolist(), strict=True):
        assert bound >= peak
        assert bound - peak <= 0.126 or not -15.875 <= peak <= 15.75 or peak == bound


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not an object of the feature log"),
        (b"%PDF-1.7", "not an object of the feature log"),
        (pack_hour(Hour((), (), "i")), "not an object of the feature log"),
        (b"tagging.batch/2\x92", "newer format; update tagging"),
        (pack_batch(batch(entry("a")))[:-9], "damaged or cut short"),
        (b"tagging.batch/1\xc1", "damaged or cut short"),
    ],
)
def test_what_is_no_batch_is_told_in_one_line(content: bytes, message: str) -> None:
    with pytest.raises(LogError, match=message):
        unpack_batch(content)


@pytest.mark.parametrize("cut", [20, 40])
def test_an_hour_that_is_cut_short_is_told_in_one_line(cut: int) -> None:
    content = pack_hour(compact({reference(1): batch(entry("a"), entry("b"))}, "i").hour)
    with pytest.raises(LogError, match="damaged or cut short"):
        unpack_hour(content[:cut])


@pytest.mark.parametrize(
    ("content", "message"), [(b"\x02\x90", "newer format"), (b"\x01\x90", "damaged"), (b"", "damaged")]
)
def test_an_item_that_cannot_be_read_is_told_in_one_line(content: bytes, message: str) -> None:
    with pytest.raises(LogError, match=message):
        unpack_item(content)


def test_references_and_keys_lead_to_each_other() -> None:
    attempt = Attempt.begun(datetime(2026, 1, 31, 23, 59, tzinfo=UTC))
    assert parse_reference(attempt.reference) == attempt
    assert attempt.key("mail", "e" * 12) == f"features/mail/{'e' * 12}/2026-01-31/23/{attempt.token}"
    assert attempt.hour_key("mail", "e" * 12) == HOUR
    assert [each.hour for each in hours_between("mail", "e", ENDED - timedelta(minutes=61), ENDED)] == [
        "2026-01-31/22",
        "2026-01-31/23",
    ]
    with pytest.raises(LogError, match="'x' names no batch"):
        parse_reference("x")
