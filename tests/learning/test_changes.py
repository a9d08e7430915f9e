"""Rows carried over to a taxonomy whose labels have changed, and what a change is said to mean."""

from __future__ import annotations

import msgspec
import pytest

from tagging.learning.data.changes import carry_over
from tagging.learning.data.rows import Example
from tagging.learning.data.taxonomies.difference import Effect, differences
from tagging.taxonomy.changes import Change
from tagging.taxonomy.taxonomy import Taxonomy

RENAME = Change(rename="card", to="bank_card", since=2)
SPLIT = Change(split="money", into=("refund", "fee"), since=2)
MERGE = Change(merge=("late", "lost"), into="delivery", since=3)


def row(labels: str = "", unknown: str = "") -> Example:
    return Example("r", "text", frozenset(labels.split()), frozenset(unknown.split()))


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (RENAME, row("card other", "x"), row("bank_card other", "x")),
        (RENAME, row("other", "card"), row("other", "bank_card")),
        (RENAME, row("other"), row("other")),
        (SPLIT, row("money"), row("", "refund fee")),
        (SPLIT, row("", "money"), row("", "refund fee")),
        (SPLIT, row("money refund"), row("refund", "fee")),
        (SPLIT, row("other"), row("other")),
        (MERGE, row("late"), row("delivery")),
        (MERGE, row("late", "lost"), row("delivery")),
        (MERGE, row("", "lost"), row("", "delivery")),
        (MERGE, row("late lost x"), row("delivery x")),
        (Change(deprecate="old", since=2), row("old"), row("old")),
    ],
)
def test_a_change_makes_up_no_answer(change: Change, before: Example, after: Example) -> None:
    assert carry_over([before], [change]) == [after]


def test_changes_follow_each_other_and_leave_other_rows_the_same_objects() -> None:
    old, new = row("card"), row("delivery")
    chain = [RENAME, Change(rename="bank_card", to="payment_card", since=3), MERGE]
    carried = carry_over([old, new], chain)
    assert carried[0].labels == {"payment_card"}
    assert carried[1] is new


def taxonomy(version: int, names: str, changes: tuple[Change, ...] = (), **head: object) -> Taxonomy:
    listed = [{"id": name, "description": name} for name in names.split()]
    head = {"id": "topic", "kind": "multilabel", "labels": listed} | head
    return msgspec.convert({"version": version, "heads": [head], "changes": changes}, Taxonomy)


def told(old: Taxonomy, new: Taxonomy) -> dict[str, Effect]:
    return {effect.subject: effect for effect in differences(old, new)}


def test_each_change_says_what_becomes_of_data_thresholds_and_stored_rows() -> None:
    changes = (RENAME, SPLIT, MERGE)
    found = told(taxonomy(1, "card money late lost x"), taxonomy(3, "bank_card refund fee delivery x new", changes))
    assert list(found) == ["card", "money", "late and lost", "new", "bank_card"]
    assert found["card"].stored == "card in them means bank_card"
    assert found["bank_card"].what == "description or examples"
    assert "a positive becomes unknown for refund and fee" in found["money"].data
    assert "tuned anew" in found["late and lost"].thresholds
    assert "negative in older rows" in found["new"].data
    assert not any(effect.breaks for effect in found.values())


def test_a_label_that_is_gone_without_a_word_breaks() -> None:
    found = told(taxonomy(1, "card x"), taxonomy(2, "x"))
    assert found["card"].breaks
    assert "left out" in found["card"].data


def test_an_id_used_again_breaks() -> None:
    found = told(taxonomy(2, "bank_card", (RENAME,)), taxonomy(3, "bank_card card"))
    assert found["card"].breaks
    assert "used again" in found["card"].what


def test_a_change_without_a_new_version_breaks() -> None:
    assert told(taxonomy(1, "card"), taxonomy(1, "card x"))["version"].breaks
    assert differences(taxonomy(1, "card"), taxonomy(1, "card")) == ()


def test_a_head_that_waits_for_a_label_is_told_and_a_renamed_label_is_the_same_condition() -> None:
    def waiting(version: int, name: str, when: str | None, changes: tuple[dict[str, object], ...] = ()) -> Taxonomy:
        kind = {"id": "kind", "kind": "binary", "labels": [{"id": name, "description": "a card"}]}
        late = {"id": "time", "kind": "binary", "when": when, "labels": [{"id": "late", "description": "late"}]}
        return msgspec.convert({"version": version, "heads": [kind, late], "changes": changes}, Taxonomy)

    found = told(waiting(1, "card", None), waiting(2, "card", "card"))
    assert found["head time"].what == "runs only where card is assigned"
    assert told(waiting(1, "card", "card"), waiting(2, "card", None))["head time"].what == "runs for every item"
    renamed = {"rename": "card", "to": "bank_card", "since": 2}
    assert "head time" not in told(waiting(1, "card", "card"), waiting(2, "bank_card", "bank_card", (renamed,)))


def test_goals_policies_and_kinds_say_what_is_tuned_again() -> None:
    old = taxonomy(1, "a b")
    changed = [
        {"id": "a", "description": "a", "goal": {"min_recall": 0.8}},
        {"id": "b", "description": "b", "parent": "a"},
    ]
    found = told(old, taxonomy(2, "", policy={"top": 1}, labels=changed))
    assert "tuned anew" in found["a"].thresholds
    assert found["b"].data == "a positive makes a positive"
    assert found["head topic"].what == "policy"
    assert "two of its labels" in told(old, taxonomy(2, "a b", kind="multiclass"))["head topic"].data
