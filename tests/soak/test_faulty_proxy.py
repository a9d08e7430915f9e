"""The proxy of the soak test: calls pass unchanged, or break with the given share and kinds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tagging.aws import AwsError, ClientError, client_at, error_code
from tagging.local.s3_events import REGION
from tests.soak.faulty_proxy import BREAKS, FaultyProxy


@pytest.fixture
def proxy(moto: str) -> Iterator[FaultyProxy]:
    opened = FaultyProxy(moto, 0.0)
    yield opened
    opened.stop()


@pytest.fixture
def s3(proxy: FaultyProxy) -> Any:
    return client_at(proxy.endpoint, REGION, "s3")


def test_a_call_that_is_not_broken_passes_unchanged(proxy: FaultyProxy, s3: Any) -> None:
    s3.create_bucket(Bucket="passes")
    s3.put_object(Bucket="passes", Key="a b+c", Body=b"\x00\xff" * 1000)
    assert s3.get_object(Bucket="passes", Key="a b+c")["Body"].read() == b"\x00\xff" * 1000
    assert proxy.calls == {"calls": 3}


def test_a_broken_call_breaks_in_every_attempt(proxy: FaultyProxy, s3: Any) -> None:
    proxy.share = 2.0  # the half that breaks in every attempt is now all calls
    for number in range(4):
        with pytest.raises(AwsError):
            s3.create_bucket(Bucket=f"breaks-{number}")
    assert proxy.calls["calls"] == sum(proxy.calls[kind] for kind in BREAKS) == 4


def test_a_call_that_the_role_does_not_allow_is_denied_and_not_retried(proxy: FaultyProxy) -> None:
    dynamodb = client_at(proxy.endpoint, REGION, "dynamodb")
    proxy.denied = {"ListTables"}
    with pytest.raises(ClientError) as denied:
        dynamodb.list_tables()
    assert (error_code(denied.value), proxy.calls["calls"]) == ("AccessDeniedException", 0)
    dynamodb.describe_limits()
    proxy.denied.clear()
    assert "TableNames" in dynamodb.list_tables()


def test_about_the_share_breaks_and_half_of_it_in_every_attempt(proxy: FaultyProxy) -> None:
    proxy.share = 0.05
    fates = {str(call): [proxy.fate(str(call), attempt) for attempt in (1, 2, 3)] for call in range(4000)}
    broken = [fate for fate in fates.values() if fate[0]]
    assert 150 < len(broken) < 250
    assert 70 < sum(fate[1] is not None for fate in broken) < 130
    assert all(fate[1] == fate[2] in (None, fate[0]) for fate in fates.values())
    assert set(Counter(fate[0] for fate in broken)) == set(BREAKS)
