"""The message of a correction: what it says, what makes it the same one, and what is refused in it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagging.corrections import REFUSALS, Refused, check_correction, parse_correction
from tests.corrections.samples import ANSWERED, as_json, complete, correction


def reason_of(body: str | bytes) -> str:
    with pytest.raises(Refused) as refused:
        parse_correction(body)
    return refused.value.reason


def test_a_message_is_read_as_it_was_written() -> None:
    sent = complete(unseen=("complaint",), note="Zwei Wünsche, 二つ", version="0123456789ab")
    assert parse_correction(sent.to_body()) == sent
    assert sent.to_body().isascii()
    assert sorted(json.loads(correction().to_body())) == ["answered_at", "author", "item", "schema", "source", "yes"]


def test_a_complete_answer_says_no_of_what_was_asked_and_not_ticked() -> None:
    assert complete(unseen=("complaint",)).answers == {"refund": True, "payment": False, "complaint": None}


def test_without_complete_silence_is_no_answer() -> None:
    assert correction(asked=("refund", "payment")).answers == {"refund": True}


def test_whoever_cannot_tell_answers_about_no_label() -> None:
    answer = complete(yes=(), cannot_tell=True)
    assert answer.answers == {}
    assert answer.finished


def test_order_and_repetition_of_labels_do_not_make_another_correction() -> None:
    assert correction(yes=("refund", "payment", "refund")).id == correction(yes=("payment", "refund")).id


@pytest.mark.parametrize("fields", [{"note": "x"}, {"author": "ben"}, {"blind": True}, {"source": "csv"}])
def test_another_content_is_another_correction(fields: dict[str, object]) -> None:
    assert correction(**fields).id != correction().id


@pytest.mark.parametrize(
    "written", ["2026-09-21T14:13:00Z", "2026-09-21T16:13:00+02:00", "2026-09-21T14:13:00.000400+00:00"]
)
def test_times_are_kept_in_utc_with_milliseconds(written: str) -> None:
    assert correction(answered_at=written) == correction(answered_at=ANSWERED)


@pytest.mark.parametrize("body", ["", "refund", "[]", "null", "{", '{"a": ' * 5000, b"\xff\xfe", '{"item": "\\ud800"'])
def test_what_is_not_a_json_object_is_refused(body: str | bytes) -> None:
    assert reason_of(body) == "not_json"


@pytest.mark.parametrize(
    "fields",
    [
        {"schema": "tagging.correction/2"},
        {"item": "a#b"},
        {"item": ""},
        {"author": "a\nb"},
        {"author": "a" * 129},
        {"author": 7},
        {"answered_at": "yesterday"},
        {"answered_at": "2026-09-21T14:13:00"},
        {"answered_at": "0001-01-01T00:00:00+14:00"},
        {"source": "webhook"},
        {"version": "latest"},
        {"yes": ["Refund now"]},
        {"yes": "refund"},
        {"yes": []},
        {"complete": True},
        {"note": "x" * 1001},
    ],
)
def test_what_does_not_match_the_schema_is_refused(fields: dict[str, object]) -> None:
    assert reason_of(as_json(correction(), **fields)) == "wrong_schema"


def test_a_message_without_its_schema_is_refused() -> None:
    fields = json.loads(correction().to_body())
    del fields["schema"]
    assert reason_of(json.dumps(fields)) == "wrong_schema"


@pytest.mark.parametrize("author", ["", "  \t", None])
def test_an_answer_by_nobody_is_refused(author: str | None) -> None:
    assert reason_of(as_json(correction(), author=author)) == "no_author"


@pytest.mark.parametrize(
    "fields",
    [
        {"no": ["refund"]},
        {"unseen": ["refund"]},
        {"yes": [], "no": ["refund"], "unseen": ["refund"]},
        {"cannot_tell": True},
    ],
)
def test_two_answers_about_one_label_are_refused(fields: dict[str, object]) -> None:
    assert reason_of(as_json(correction(), **fields)) == "contradiction"


def test_a_message_of_64_kb_is_read_and_one_above_refused() -> None:
    body = correction().to_body()
    assert parse_correction(body + " " * (64 * 1024 - len(body))) == correction()
    assert reason_of(body + " " * (64 * 1024 - len(body) + 1)) == "too_large"


def test_a_clock_may_be_five_minutes_ahead() -> None:
    at = datetime.fromisoformat(ANSWERED)
    check_correction(correction(), at - timedelta(minutes=5))
    with pytest.raises(Refused) as refused:
        check_correction(correction(), at - timedelta(minutes=5, milliseconds=1))
    assert refused.value.reason == "from_the_future"


def test_fields_of_a_later_minor_version_are_ignored() -> None:
    assert parse_correction(as_json(correction(), mood="good")) == correction()


NAMES = st.sampled_from((*json.loads(complete(no=("billing",)).to_body()), "unseen", "cannot_tell", "note", "version"))
VALUE = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from((ANSWERED, "refund", "cli"))
VALUES = VALUE | st.lists(VALUE, max_size=3) | st.dictionaries(st.text(max_size=3), VALUE, max_size=1)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(NAMES, VALUES, max_size=3))
def test_whatever_the_fields_hold_a_message_is_read_or_refused(fields: dict[str, object]) -> None:
    """Nothing else is raised: it would send a message back to its queue that can never be recorded."""
    try:
        read = parse_correction(as_json(complete(), **fields))
    except Refused:
        return
    assert parse_correction(read.to_body()) == read
    assert set(read.answers) <= set(read.labels)


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_whatever_the_body_it_is_refused(body: bytes | str) -> None:
    assert reason_of(body) in ("not_json", "no_author", "wrong_schema")


def test_no_sentence_about_a_refusal_quotes_the_note() -> None:
    with pytest.raises(Refused) as refused:
        parse_correction(as_json(correction(), note=["my PIN is 1234"]))
    assert "1234" not in str(refused.value)


def test_each_reason_has_a_sentence() -> None:
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in REFUSALS.values())
