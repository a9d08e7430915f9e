"""S3 in memory answers as moto does, as far as the feature log asks it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tagging.aws import ClientError, client_at, error_code
from tagging.simulation.memory_s3 import MemoryS3

KEYS = ("a/1/x", "a/1/y", "a/2/x", "a/3", "b/1")


def outcome(client: Any, name: str, request: dict[str, Any]) -> Any:
    """What a call returns, without what is its own; or the code of its error."""
    try:
        response = getattr(client, name)(Bucket="bucket", **request) or {}
    except ClientError as error:
        return error_code(error)
    if "Body" in response:
        return response["Body"].read(), response["ETag"]
    contents = [(each["Key"], each["ETag"]) for each in response.get("Contents", ())]
    return contents, [each["Prefix"] for each in response.get("CommonPrefixes", ())], response.get("ETag")


@pytest.fixture
def clients() -> Any:
    from moto import mock_aws

    with mock_aws():
        real = client_at("https://s3.us-east-1.amazonaws.com", "us-east-1", "s3")
        both = (real, MemoryS3(lambda: datetime(2026, 3, 2, tzinfo=UTC)))
        for client in both:
            client.create_bucket(Bucket="bucket")
            for key in KEYS:
                client.put_object(Bucket="bucket", Key=key, Body=key.encode())
        yield both


def test_both_answer_alike(clients: Any) -> None:
    calls = [
        ("get_object", {"Key": "a/3"}),
        ("get_object", {"Key": "none"}),
        ("get_object", {"Key": "a/1/x", "Range": "bytes=1-3"}),
        ("list_objects_v2", {"Prefix": "a/"}),
        ("list_objects_v2", {"Prefix": "a/", "Delimiter": "/"}),
        ("list_objects_v2", {"Prefix": "a/1/", "Delimiter": "/"}),
        ("list_objects_v2", {"Prefix": "a/", "StartAfter": "a/1/y"}),
        ("list_objects_v2", {"Prefix": "c"}),
        ("put_object", {"Key": "a/3", "Body": b"new", "IfNoneMatch": "*"}),
        ("put_object", {"Key": "new", "Body": b"new", "IfNoneMatch": "*"}),
        ("put_object", {"Key": "new", "Body": b"newer", "IfMatch": '"0"'}),
        ("put_object", {"Key": "gone", "Body": b"newer", "IfMatch": '"0"'}),
        ("delete_object", {"Key": "a/1/x"}),
        ("list_objects_v2", {"Prefix": "a/"}),
    ]
    for name, request in calls:
        real, memory = (outcome(each, name, request) for each in clients)
        assert memory == real, (name, request)


def test_an_unchanged_object_is_not_sent_again_and_its_etag_allows_the_next_write(clients: Any) -> None:
    for client in clients:
        etag = client.get_object(Bucket="bucket", Key="b/1")["ETag"]
        with pytest.raises(ClientError, match="304"):
            client.get_object(Bucket="bucket", Key="b/1", IfNoneMatch=etag)
        client.put_object(Bucket="bucket", Key="b/1", Body=b"other", IfMatch=etag)
        assert client.get_object(Bucket="bucket", Key="b/1")["Body"].read() == b"other"
