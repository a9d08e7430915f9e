"""The pointer: validation, exact shares, and what each change makes of it."""

import hashlib
import json

import pytest
from msgspec.structs import replace

from tagging.serving.pointer import (
    Challenger,
    Change,
    Pointer,
    PointerError,
    challenged,
    parse_pointer,
    promoted,
    rolled_back,
    shadowed,
    unshadowed,
)

OLD, NEW, OTHER = "a" * 12, "b" * 12, "c" * 12
BY = Change("anna", "2026-11-28T12:00:00.000+00:00", "better on refunds")
POINTER = Pointer(kind="mail", generation=7, champion=OLD, previous=OTHER, by="", at="2026-01-01", why="")


def test_a_pointer_is_read_as_it_was_written():
    pointer = challenged(POINTER, "mail", NEW, 0.05, BY)
    assert parse_pointer(pointer.to_json()) == pointer


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"generation": 0}, "generation"),
        ({"champion": "latest"}, "champion"),
        ({"champion": None}, "champion"),
        ({"shadows": [NEW, OTHER, "d" * 12]}, "shadows"),
        ({"schema": "tagging.pointer/2"}, "schema"),
        ({"challenger": {"version": NEW, "share": 1.5, "salt": "0" * 16}}, "challenger.share"),
        ({"challenger": {"version": NEW, "share": 0, "salt": "0" * 16}}, "challenger.share"),
        ({"challenger": {"version": NEW, "share": 0.5}}, "challenger"),
        ({"challenger": {"version": OLD, "share": 0.5, "salt": "0" * 16}}, "same version"),
        ({"kind": "video"}, "kind"),
    ],
)
def test_a_wrong_pointer_is_refused_and_the_field_named(change, place):
    content = json.dumps(json.loads(POINTER.to_json()) | change).encode()
    with pytest.raises(PointerError, match=place):
        parse_pointer(content)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff{}", b'{"schema":"tagging.pointer/1"}'])
def test_what_is_no_pointer_is_refused(content):
    with pytest.raises(PointerError):
        parse_pointer(content)


def test_fields_that_a_later_version_adds_are_ignored():
    content = json.dumps(json.loads(POINTER.to_json()) | {"audit": {"rate": 0.01}}).encode()
    assert parse_pointer(content) == POINTER


def test_anybody_can_recompute_which_items_a_challenger_serves():
    challenger = Challenger(NEW, 0.05, "0123456789abcdef")
    for number in range(2000):
        item_id = f"mails/{number}.eml"
        bits = int(hashlib.sha256(f"0123456789abcdef{item_id}".encode()).hexdigest()[:16], 16)
        assert challenger.serves(item_id) == (bits / 2**64 < 0.05)


def test_no_item_switches_back_while_the_share_of_a_challenger_grows():
    small = challenged(POINTER, "mail", NEW, 0.05, BY)
    large = challenged(small, "mail", NEW, 0.25, BY)
    ids = [str(number) for number in range(5000)]
    of_small = {each for each in ids if small.version_of(each) == NEW}
    of_large = {each for each in ids if large.version_of(each) == NEW}
    assert of_small < of_large
    assert 200 < len(of_small) < 300
    assert 1150 < len(of_large) < 1350


def test_another_challenger_gets_other_items():
    first = challenged(POINTER, "mail", NEW, 0.5, BY)
    second = challenged(first, "mail", OTHER, 0.5, BY)
    assert first.challenger.salt != second.challenger.salt


def test_an_id_that_is_not_unicode_has_a_version_too():
    assert challenged(POINTER, "mail", NEW, 0.5, BY).version_of("mails/\udcff") in (OLD, NEW)


def test_every_change_has_the_next_generation_and_says_who_and_why():
    changes = [promoted(POINTER, "mail", NEW, BY), challenged(POINTER, "mail", NEW, 0.1, BY), rolled_back(POINTER, BY)]
    for pointer in changes:
        assert (pointer.generation, pointer.by, pointer.at, pointer.why) == (8, BY.by, BY.at, BY.why)


def test_the_first_promotion_can_be_rolled_back_to_the_bundle_of_the_layer():
    first = promoted(None, "mail", NEW, BY)
    assert (first.generation, first.champion, first.previous) == (1, NEW, "layer")
    back = rolled_back(first, BY)
    assert (back.generation, back.champion, back.previous) == (2, "layer", NEW)


def test_a_promoted_challenger_is_no_longer_a_challenger():
    pointer = promoted(challenged(POINTER, "mail", NEW, 0.25, BY), "mail", NEW, BY)
    assert (pointer.champion, pointer.previous, pointer.challenger) == (NEW, OLD, None)


def test_a_rollback_ends_the_canary_first_and_then_exchanges_the_champions():
    ended = rolled_back(challenged(POINTER, "mail", NEW, 0.25, BY), BY)
    assert (ended.champion, ended.challenger, ended.previous) == (OLD, None, OTHER)
    back = rolled_back(ended, BY)
    assert (back.champion, back.previous) == (OTHER, OLD)
    assert rolled_back(back, BY).champion == OLD


@pytest.mark.parametrize(
    "change",
    [
        lambda: promoted(POINTER, "mail", OLD, BY),
        lambda: challenged(POINTER, "mail", OLD, 0.5, BY),
        lambda: challenged(POINTER, "mail", NEW, 1.5, BY),
        lambda: challenged(POINTER, "mail", NEW, float("nan"), BY),
        lambda: rolled_back(None, BY),
        lambda: rolled_back(Pointer(kind="mail", generation=1, champion=OLD, by="", at="x", why=""), BY),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(change):
    with pytest.raises(PointerError):
        change()


def test_the_versions_of_a_pointer_are_those_with_a_role_each_once():
    pointer = Pointer(
        kind="mail", generation=3, champion=NEW, previous="layer", shadows=(OTHER, OLD), by="", at="x", why="",
        challenger=Challenger(OLD, 0.5, "0" * 16),
    )  # fmt: skip
    assert pointer.versions == (NEW, OLD, OTHER)


def test_a_shadow_that_begins_to_serve_is_no_longer_a_shadow():
    pointer = shadowed(shadowed(POINTER, "mail", NEW, BY), "mail", OTHER, BY)
    assert (pointer.champion, pointer.shadows) == (OLD, (NEW, OTHER))
    assert challenged(pointer, "mail", NEW, 0.5, BY).shadows == (OTHER,)
    assert promoted(pointer, "mail", NEW, BY).shadows == (OTHER,)
    assert rolled_back(pointer, BY).shadows == (NEW,)  # OTHER is the champion before
    assert unshadowed(pointer, NEW, BY).shadows == (OTHER,)


@pytest.mark.parametrize(
    "change",
    [
        lambda: shadowed(POINTER, "mail", OLD, BY),
        lambda: shadowed(challenged(POINTER, "mail", NEW, 0.5, BY), "mail", NEW, BY),
        lambda: shadowed(shadowed(POINTER, "mail", NEW, BY), "mail", NEW, BY),
        lambda: shadowed(replace(POINTER, shadows=(NEW, OTHER)), "mail", "layer", BY),
        lambda: unshadowed(POINTER, NEW, BY),
        lambda: unshadowed(None, NEW, BY),
    ],
)
def test_a_change_of_shadows_that_makes_no_sense_is_refused(change):
    with pytest.raises(PointerError):
        change()
