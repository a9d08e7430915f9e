"""Message bodies in every wrapping become deliveries; unknown messages are quarantined."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagging.intake.messages import read_body
from tagging.intake.own_messages import Delivery
from tagging.intake.source import Inline, RawMessage, StoredObject
from tagging.quarantine import Quarantine


def s3_body(**changes: Any) -> dict[str, Any]:
    stored = {"key": "inbox/a.eml", "size": 10, "eTag": "e", "versionId": "v1", "sequencer": "0055AED6DCD90281E5"}
    record = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put"}
    return {"Records": [record | {"s3": {"bucket": {"name": "mails"}, "object": stored | changes}}]}


def only(body: object) -> Delivery:
    (delivery,) = read_body(body)
    return delivery


def quarantine(delivery: Delivery) -> Quarantine:
    """The quarantine of a message that is not understood."""
    assert isinstance(delivery.source, RawMessage)
    assert delivery.quarantine is not None
    return delivery.quarantine


def stored(body: object) -> StoredObject:
    delivery = only(body)
    assert delivery.quarantine is None
    assert isinstance(delivery.source, StoredObject)
    return delivery.source


def test_an_s3_notification_names_one_object_version() -> None:
    found = stored(json.dumps(s3_body()))
    assert (found.bucket, found.key, found.version, found.size) == ("mails", "inbox/a.eml", "v1", 10)
    assert found.sequencer == "0055aed6dcd90281e5".rjust(64, "0")


@pytest.mark.parametrize("key", ["AMAZON_SES_SETUP_NOTIFICATION", "inbox/AMAZON_SES_SETUP_NOTIFICATION"])
def test_the_setup_notification_of_ses_is_no_mail(key: str) -> None:
    assert read_body(s3_body(key=key)) == []
    assert only(s3_body(key=f"{key}.eml"))


def test_keys_of_s3_notifications_are_decoded_exactly_once() -> None:
    assert stored(s3_body(key="inbox/refund+for+order+12%2B3.eml")).key == "inbox/refund for order 12+3.eml"
    assert stored(s3_body(key="a%252B.eml")).key == "a%2B.eml"


def test_eventbridge_keys_are_taken_as_they_are() -> None:
    detail = {"bucket": {"name": "mails"}, "object": {"key": "a+b%20.eml", "version-id": "v", "etag": "e"}}
    assert stored({"source": "aws.s3", "detail-type": "Object Created", "detail": detail}).key == "a+b%20.eml"


def test_messages_wrapped_by_sns_are_unwrapped() -> None:
    wrapped = {"Type": "Notification", "Message": json.dumps(s3_body())}
    assert stored(json.dumps(wrapped)) == stored(s3_body())


def test_too_many_wrappings_are_rejected() -> None:
    body: Any = s3_body()
    for _ in range(5):
        body = {"Type": "Notification", "Message": json.dumps(body)}
    assert quarantine(only(body)).reason == "not_ours"


@pytest.mark.parametrize("wrap", [json.dumps, lambda body: {"Type": "Notification", "Message": json.dumps(body)}])
def test_the_test_event_delivers_nothing(wrap: Any) -> None:
    assert read_body(wrap({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "mails"})) == []


def test_a_deletion_delivers_nothing() -> None:
    body = s3_body()
    body["Records"][0]["eventName"] = "ObjectRemoved:DeleteMarkerCreated"
    assert read_body(body) == []


def test_inline_text_has_its_senders_id() -> None:
    body = {"schema": "tagging.item/1", "id": "crm-1", "kind": "text", "text": "hello", "heads": ["intents"]}
    assert only(json.dumps(body)) == Delivery(Inline("crm-1", "hello"), "text", ("intents",))


def test_a_pointer_is_the_same_item_as_the_event_of_its_object() -> None:
    pointer = {"bucket": "mails", "key": "inbox/a.eml", "version": "v1"}
    found = stored({"schema": "tagging.item/1", "kind": "mail", "object": pointer})
    assert found.item_id == stored(s3_body()).item_id


def test_without_a_version_etag_and_sequencer_identify_an_object() -> None:
    first = stored(s3_body(versionId=None, sequencer="A1"))
    assert first.item_id == stored(s3_body(versionId="null", sequencer="a1")).item_id
    assert first.item_id != stored(s3_body(versionId=None, sequencer="A2")).item_id


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("not json", "not_json"),
        ('{"a": NaN}', "not_json"),
        ("[" * 100_000, "not_json"),
        ("[]", "not_ours"),
        ("7", "not_ours"),
        (None, "not_ours"),
        ('{"Records": [{"eventSource": "aws:ses"}]}', "not_ours"),
        ('{"schema": "tagging.item/2", "id": "a", "kind": "text", "text": "x"}', "not_ours"),
        ('{"schema": "tagging.item/1", "kind": "text", "text": "x"}', "bad_message"),
        ('{"schema": "tagging.item/1", "id": "a b", "kind": "text", "text": "x"}', "bad_message"),
        ('{"schema": "tagging.item/1", "id": "a", "kind": "text"}', "bad_message"),
        ('{"schema": "tagging.item/1", "id": "a", "kind": "text", "text": "x", "heads": ["\\ud800"]}', "bad_message"),
        ('{"schema": "tagging.item/1", "kind": "mail", "object": {"bucket": "b", "key": "\\ud800"}}', "bad_message"),
        ('{"schema": "tagging.item/1", "kind": "mail", "object": {"bucket": "\\ud800", "key": "k"}}', "bad_message"),
        ('{"schema": "tagging.item/1", "kind": "image", "id": "a", "text": "x"}', "bad_message"),
        ('{"schema": "tagging.item/1", "kind": "\\ud800", "id": "a", "text": "x"}', "bad_message"),
        ('{"schema": "tagging.item/1", "kind": "text", "id": "a", "text": "x", "\\ud800": 1}', "bad_message"),
        (s3_body(key=7), "bad_record"),
        (s3_body(key="%ff"), "bad_record"),
        (s3_body(key="\ud800"), "bad_record"),
        (s3_body(sequencer="zz"), "bad_record"),
        (s3_body(size=-1), "bad_record"),
    ],
)
def test_an_unknown_message_is_quarantined_with_a_reason(body: object, reason: str) -> None:
    assert quarantine(only(body)).reason == reason


def test_the_same_unknown_message_has_the_same_id() -> None:
    first, again, other = only("not json"), only("not json"), only("nor this")
    assert quarantine(first).reason == "not_json"
    assert first == again != other


@pytest.mark.parametrize(
    ("wrong", "detail"),
    [
        ({"id": "canary here"}, "id: expected `str` matching regex"),
        ({"kind": "canary - at `$.id`"}, "kind: none of the values there are"),
        ({"kind": "canary\nhere"}, "kind: none of the values there are"),
        ({"heads": ["returns", "Canary"]}, "heads[1]: expected `str` matching regex"),
        ({"text": ["canary"]}, "text: expected `str | null`, got `array`"),
        ({"text": None, "object": {"bucket": "canary here", "key": "k"}}, "object: bucket"),
        ({"object": {"bucket": "b", "key": "canary"}}, "give either text or object"),
    ],
)
def test_the_detail_names_the_error_and_never_repeats_content(wrong: dict[str, object], detail: str) -> None:
    delivery = only(json.dumps({"schema": "tagging.item/1", "id": "a", "kind": "text", "text": "canary"} | wrong))
    assert quarantine(delivery).detail.startswith(detail)
    assert "canary" not in repr(delivery).lower()


def test_one_bad_record_leaves_the_others() -> None:
    body = s3_body()
    body["Records"].append({"eventSource": "aws:s3", "eventName": "ObjectCreated:Put"})
    good, bad = read_body(body)
    assert good.quarantine is None
    assert quarantine(bad).reason == "bad_record"


TEXT = st.text(st.characters())
"""Lone surrogates, too: JSON can spell them."""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["Records", "s3", "object", "key", "eventSource", "schema", "Message", "Type", "detail"])
            | TEXT,
            inner,
        )
    ),
)
FIELDS = {"id": "a", "kind": "mail", "text": "x", "subject": "s", "object": {"bucket": "b", "key": "k"}, "heads": ["a"]}
MESSAGE = st.builds(
    lambda ours, more: {**more, **ours, "schema": "tagging.item/1"},
    st.fixed_dictionaries({}, optional={name: st.just(right) | JSON for name, right in FIELDS.items()}),
    st.dictionaries(TEXT, JSON, max_size=2),
)


@given(JSON | MESSAGE)
def test_any_document_is_delivered_or_quarantined(body: object) -> None:
    for delivery in (*read_body(body), *read_body(json.dumps(body))):
        assert (delivery.quarantine is not None) == isinstance(delivery.source, RawMessage)
