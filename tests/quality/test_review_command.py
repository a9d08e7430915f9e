"""`tagging review list`, `export` and `import`: what waits, files to fill in, and the answers of people."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import Result
from typer.testing import CliRunner

from tagging.aws import Clients
from tagging.cli.main import app
from tagging.corrections import Correction, ReviewTable, parse_correction
from tagging.feature_log import LogStore
from tagging.operations import Deployment, PointerState, ServedTaxonomy
from tagging.operations.deployment import IntakeRoute
from tagging.quality import ReviewPlan
from tagging.store import LabelTable, Revision, Row
from tagging.taxonomy import Change, Head, Label, Taxonomy
from tests.corrections.conftest import clients, reviews
from tests.corrections.samples import BUNDLE, complete, entry

__all__ = ["clients", "reviews"]

NOW = datetime.now(UTC)
TODAY = NOW.isoformat(timespec="milliseconds")
TAXONOMY = Taxonomy(
    version=1,
    heads=(
        Head(id="topic", kind="multilabel", labels=(Label("refund", "money back"), Label("payment", "a payment"))),
        Head(id="route", kind="multiclass", labels=(Label("sales", "to sales"), Label("support", "to support"))),
        Head(id="tone", kind="binary", labels=(Label("angry", "is angry"),)),
    ),
)
PLAN = ReviewPlan(
    kind="mail",
    version="a" * 12,
    salt="s",
    scale=0.1,
    floor=0.001,
    weights={},
    capacity=100.0,
    volume=7000.0,
    since=TODAY,
    scaled_at=TODAY,
    hours=168,
    set_at=TODAY,
    suspicion_cut=0.5,
    labels=("angry", "payment", "refund"),
)
Run = Callable[..., Result]


@pytest.fixture
def rows(clients: Clients) -> LabelTable:
    name = f"rows-{uuid.uuid4().hex}"
    clients.dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return LabelTable(clients.dynamodb, name)


@pytest.fixture
def run(
    store: LogStore, clients: Clients, reviews: ReviewTable, rows: LabelTable, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Run `tagging review` on a stage with one kind."""
    route = IntakeRoute("mail", "mails", "q", "d", "r", "m")
    queue = clients.sqs.create_queue(QueueName=reviews.name)["QueueUrl"]
    deployment = Deployment(
        "shop",
        clients,
        rows.name,
        (route,),
        "",
        "",
        learning_bucket=store.bucket,
        review_table=reviews.name,
        correction_queue_url=queue,
    )
    monkeypatch.setattr("tagging.cli.review.find_deployment", lambda _: deployment)
    served = ServedTaxonomy(TAXONOMY, PointerState("mail", ()))
    monkeypatch.setattr("tagging.cli.review.served_taxonomies", lambda _: lambda _: served)
    monkeypatch.setattr("tagging.cli.review.identity", lambda _: "arn:aws:sts::123456789012:assumed-role/Reviewer/anna")
    monkeypatch.setenv("COLUMNS", "120")
    return lambda *words: CliRunner().invoke(app, ["review", *words, "--stage", "shop"])


def ask(reviews: ReviewTable, rows: LabelTable, item: str, **fields: object) -> None:
    """Put an item with a row and an object into the queue; mail-1 was drawn last."""
    drawn = (NOW - timedelta(seconds=int(item[-1]))).isoformat(timespec="milliseconds")
    source = {"bucket": "mails", "key": f"{item}.eml", "version": "v1"}
    rows.put(Row(item, "mail", source, attempt="a", revision=Revision(TODAY, BUNDLE)))
    reviews.put_entry(entry(item=item, decided_at=TODAY, drawn_at=drawn, **fields))


def test_an_empty_queue_has_its_sentence(run: Run, tmp_path: Path) -> None:
    assert "mails: nothing was drawn yet" in run("list").stdout
    result = run("export", "--out", str(tmp_path / "a.csv"))
    assert (result.exit_code, result.stdout) == (0, "the queue is empty: nobody has to look at anything\n")


def test_open_reviews_are_listed_with_why_and_without_text(
    run: Run, reviews: ReviewTable, rows: LabelTable, store: LogStore
) -> None:
    store.replace_object("review/mail.json", msgspec.json.encode(PLAN), None)
    ask(reviews, rows, "mail-1", people=2)
    ask(reviews, rows, "mail-2", purpose="teach", reason="suspected", labels=("refund",), chance=1.0)
    ask(reviews, rows, "mail-3")
    reviews.record(complete(item="mail-3", author="anna"), "mail")
    old = (NOW - timedelta(days=9)).isoformat(timespec="milliseconds")
    reviews.put_entry(entry(item="mail-4", decided_at=old, drawn_at=old))
    lines = run("list").stdout.splitlines()
    assert lines[0] == (
        "mails: 3 open (2 sample, 1 suspected), 3 due this week of 100 a week; "
        "1 of the 3 drawn in the last 7 days are done"
    )
    assert [line.split()[0] for line in lines[2:]] == ["mail-1", "mail-4", "mail-2"]
    assert lines[4].split()[2:] == ["suspected", "refund"]
    assert "2 people" in lines[2]
    document = json.loads(run("list", "--json").stdout)
    assert (document["due"], document["drawn_this_week"], document["done_this_week"]) == (3, 3, 1)
    assert [each["item"] for each in document["open"]] == ["mail-1", "mail-4", "mail-2"]


def test_an_export_has_links_and_labels_to_answer_and_none_that_was_given(
    run: Run, reviews: ReviewTable, rows: LabelTable, tmp_path: Path
) -> None:
    ask(reviews, rows, "mail-1", heads=("tone",))
    ask(reviews, rows, "mail-2")
    reviews.put_entry(entry(item="mail-3", decided_at=TODAY, drawn_at=TODAY))  # was forgotten: it has no row
    result = run("export", "--out", str(tmp_path / "a.jsonl"), "--json")
    assert json.loads(result.stdout) == {"out": str(tmp_path / "a.jsonl"), "reviews": 2}
    first, second = map(json.loads, (tmp_path / "a.jsonl").read_text().splitlines())
    assert first == {
        "id": "mail-1",
        "link": "s3://mails/mail-1.eml?versionId=v1",
        "kind": "mail",
        "purpose": "measure",
        "asked": ["angry"],
        "labels": None,
        "cannot_tell": False,
        "note": "",
    }
    assert second["asked"] == ["refund", "payment", "sales", "support", "angry"]
    run("export", "--out", str(tmp_path / "b.jsonl"), "--limit", "1")
    assert len((tmp_path / "b.jsonl").read_text().splitlines()) == 1


def test_a_stage_without_a_review_table_says_what_to_do(
    run: Run, monkeypatch: pytest.MonkeyPatch, clients: Clients
) -> None:
    bare = Deployment("shop", clients, "t", (IntakeRoute("mail", "mails", "q", "d", "r", "m"),), "", "")
    monkeypatch.setattr("tagging.cli.review.find_deployment", lambda _: bare)
    result = run("list")
    assert result.exit_code == 1
    assert "stage shop has no review table: deploy it again" in result.stderr


def sent(clients: Clients, reviews: ReviewTable) -> dict[str, Correction]:
    """The corrections in the queue, by item."""
    queue = clients.sqs.get_queue_url(QueueName=reviews.name)["QueueUrl"]
    messages = clients.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    return {each.item: each for each in (parse_correction(message["Body"]) for message in messages)}


def test_answers_in_a_file_are_sent_as_blind_and_complete_corrections(
    run: Run, reviews: ReviewTable, rows: LabelTable, clients: Clients, tmp_path: Path
) -> None:
    for number in range(1, 5):
        ask(reviews, rows, f"mail-{number}")
    path = tmp_path / "a.csv"
    run("export", "--out", str(path))
    first, *lines = path.read_text().splitlines()
    answers = ["refund,late", "none,", "?,", ","]
    filled = [line.removesuffix(",") + answer for line, answer in zip(lines, answers, strict=True)]
    filled[1] = filled[1].replace("refund payment sales support angry", "refund payment")
    path.write_text("\n".join([first, *filled]))
    result = run("import", str(path))
    assert (result.exit_code, result.stdout) == (
        0,
        "answers sent: 3; lines without an answer: 1; lines refused: 0\n",
    )
    corrections = sent(clients, reviews)
    assert set(corrections) == {"mail-1", "mail-2", "mail-3"}
    refund = corrections["mail-1"]
    assert (refund.author, refund.source, refund.blind, refund.complete) == (
        "assumed-role/Reviewer/anna",
        "csv",
        True,
        True,
    )
    assert (refund.yes, refund.note) == (("refund",), "late")
    assert dict(corrections["mail-2"].answers) == {"refund": False, "payment": False}
    assert corrections["mail-3"].cannot_tell
    assert not corrections["mail-3"].answers


def test_a_label_that_was_renamed_since_the_export_is_answered_under_its_new_name(
    run: Run,
    reviews: ReviewTable,
    rows: LabelTable,
    clients: Clients,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    renamed = msgspec.structs.replace(TAXONOMY, version=2, changes=(Change(since=2, rename="money_back", to="refund"),))
    served = ServedTaxonomy(renamed, PointerState("mail", ()))
    monkeypatch.setattr("tagging.cli.review.served_taxonomies", lambda _: lambda _: served)
    for number in (1, 2):
        ask(reviews, rows, f"mail-{number}")
    path = tmp_path / "a.csv"
    path.write_text("id,asked,labels\nmail-1,money_back payment,none\nmail-2,money_back payment,money_back\n")
    assert run("import", str(path)).exit_code == 0
    answers = {item: dict(each.answers) for item, each in sent(clients, reviews).items()}
    assert answers["mail-1"] == {"refund": False, "payment": False}
    assert answers["mail-2"] == {"refund": True, "payment": False}


def test_a_line_that_is_no_answer_has_its_sentence_and_stops_no_other(
    run: Run, reviews: ReviewTable, rows: LabelTable, clients: Clients, tmp_path: Path
) -> None:
    ask(reviews, rows, "mail-1")
    ask(reviews, rows, "mail-2")
    path = tmp_path / "a.csv"
    path.write_text(
        "id,asked,labels\n"
        "mail-9,refund,refund\n"
        "mail-1,refund payment,refnd\n"
        "mail-1,gone,none\n"
        "mail-1,sales support,sales support\n"
        "mail-1,,refund\n"
        "mail-2,refund,refund\n"
    )
    result = run("import", str(path), "--author", "ben", "--json")
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert (document["sent"], document["unanswered"]) == (1, 0)
    assert [(each["line"], each["mistake"].partition(":")[0]) for each in document["mistakes"]] == [
        (2, "mail-9 is not in the review queue of stage shop"),
        (3, "refnd is none of the labels that were asked about"),
        (4, "none of the labels that were asked about is served any longer"),
        (5, "sales and support exclude each other"),
        (6, "it is half filled"),
    ]
    assert {item: each.author for item, each in sent(clients, reviews).items()} == {"mail-2": "ben"}


def test_a_file_that_was_sent_twice_is_one_answer(
    run: Run, reviews: ReviewTable, rows: LabelTable, clients: Clients, tmp_path: Path
) -> None:
    ask(reviews, rows, "mail-1")
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "mail-1", "asked": ["refund"], "labels": ["refund"]}\n')
    assert run("import", str(path)).exit_code == run("import", str(path)).exit_code == 0
    queue = clients.sqs.get_queue_url(QueueName=reviews.name)["QueueUrl"]
    messages = clients.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert len(messages) == 2
    assert len({each["Body"] for each in messages}) == 1
