"""Rows: to DynamoDB and back, revisions, erasure."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tagging.model.label_set import BundleVersion
from tagging.model.review_reasons import REVIEW_REASONS
from tagging.quarantine import Quarantine
from tagging.store.output import Output
from tagging.store.revision import Revision
from tagging.store.row import Row, day_shards, quarantine_shards, stored_object
from tagging.store.row_codec import unpack

VERSION = BundleVersion("e" * 12, "h" * 12, "t" * 12)
SENT, PENDING = Output("sent", "first ticket"), Output("pending", "second ticket")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
REVISION = st.builds(
    Revision,
    tagged_at=st.just("2026-01-31T10:00:00.000+00:00"),
    bundle=st.just(VERSION),
    labels=st.lists(TEXT, max_size=3).map(tuple),
    scores=st.none() | st.dictionaries(TEXT, st.floats(0, 1), max_size=3),
    review=st.booleans(),
    review_reasons=st.lists(st.sampled_from(list(REVIEW_REASONS)), max_size=3).map(tuple),
    left_out=st.dictionaries(st.sampled_from(["quote", "signature", "unread_part"]), st.integers(1, 10**6)),
    heads=st.none() | st.lists(TEXT, max_size=3).map(tuple),
    quarantine=st.none() | st.builds(Quarantine, TEXT, TEXT, TEXT),
)
ROW = st.builds(
    Row,
    id=TEXT,
    kind=st.just("mail"),
    source=st.dictionaries(TEXT, TEXT, max_size=3),
    attempt=TEXT,
    revision=REVISION,
    input_hash=st.none() | TEXT,
    outputs=st.dictionaries(
        st.sampled_from(["ticket", "audit", "search_index"]),
        st.builds(Output, st.sampled_from(["pending", "sent"]), st.none() | TEXT),
    ),
    earlier=st.lists(REVISION, max_size=2).map(tuple),
    spam=st.booleans(),
    expires_at=st.none() | st.integers(0, 2**40),
)


@given(ROW)
def test_a_row_is_read_as_it_was_written(row: Row) -> None:
    assert Row.from_attributes(row.to_attributes()) == row


@given(ROW)
def test_a_row_is_in_the_index_of_its_day(row: Row) -> None:
    assert row.to_attributes()["day_shard"]["S"] in day_shards("2026-01-31")


def test_a_revision_keeps_the_earlier_one_and_the_ticket_that_was_sent() -> None:
    first = Row("i", "mail", {}, "a1", Revision("2026", VERSION, ("x",)), "hash", {"ticket": SENT})
    by = replace(first, attempt="a2", revision=Revision("2027", VERSION, ("y",)), outputs={"ticket": PENDING})
    revised = first.revised(by)
    assert (revised.ticket, revised.ticket_body) == ("sent", "first ticket")
    assert (revised.revision, revised.earlier, revised.attempt) == (by.revision, (first.revision,), "a2")


def test_a_revision_may_be_the_first_with_a_ticket() -> None:
    first = Row("i", "mail", {}, "a1", Revision("2026", VERSION))
    revised = first.revised(replace(first, attempt="a2", outputs={"ticket": PENDING}))
    assert (revised.ticket, revised.ticket_body) == ("pending", "second ticket")


@given(ROW)
def test_only_quarantined_rows_are_in_the_index_of_quarantine(row: Row) -> None:
    listed = row.to_attributes().get("indexed_label")
    assert (listed is not None) == (row.revision.quarantine is not None)
    assert listed is None or listed["S"] in quarantine_shards()


@given(ROW)
def test_an_erased_row_keeps_nothing_of_its_item(row: Row) -> None:
    erased = row.erased("2027-01-31T10:00:00.000+00:00", "eraser")
    assert erased.forgotten
    assert Row.from_attributes(erased.to_attributes()) == erased
    assert {name for name, value in erased.to_attributes().items() if value not in ({"L": []}, {"M": {}})} == {
        *("id", "kind", "attempt", "tagged_at", "record", "review", "quarantine"),
        *erased.state_attributes,
    }
    assert unpack(erased.to_attributes()["record"]["B"]) == {
        "source": {},
        "revision": {"bundle": [VERSION.encoder, VERSION.heads, VERSION.thresholds]},
    }
    assert erased.outputs == {name: Output("sent") for name in row.outputs if row.state(name) == "sent"}


def test_a_revised_row_does_not_expire() -> None:
    first = Row("i", "mail", {}, "a1", Revision("2026", VERSION, quarantine=Quarantine("empty")), expires_at=1)
    assert first.revised(replace(first, revision=Revision("2027", VERSION), expires_at=None)).expires_at is None


def test_inline_text_has_no_stored_object() -> None:
    assert stored_object({"message": "crm-1"}) is None


def test_the_json_of_a_row_has_the_ticket_beside_other_outputs() -> None:
    row = Row("a", "mail", {}, "t", Revision("2026", VERSION), outputs={"ticket": SENT, "audit": PENDING})
    document = row.to_document()
    assert (document["ticket"], document["ticket_body"]) == ("sent", "first ticket")
    assert document["outputs"] == {"audit": {"state": "pending", "content": "second ticket"}}
    without = replace(row, outputs={}).to_document()
    assert (without["ticket"], without["ticket_body"], "outputs" in without) == ("none", None, False)
