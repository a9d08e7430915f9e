"""Promise G: canaries go in as mails and pictures, and nothing that is said or kept of them repeats one."""

from __future__ import annotations

import base64
import io
import json
import logging
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from typer.testing import CliRunner

from tagging.aws import AwsError, ClientError
from tagging.batch import RetryLater
from tagging.cli.main import app
from tagging.local.clock import Clock
from tagging.local.cloud import LocalCloud
from tagging.local.moto_server import NOBODYS_ENVIRONMENT
from tagging.packed import unpack
from tests.conftest import Desk, event, inline
from tests.picture_bundle import picture
from tests.promises.canaries import ADDRESS, CONTENT, KEY, KEYS, NAME, WORD, leaks, mails

EVERYTHING = (*CONTENT, *KEYS)
AWS_TEXT = f"not allowed: {KEY} holds {WORD} of {NAME} <{ADDRESS}>"
"""As AWS's errors go: they name what was asked, and what was sent."""


class Run:
    """A run of the local cloud, with everything that it said."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud
        self.said: list[str] = []

    def deliver(self) -> None:
        self.cloud.deliver_until_idle(lambda _, invocation: self._note(invocation))

    def invoke(self, event: object) -> None:
        self._note(self.cloud.invoke("tag_mail", event))

    def _note(self, invocation: Any) -> None:
        self.said += [*invocation.logs, *map(repr, invocation.metrics), repr(invocation.fault), repr(invocation.answer)]

    def kept(self) -> list[str]:
        """The raw rows, pointers and index entries, with what is packed in them as text."""
        pages = self.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=self.cloud.stack.tables[0])
        return [
            json.dumps(item, default=lambda packed: json.dumps(unpack(packed)))
            for page in pages
            for item in page["Items"]
        ]


@pytest.fixture(scope="module")
def run(root: Any) -> Iterator[Run]:
    """Mails of every kind through the deployed function, then the ticket queue gone until messages are dead."""
    with LocalCloud.start(root, clock=Clock(2400), functions=["tag_mail"]) as cloud:
        cloud.wait_ready()
        run, sqs = Run(cloud), cloud.client("sqs")
        for name, mail in mails().items():
            cloud.put("tag_mail", f"{KEY}/{name}", mail)
        for body in (
            inline("inline", f"I lost my card, {WORD}", subject=NAME),
            inline("inline", f"other content, {WORD}"),
            inline("blank", " ", subject=" "),
            inline("heads", WORD, heads=["no_such_head"]),
            json.dumps({"schema": "tagging.item/1", "kind": "mail", "text": WORD, "vexillumine": ADDRESS}),
            json.dumps({"vexillumine": ADDRESS}),
            f"{WORD}, {ADDRESS}",
            _notification(cloud, versionId=str(0)),
            _notification(cloud, sequencer=WORD),
        ):
            cloud.send("tag_mail", body)
        run.deliver()
        run.invoke({"vexillumine": ADDRESS})
        run.invoke(json.loads(_notification(cloud, versionId=str(1))))
        (tickets,) = cloud.stack.ticket_queues
        sqs.delete_queue(QueueUrl=tickets.url)
        cloud.collectors.clear()
        stored = cloud.put("tag_mail", f"{KEY}/dead", mails()["plain"])
        run.deliver()
        run.invoke(json.loads(_notification(cloud, key=quote(stored.key), versionId=stored.version)))
        yield run


def _notification(cloud: LocalCloud, **stored: Any) -> str:
    about = {"key": quote(f"{KEY}/gone"), "size": 10, "eTag": "e", "versionId": "v", "sequencer": "01"} | stored
    s3 = {"bucket": {"name": cloud.stack.bucket_of("tag_mail").name}, "object": about}
    return json.dumps({"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": s3}]})


def test_the_run_met_every_end(run: Run) -> None:
    """Where nothing happens, nothing can leak."""
    rows = run.cloud.rows()
    reasons = {row.revision.quarantine.reason for row in rows if row.revision.quarantine}
    assert reasons >= {"empty", "too_deep", "too_many_parts", "object_gone", "other_content", "unknown_head"}
    assert reasons >= {"not_json", "not_ours", "bad_message", "bad_record"}
    assert {row.ticket for row in rows} == {"none", "sent", "pending"}
    assert any(row.revision.review for row in rows)
    assert [line for line in run.said if "goes back to the queue" in line]
    assert [line for line in run.said if "RetryLater" in line]
    assert len(run.cloud.dead_letters()) == 1
    assert leaks("".join(run.kept()), EVERYTHING) == list(KEYS)


def test_logs_metrics_answers_and_traces_hold_item_ids_only(run: Run) -> None:
    ids = [row.id for row in run.cloud.rows() if not row.id.startswith("message-")]
    assert [item_id for item_id in ids if not any(item_id in line for line in run.said)] == []
    assert leaks("\n".join(run.said), EVERYTHING) == []


def test_rows_and_tickets_hold_the_place_and_never_the_content(run: Run) -> None:
    bodies = [str(row.ticket_body) for row in run.cloud.rows() if row.ticket_body]
    assert bodies
    for text in (*run.kept(), *bodies):
        assert leaks(text, CONTENT) == []


def test_a_dead_letter_names_its_mail_and_holds_nothing_of_it(run: Run) -> None:
    (dead,) = run.cloud.dead_letters()
    assert leaks(dead, EVERYTHING) == list(KEYS)


SHOWN = (
    "quarantine list",
    "quarantine list --json",
    "quarantine show QUARANTINED",
    "show ID",
    "show ID --json",
    "reconcile BUCKET --since 1h",
    "reconcile BUCKET --since 1h --json",
    "redrive --dry-run",
)
"""What operators ask of a stage; BUCKET stands for its bucket of mails, ID for each item in turn."""


@pytest.mark.parametrize("command", SHOWN)
def test_operators_are_shown_places_and_never_the_content(
    run: Run, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**NOBODYS_ENVIRONMENT, "AWS_ENDPOINT_URL": run.cloud.endpoint, "COLUMNS": "400"}.items():
        if name != "PATH":
            monkeypatch.setenv(name, value)
    rows = run.cloud.rows()
    each = {
        "BUCKET": [run.cloud.stack.bucket_of("tag_mail").name],
        "ID": [row.id for row in rows],
        "QUARANTINED": [row.id for row in rows if row.revision.quarantine],
    }
    placeholder = next((name for name in each if name in command.split()), None)
    asked = [command.replace(placeholder, value) for value in each[placeholder]] if placeholder else [command]
    shown = [CliRunner().invoke(app, [*words.split(), "--stage", "local"]) for words in asked]
    assert [done.output for done in shown if done.exit_code and "reconcile" not in command] == []  # 1: there are gaps
    assert shown
    assert all(done.output for done in shown)
    assert leaks("".join(done.output for done in shown), CONTENT) == []


@pytest.fixture
def told(each_desk: Desk, capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """What a desk's process says at its most talkative: its logger, any other one, standard output and error."""
    others = io.StringIO()
    handler = logging.StreamHandler(others)
    handler.setLevel(logging.WARNING)  # as Lambda's own handler
    logging.getLogger().addHandler(handler)
    each_desk.service.logger.setLevel("DEBUG")
    capfd.readouterr()
    yield lambda: each_desk.logs.getvalue() + others.getvalue() + "".join(capfd.readouterr())
    logging.getLogger().removeHandler(handler)


CANARIES = {
    "mail": mails()["attachment"],
    "image": picture("garment", form="JPEG", comment=f"{WORD} {ADDRESS}".encode()),
}
OPERATIONS = ("s3.GetObject", "dynamodb.PutItem", "sqs.SendMessageBatch", "dynamodb.UpdateItem")


def faults(operation: str) -> dict[str, Exception]:
    """What a call can end with; the texts quote what was sent."""
    refused = ClientError({"Error": {"Code": "AccessDenied", "Message": AWS_TEXT}}, operation.split(".")[1])
    caused = RuntimeError(AWS_TEXT)
    caused.__cause__ = ValueError(WORD)
    return {"refused": refused, "unreachable": AwsError[0](), "ours": caused, "lookup": KeyError(KEY)}


@pytest.mark.parametrize("lost_reply", [False, True])
@pytest.mark.parametrize("kind", ["refused", "unreachable", "ours", "lookup"])
def test_a_call_that_fails_is_told_without_its_text(
    each_desk: Desk, told: Callable[[], str], kind: str, lost_reply: bool
) -> None:
    body = event(each_desk, quote(KEY), each_desk.put(KEY, CANARIES[each_desk.subject.kind]))
    for operation in OPERATIONS:
        lost = lost_reply and operation != "s3.GetObject"  # what is only read has no effect to be lost
        with each_desk.failing(operation, faults(operation)[kind], lost_reply=lost):
            assert each_desk.handle(body) == ["0"]
    assert each_desk.handle(body) == []
    said = told()
    assert each_desk.logs.getvalue().count("goes back to the queue") == len(OPERATIONS)
    assert leaks(said, EVERYTHING) == []
    assert leaks(str(each_desk.items()), CONTENT) == []
    assert leaks("".join(each_desk.tickets()), CONTENT) == []


def test_a_ticket_that_sqs_refuses_is_told_by_its_code(each_desk: Desk, told: Callable[[], str]) -> None:
    def refuse(parsed: dict[str, Any], **_: Any) -> None:
        parsed["Failed"] = [{"Id": "0", "Code": "InvalidMessageContents", "Message": AWS_TEXT}]

    body = event(each_desk, quote(KEY), each_desk.put(KEY, CANARIES[each_desk.subject.kind]))
    each_desk.clients.sqs.meta.events.register("after-call.sqs.SendMessageBatch", refuse)
    assert each_desk.handle(body) == ["0"]
    said = told()
    assert "TicketRefused" in said
    assert leaks(said, EVERYTHING) == []


@pytest.mark.parametrize("direct", [False, True])
@pytest.mark.parametrize("part", ["read", "tag"])
def test_a_bug_of_ours_that_quotes_the_item_is_told_by_its_place(
    each_desk: Desk, told: Callable[[], str], part: str, direct: bool
) -> None:
    service = each_desk.service

    class Broken:
        bundle = service.tagger.bundle

        def tag(self, *_: object) -> object:
            raise ValueError(AWS_TEXT)

    def read(*_: object) -> object:
        raise RuntimeError(AWS_TEXT) from LookupError(WORD)

    broken: Any = {"read": read} if part == "read" else {"tagger": Broken()}
    body = event(each_desk, quote(KEY), each_desk.put(KEY, CANARIES[each_desk.subject.kind]))
    after = replace(each_desk, service=replace(service, **broken))
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


@pytest.mark.parametrize("canary", EVERYTHING)
@pytest.mark.parametrize(
    "form",
    [
        lambda text: text.upper(),
        json.dumps,
        quote,
        lambda text: text.encode().hex(),
        lambda text: repr(text.encode()),
        *(
            lambda text, before=before: base64.b64encode(b"." * before + f"{text}, ".encode()).decode()
            for before in range(4)
        ),
    ],
)
def test_the_search_finds_a_canary_in_every_form(canary: str, form: Callable[[str], str]) -> None:
    assert canary in leaks(f"… {form(canary)} …", EVERYTHING)


def test_the_search_finds_no_canary_where_there_is_none() -> None:
    assert leaks("a" * 10_000 + "refund card_lost 0123456789abcdef", EVERYTHING) == []
