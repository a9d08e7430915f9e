"""The label map: rows of outside data told in our labels, on small maps made up here."""

from __future__ import annotations

from typing import Any

import pytest

from tagging.learning.data.open_sets.label_map import LabelMap, LabelMapError, coverage
from tagging.learning.data.open_sets.source_row import SourceRow
from tagging.taxonomy.taxonomy import Head, Label, Taxonomy

TAXONOMY = Taxonomy(
    version=1,
    heads=(
        Head(
            id="topic",
            kind="multilabel",
            labels=(Label(id="parcel", description="a parcel"), Label(id="refund", description="money back")),
        ),
        Head(
            id="act",
            kind="multiclass",
            labels=(
                Label(id="complains", description="complains"),
                Label(id="asks", description="asks"),
                Label(id="thanks", description="thanks"),
            ),
        ),
    ),
)
LABELS: dict[str, Any] = {
    "parcel": {"words": ["parcel", r"post\b"]},
    "refund": {"words": ["refund", "back", "[$€]"]},
    "complains": {"words": ["broken"]},
    "asks": {},
    "thanks": {},
}


def map_of(**source: Any) -> LabelMap:
    return LabelMap.model_validate({"version": 1, "labels": LABELS, "sources": {"set": {"read": 20, **source}}})


def states(found: LabelMap, text: str, *labels: str, domain: str = "") -> dict[str, str]:
    """Our label -> yes, no or unknown for one row."""
    row = found.map_row(SourceRow("set-1", "set", text, labels, domain=domain), TAXONOMY)
    assert row is not None
    return {
        label: "yes" if label in row.labels else "unknown" if label in row.unknown else "no"
        for label in TAXONOMY.labels
    }


def test_a_source_label_says_yes_and_a_text_without_our_words_says_no() -> None:
    said = states(map_of(says_yes={"lost_post": {"parcel": 20}}), "It never came.", "lost_post")
    assert (said["parcel"], said["refund"]) == ("yes", "no")


@pytest.mark.parametrize("text", ["I want my money Back!", "you owe me 3€", "REFUNDED?"])
def test_our_words_leave_open_what_the_source_does_not_say(text: str) -> None:
    assert states(map_of(others=["chat"]), text, "chat")["refund"] == "unknown"


@pytest.mark.parametrize("text", ["a comeback", "my postcard", "the outback"])
def test_words_count_from_a_words_beginning_only(text: str) -> None:
    assert set(states(map_of(others=["chat"]), text, "chat").values()) == {"no", "unknown"}
    assert states(map_of(others=["chat"]), text, "chat")["refund"] == "no"
    assert states(map_of(others=["chat"]), text, "chat")["parcel"] == "no"


def test_a_yes_wins_over_another_labels_no() -> None:
    found = map_of(says_yes={"paid_back": {"refund": 18}}, says_no={"chat": ["refund"]})
    assert states(found, "hm", "paid_back", "chat")["refund"] == "yes"


def test_a_no_whatever_the_words_needs_every_label_of_the_row() -> None:
    found = map_of(says_no={"chat": ["refund"]}, others=["other"])
    assert states(found, "refund", "chat")["refund"] == "no"
    assert states(found, "refund", "chat", "other")["refund"] == "unknown"


def test_what_one_label_leaves_open_another_cannot_close() -> None:
    found = map_of(says_no={"chat": ["refund"]}, leaves_open={"billing": ["refund"]})
    assert states(found, "hm", "chat", "billing")["refund"] == "unknown"


def test_annotated_labels_are_no_whatever_the_words_in_their_domain_alone() -> None:
    found = map_of(annotated={"shop": ["refund"]}, others=["chat"], unlabelled="keep")
    assert states(found, "refund", "chat", domain="shop")["refund"] == "no"
    assert states(found, "refund", "chat", domain="bank")["refund"] == "unknown"
    assert states(found, "refund", domain="shop")["refund"] == "unknown", "nothing at all was found in this row"


def test_two_labels_together_can_leave_open_what_one_says() -> None:
    rule = {"any_of": ["how"], "with_any_of": ["paid_back"], "labels": ["refund"], "why": "a question"}
    found = map_of(says_yes={"paid_back": {"refund": 20}}, others=["how"], unsure=[rule])
    assert states(found, "hm", "paid_back")["refund"] == "yes"
    assert states(found, "hm", "paid_back", "how")["refund"] == "unknown"


ACTS: dict[str, Any] = {"says_yes": {"late": {"complains": 20}, "when": {"asks": 20}, "ta": {"thanks": 20}}}


def act(found: LabelMap, text: str, *labels: str) -> str:
    """The act that holds, or `unknown`; every other act must be no, or unknown with it."""
    said = states(found, text, *labels)
    held = [label for label in ("complains", "asks", "thanks") if said.pop(label) == "yes"]
    if not held:
        assert states(found, text, *labels)["complains"] == "unknown"
    assert len(held) < 2
    return held[0] if held else "unknown"


def test_of_an_exclusive_head_the_strongest_holds() -> None:
    found = map_of(**ACTS)
    assert act(found, "hm", "ta", "when", "late") == "complains"
    assert act(found, "hm", "ta", "when") == "asks"
    assert act(found, "hm", "ta") == "thanks"


def test_an_exclusive_head_is_unknown_where_something_stronger_is_open() -> None:
    found = map_of(**ACTS, leaves_open={"odd": ["complains"]})
    assert act(found, "hm", "when", "odd") == "unknown"
    assert act(found, "It came broken, when do I get mine?", "when") == "unknown"
    assert act(found, "It came broken.", "late", "odd") == "complains"


def test_a_label_that_says_nothing_leaves_an_exclusive_head_open_unless_the_source_is_silent() -> None:
    assert act(map_of(**ACTS, others=["chat"]), "hm", "when", "chat") == "unknown"
    silent = map_of(**ACTS, others=["chat"], silent=True)
    assert act(silent, "hm", "when", "chat") == "asks"
    assert act(silent, "hm", "ta", "chat") == "unknown", "the last act needs every label"
    assert act(silent, "hm", "chat") == "unknown"


def test_an_exclusive_head_says_nothing_where_the_labels_say_no_to_all_of_it_and_no_word_speaks_for_one() -> None:
    acts = ["complains", "asks", "thanks"]
    found = map_of(**ACTS, says_no={"chat": acts}, others=["odd"])
    quiet = states(found, "hm", "chat")
    assert {quiet[name] for name in acts} == {"no"}
    assert act(found, "hm", "chat", "odd") == "unknown"
    assert act(found, "It came broken.", "chat") == "unknown"


def test_rows_without_labels_are_dropped_or_kept_as_the_source_says() -> None:
    row = SourceRow("set-1", "set", "My parcel", ())
    assert map_of().map_rows([row], TAXONOMY) == []
    (kept,) = map_of(unlabelled="keep").map_rows([row], TAXONOMY)
    assert kept.labels == frozenset()
    assert kept.unknown == {"parcel", "complains", "asks", "thanks"}


def test_where_a_row_is_from_goes_with_it() -> None:
    found = SourceRow("set-1", "set", "hm", ("when",), split="train", group="chat 7", domain="shop")
    (row,) = map_of(**ACTS).map_rows([found], TAXONOMY)
    assert (row.source, row.split, row.group, row.extra) == ("set", "train", "chat 7", {"domain": "shop"})


@pytest.mark.parametrize(
    ("row", "named"),
    [(SourceRow("a-1", "set", "secret", ("new",)), "'new' (row a-1)"), (SourceRow("a", "b", "secret", ()), "'b'")],
)
def test_what_the_map_does_not_know_is_named_without_the_text(row: SourceRow, named: str) -> None:
    with pytest.raises(LabelMapError) as raised:
        map_of(**ACTS).map_row(row, TAXONOMY)
    assert named in str(raised.value)
    assert "secret" not in str(raised.value)


def test_coverage_counts_what_each_source_says() -> None:
    rows = map_of(**ACTS).map_rows(
        [SourceRow("1", "set", "hm", ("late",)), SourceRow("2", "set", "post", ("when",))], TAXONOMY
    )
    counts = coverage(rows, TAXONOMY)
    assert counts["complains"]["set"] == {"yes": 1, "no": 1}
    assert counts["parcel"]["set"] == {"no": 1, "unknown": 1}
