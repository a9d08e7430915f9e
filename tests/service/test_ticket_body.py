"""Ticket bodies contain only characters that SQS accepts, whatever the key of the item."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import pytest

from tests.service_harness import ServiceHarness

REFUSED = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters for which SQS answers InvalidMessageContents, each time."""


@pytest.mark.parametrize("odd", ["\uffff", "\ufffe", "\x01", "\U0010ffff", "ü +%2B"])
def test_a_ticket_never_holds_what_sqs_refuses(each_harness: ServiceHarness, odd: str) -> None:
    """A key may hold any character; a ticket that is refused would be refused again until it is a dead letter."""
    key = f"inbox/{odd}.eml"
    assert each_harness.handle(each_harness.event(quote(key), each_harness.put(key))) == []
    (body,) = each_harness.tickets()
    assert not REFUSED.search(body)
    assert json.loads(body)["source"]["key"] == key
