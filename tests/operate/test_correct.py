"""`tagging correct`, and what `show`, `forget`, `review rejected` and `redrive` do with answers, on the local cloud."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from tagging.aws import Clients
from tagging.corrections import Correction, Recorder, ReviewTable, build_recorder
from tagging.feature_log import HourKey, LogStore
from tagging.local.cloud import LocalCloud
from tagging.local.stack import Queue
from tagging.model import BundleVersion
from tagging.quality import AskedItem, HourSummary, SummaryStore
from tagging.settings import CorrectSettings
from tagging.store import LabelTable, Revision, Row
from tests.corrections.samples import entry
from tests.operate.on_cloud import Run, delivering, take

BUNDLE = BundleVersion("e" * 12, "h" * 12, "t" * 12)


class Quiet(Recorder, frozen=True):
    """Prints no metrics: in a thread, they would be part of a command's output."""

    def _publish(self, outcomes: Mapping[Any, int]) -> None:
        assert outcomes


@pytest.fixture
def reviews(cloud: LocalCloud) -> ReviewTable:
    return ReviewTable(cloud.client("dynamodb"), cloud.output("ReviewTableName"))


@pytest.fixture
def queue(cloud: LocalCloud) -> Queue:
    """The queue of corrections."""
    return cloud.stack.intake_of("correct")


@pytest.fixture
def recorder(cloud: LocalCloud) -> Recorder:
    """The function with the environment that the stack gives it, in this process."""
    environment = cloud.stack.function("correct").environment
    clients = Clients(**{name: cloud.client(name) for name in ("s3", "sqs", "dynamodb")})
    return Quiet(**structs.asdict(build_recorder(CorrectSettings.from_env(environment), clients)))


@pytest.fixture
def rows(cloud: LocalCloud) -> LabelTable:
    """Rows of two mails with labels of the shipped bundle."""
    table = LabelTable(cloud.client("dynamodb"), cloud.stack.label_table)
    for item in ("mail-1", "mail-2"):
        revision = Revision("2026-11-20T08:00:00.000+00:00", BUNDLE, labels=("refund",), scores={"refund": 0.9})
        table.put(Row(item, "mail", {"message": item}, attempt="first", revision=revision))
    return table


@pytest.fixture
def recording(cloud: LocalCloud, queue: Queue, recorder: Recorder, rows: LabelTable) -> Iterator[None]:
    """Corrections about these rows are recorded while the test runs, as the mapping delivers them."""
    assert rows.name == recorder.rows.name
    with delivering(lambda: record(cloud, queue, recorder)):
        yield


def record(cloud: LocalCloud, queue: Queue, recorder: Recorder) -> None:
    messages = take(cloud, queue.url)
    if messages:
        records = [
            {
                "eventSource": "aws:sqs",
                "messageId": each["MessageId"],
                "body": each["Body"],
                "attributes": each["Attributes"],
            }
            for each in messages
        ]
        assert recorder.handle({"Records": records}) == {"batchItemFailures": []}


def of_item(reviews: ReviewTable, item: str = "mail-1") -> list[Correction]:
    return reviews.of_item(item)


@pytest.mark.usefixtures("recording")
def test_an_answer_is_recorded_within_seconds_and_shown(run: Run, cloud: LocalCloud, reviews: ReviewTable) -> None:
    reviews.put_entry(entry())
    done = run("correct", "mail-1", "+refund", "-billing", "--note", "[b]asked twice")
    assert done.exit_code == 0, done.output
    assert "recorded after" in done.stdout
    (correction,) = of_item(reviews)
    assert (correction.yes, correction.no, correction.complete) == (("refund",), ("billing",), False)
    assert (correction.source, correction.version, correction.author[:6]) == ("cli", "layer", "local/")
    shown = run("show", "mail-1")
    assert "drawn by chance, probability 0.02, to measure" in shown.stdout
    assert "+refund -billing" in shown.stdout
    assert "[b]asked twice" in shown.stdout
    assert f"refund, by {correction.author}" in shown.stdout
    document = json.loads(run("show", "mail-1", "--json").stdout)["reviews"]
    assert document["answers"]["billing"] == {"yes": False, "authors": [correction.author]}
    assert document["corrections"][0]["id"] == correction.id
    assert document["entry"]["state"] == "open"
    assert {row.id for row in cloud.rows()} == {"mail-1", "mail-2"}


@pytest.mark.usefixtures("recording")
def test_a_complete_answer_is_about_all_labels_in_use_and_can_be_withdrawn(run: Run, reviews: ReviewTable) -> None:
    reviews.put_entry(entry())
    done = run("correct", "mail-1", "+refund", "--complete", "--blind", "--author", "anna", "--json")
    assert done.exit_code == 0, done.output
    printed = json.loads(done.stdout)
    assert printed["recorded"] is True
    assert {"refund", "billing", "bank_card"} <= set(printed["asked"]), "all heads, and the packs that are on"
    deadline_of(lambda: reviews.entry("mail-1").state == "done")
    done = run("correct", "mail-1", "--unseen", "refund", "--author", "anna")
    assert done.exit_code == 0, done.output
    deadline_of(lambda: reviews.entry("mail-1").state == "open")
    assert "refund" not in json.loads(run("show", "mail-1", "--json").stdout)["reviews"]["answers"]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("mail-9", "+refund"), 1, "No item has this id. (mail-9)"),
        (("mail-1", "+refnd"), 1, "A label is in no version that has served. (refnd: did you mean refund?)"),
        (("mail-1", "+refund", "-refund"), 1, "One label has two answers"),
        (("mail-1", "+refund", "--cannot-tell"), 1, "cannot_tell stands beside answers"),
        (("mail-1",), 2, "say of a label whether it holds, +refund or -refund"),
        (("mail-1", "+refund", "--author", " "), 1, "Nobody is named as its author."),
        ((), 2, "name an item, or a file with --csv"),
        (("mail-1", "--csv", "x.csv"), 2, "--csv names its items and labels itself"),
        (("--csv", "none.csv"), 2, "none.csv: No such file or directory"),
    ],
)
@pytest.mark.usefixtures("rows")
def test_what_cannot_be_recorded_is_one_sentence_and_is_not_sent(
    words: tuple[str, ...], code: int, sentence: str, run: Run, cloud: LocalCloud, queue: Queue
) -> None:
    done = run("correct", *words)
    assert done.exit_code == code
    assert sentence in done.stderr
    assert take(cloud, queue.url) == []


@pytest.mark.usefixtures("rows")
def test_a_table_sends_its_good_lines_and_tells_every_bad_one(
    run: Run, cloud: LocalCloud, queue: Queue, recorder: Recorder, reviews: ReviewTable, tmp_path: Path
) -> None:
    table = tmp_path / "answers.csv"
    table.write_text(
        "id;labels;author;answered_at;note\n"
        "mail-1;refund -billing;anna;2026-11-21T10:00:00+01:00;\n"
        "mail-2;+billing;;;\n"
        "mail-9;refund;;;\n"
        "mail-2;refnd;;;\n"
        "\n"
        ";refund;;;\n"
        "mail-2;refund -refund;;;\n"
        "mail-2;refund;;yesterday;\n"
        "mail-2;refund;;2099-01-01T00:00:00Z;\n"
        'mail-1;refund;ben;;"a; note"\n'
        "mail-1;refund;ben;;note;too many\n",
        encoding="utf-8-sig",
    )
    done = run("correct", "--csv", str(table), "--json")
    assert done.exit_code == 1
    printed = json.loads(done.stdout)
    assert printed["sent"] == 3
    mistakes = {each["line"]: each["mistake"] for each in printed["mistakes"]}
    assert sorted(mistakes) == [4, 5, 7, 8, 9, 10, 12]
    parts = ("No item has this id", "did you mean refund", "no id", "two answers", "no time with an offset", "a clock")
    for part, line in zip((*parts, "more cells than columns"), sorted(mistakes), strict=True):
        assert part in mistakes[line]
    record(cloud, queue, recorder)
    first, _ = of_item(reviews)
    assert (first.author, first.answered_at[:19], first.source) == ("anna", "2026-11-21T09:00:00", "csv")
    assert of_item(reviews, "mail-2")[0].yes == ("billing",)


@pytest.mark.usefixtures("rows")
def test_a_file_that_is_sent_again_records_nothing_twice(
    run: Run, cloud: LocalCloud, queue: Queue, recorder: Recorder, reviews: ReviewTable, tmp_path: Path
) -> None:
    table = tmp_path / "answers.csv"
    table.write_text("id,yes,no\nmail-1,refund,billing\nmail-1,refund,billing\n")
    os.utime(table, (1_795_000_000, 1_795_000_000))
    twice = "(1 of them twice in the file, which counts once)"
    for sentence in (f"answers sent: 2 {twice}; lines refused: 0", f"answers sent: 0 {twice}; recorded before: 2"):
        done = run("correct", "--csv", str(table))
        assert sentence in done.stdout
        record(cloud, queue, recorder)
        os.utime(table)  # a spreadsheet saves it again
    assert len(of_item(reviews)) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"item,labels\n", "has no column id; its columns: item, labels"),
        (b"id,text\n", "has no answers: it needs a column labels, or yes and no"),
        (b"id,yes,yes\n", "has the column yes twice"),
        (b"id,labels\n\xff,refund\n", "is not UTF-8: save it as UTF-8"),
        (b'id,labels\na,"refund\n', "unexpected end of data"),
        (b"", "has no column id; its columns: none"),
    ],
)
def test_a_file_without_answers_is_one_sentence(content: bytes, sentence: str, run: Run, tmp_path: Path) -> None:
    table = tmp_path / "answers.csv"
    table.write_bytes(content)
    done = run("correct", "--csv", str(table))
    assert done.exit_code == 2
    assert sentence in done.stderr


@pytest.mark.usefixtures("recording")
def test_forget_erases_what_people_answered_and_later_answers_are_refused(
    run: Run, cloud: LocalCloud, queue: Queue, reviews: ReviewTable
) -> None:
    reviews.put_entry(entry())
    log = LogStore(cloud.client("s3"), cloud.output("LearningBucketName"))
    summaries = SummaryStore(log, "mail", "e" * 12, "a" * 12, "t")
    asked = (AskedItem("mail-1", {"refund": 0.5}, ()), AskedItem("mail-2", {}, ()))
    summaries.put_hour(HourKey("mail", "e" * 12, "2026-09-20/09"), HourSummary(items=2, asked=asked))
    assert run("correct", "mail-1", "+refund", "--note", "my card is 4111").exit_code == 0
    (sent,) = of_item(reviews)
    done = run("forget", "mail-1")
    assert "2 records of reviews and answers about it are erased" in done.stdout
    assert of_item(reviews) == []
    assert reviews.entry("mail-1") is None
    assert [each.id for each in summaries.read_day("2026-09-20").hours["09"].asked] == ["mail-2"]
    assert json.loads(run("forget", "mail-1", "--json").stdout)["corrections"] == 0
    cloud.client("sqs").send_message(QueueUrl=queue.url, MessageBody=sent.to_body())
    deadline_of(lambda: list(reviews.rejected("2026-01-01", "2030-01-01")))
    assert of_item(reviews) == []
    assert "4111" not in str(cloud.client("dynamodb").scan(TableName=reviews.name)["Items"])
    refused = run("correct", "mail-1", "+refund")
    assert refused.exit_code == 1
    assert "The item was erased" in refused.stderr
    assert json.loads(run("forget", "mail-1", "--json").stdout)["corrections"] == 1, "the refused one"


@pytest.mark.usefixtures("rows")
def test_answers_that_outlived_their_row_are_erased(run: Run, reviews: ReviewTable) -> None:
    reviews.put_entry(entry(item="mail-8"))
    done = run("forget", "mail-8", "--json")
    assert json.loads(done.stdout)["corrections"] == 1
    assert run("forget", "mail-8").exit_code == 1


@pytest.mark.usefixtures("recording")
def test_refused_corrections_are_listed_with_their_reasons(run: Run, cloud: LocalCloud, queue: Queue) -> None:
    assert "no correction was refused" in run("review", "rejected").stdout
    cloud.client("sqs").send_message(QueueUrl=queue.url, MessageBody="[bold]refund, please")
    listed = deadline_of(lambda: run("review", "rejected", "--json").stdout)
    assert json.loads(listed)["reason"] == "not_json"
    assert json.loads(listed)["message"] == "[bold]refund, please"
    done = run("review", "rejected")
    assert done.exit_code == 1
    assert "The message is not a JSON object." in done.stdout
    assert "no correction was refused" in run("review", "rejected", "--since", "2099-01-01").stdout


@pytest.mark.usefixtures("rows")
def test_dead_letters_of_corrections_are_moved_back(run: Run, cloud: LocalCloud, queue: Queue) -> None:
    cloud.client("sqs").send_message(QueueUrl=cloud.output("CorrectionDeadLetterUrl"), MessageBody="{}")
    done = run("redrive", "--function", "correct", "--json")
    assert json.loads(done.stdout)["moved"] == 1
    assert [each["Body"] for each in take(cloud, queue.url)] == ["{}"]


def deadline_of(look: Any) -> Any:
    """What `look` returns once it is something, within ten seconds."""
    deadline = time.monotonic() + 10
    while not (seen := look()) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert seen
    return seen
