"""Promise G for errors: they are logged by code and place, never by text, because AWS's texts quote the request."""

from __future__ import annotations

import io
import json
import logging
import traceback
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tagging.aws import AwsError, ClientError
from tagging.intake.batch import RetryLater
from tests.image_bundle import image
from tests.promises.canaries import ADDRESS, CONTENT, EVERYTHING, KEY, KEYS, NAME, WORD, leaks, mails
from tests.service_harness import ServiceHarness

AWS_TEXT = f"not allowed: {KEY} holds {WORD} of {NAME} <{ADDRESS}>"
"""Texts like AWS's: they quote the request and its content."""


@pytest.fixture
def told(each_harness: ServiceHarness, capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """All output of a harness's process at the most verbose level: all loggers, standard output and error."""
    others = io.StringIO()
    handler = logging.StreamHandler(others)
    handler.setLevel(logging.WARNING)  # as Lambda's own handler
    logging.getLogger().addHandler(handler)
    each_harness.service.logger.setLevel("DEBUG")
    capfd.readouterr()
    yield lambda: each_harness.logs.getvalue() + others.getvalue() + "".join(capfd.readouterr())
    logging.getLogger().removeHandler(handler)


CANARIES = {
    "mail": mails()["attachment"],
    "image": image("garment", form="JPEG", comment=f"{WORD} {ADDRESS}".encode()),
}
OPERATIONS = ("s3.GetObject", "dynamodb.PutItem", "sqs.SendMessageBatch", "dynamodb.UpdateItem")


def faults(operation: str) -> dict[str, Exception]:
    """Errors of a call; the texts quote the request."""
    refused = ClientError({"Error": {"Code": "AccessDenied", "Message": AWS_TEXT}}, operation.split(".")[1])
    caused = RuntimeError(AWS_TEXT)
    caused.__cause__ = ValueError(WORD)
    return {"refused": refused, "unreachable": AwsError[0](), "ours": caused, "lookup": KeyError(KEY)}


@pytest.mark.parametrize("lost_reply", [False, True])
@pytest.mark.parametrize("kind", ["refused", "unreachable", "ours", "lookup"])
def test_a_call_that_fails_is_logged_without_its_text(
    each_harness: ServiceHarness, told: Callable[[], str], kind: str, lost_reply: bool
) -> None:
    body = each_harness.event(quote(KEY), each_harness.put(KEY, CANARIES[each_harness.samples.kind]))
    for operation in OPERATIONS:
        lost = lost_reply and operation != "s3.GetObject"  # what is only read has no effect to be lost
        with each_harness.failing(operation, faults(operation)[kind], lost_reply=lost):
            assert each_harness.handle(body) == ["0"]
    assert each_harness.handle(body) == []
    said = told()
    assert each_harness.logs.getvalue().count("goes back to the queue") == len(OPERATIONS)
    assert leaks(said, EVERYTHING) == []
    rows = str(each_harness.rows())
    assert leaks(rows, EVERYTHING) == list(KEYS)
    assert leaks("".join(each_harness.tickets()), CONTENT) == []


def test_a_ticket_that_sqs_refuses_is_logged_by_its_code(each_harness: ServiceHarness, told: Callable[[], str]) -> None:
    def refuse(parsed: dict[str, Any], **_: Any) -> None:
        parsed["Failed"] = [{"Id": "0", "Code": "InvalidMessageContents", "Message": AWS_TEXT}]

    body = each_harness.event(quote(KEY), each_harness.put(KEY, CANARIES[each_harness.samples.kind]))
    each_harness.clients.sqs.meta.events.register("after-call.sqs.SendMessageBatch", refuse)
    assert each_harness.handle(body) == ["0"]
    said = told()
    assert "TicketRefused" in said
    assert leaks(said, EVERYTHING) == []


@pytest.mark.parametrize("direct", [False, True])
@pytest.mark.parametrize("part", ["read", "predict"])
def test_a_bug_of_ours_that_quotes_the_item_is_logged_by_its_place(
    each_harness: ServiceHarness, told: Callable[[], str], part: str, direct: bool
) -> None:
    service = each_harness.service

    class Broken:
        bundle = service.serving.layer.bundle

        def predict(self, *_: object) -> object:
            raise ValueError(AWS_TEXT)

    def read(*_: object) -> object:
        raise RuntimeError(AWS_TEXT) from LookupError(WORD)

    broken: Any = {"read": read} if part == "read" else {"tagger": Broken()}
    body = each_harness.event(quote(KEY), each_harness.put(KEY, CANARIES[each_harness.samples.kind]))
    after = each_harness.having(**broken)
    trace = ""
    if direct:
        try:
            after.service.handle(json.loads(body), lambda: 30.0)
        except RetryLater as error:  # Lambda prints it with its trace
            trace = "".join(traceback.format_exception(error))
        assert "RetryLater" in trace
    else:
        assert after.handle(body) == ["0"]
    said = told()
    assert "goes back to the queue" in said
    assert leaks(said + trace, EVERYTHING) == []
