"""The function that records corrections: each message is recorded once, refused with its reason, or goes back."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from tagging.aws import ClientError, Clients
from tagging.corrections import REFUSALS, Recorder, ReviewTable
from tagging.corrections.known_labels import KnownLabels
from tagging.local import Metric, read_metrics
from tagging.store import LabelTable
from tests.corrections.samples import SENT_MS, as_json, complete, correction, entry, sqs_event

DAY = "2026-09-21"


def reasons(reviews: ReviewTable) -> list[str]:
    return [each.reason for each in reviews.rejected(DAY, DAY)]


def with_plan(recorder: Recorder, clients: Clients, *labels: str) -> Recorder:
    """The recorder, knowing these labels of mails."""
    bucket = recorder.reviews.name
    clients.s3.create_bucket(Bucket=bucket)
    plan = json.dumps({"salt": "s", "labels": labels}).encode()
    clients.s3.put_object(Bucket=bucket, Key="review/mail.json", Body=plan)
    return replace(recorder, labels=KnownLabels(clients.s3, bucket))


def published(capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
    """Outcome → number of corrections, as the metric has it."""
    lines = [read_metrics(line) or () for line in capsys.readouterr().out.splitlines()]
    metrics: list[Metric] = [each for line in lines for each in line]
    return {dict(each.dimensions)["outcome"]: sum(each.values) for each in metrics if each.name == "Corrections"}


def test_a_correction_is_recorded_under_the_kind_of_its_item(recorder: Recorder, reviews: ReviewTable) -> None:
    assert recorder.handle(sqs_event(correction())) == {"batchItemFailures": []}
    assert reviews.of_item("mail-1") == [correction()]
    assert list(reviews.corrections("mail", DAY, DAY)) == [correction()], "a text counts among mails"
    assert reasons(reviews) == []


def test_the_sender_s_identity_is_kept_beside_the_record(recorder: Recorder, clients: Clients) -> None:
    recorder.handle(sqs_event(correction()))
    (item,) = clients.dynamodb.scan(TableName=recorder.reviews.name)["Items"]
    assert item["sender"] == {"S": "AROA:anna"}


def test_a_correction_twice_is_recorded_once(recorder: Recorder, reviews: ReviewTable, logs: io.StringIO) -> None:
    recorder.handle(sqs_event(correction(), correction()))
    recorder.handle(sqs_event(correction(), sent_ms=SENT_MS + 600_000))
    assert reviews.of_item("mail-1") == [correction()]
    logged = logs.getvalue()
    assert logged.count('"correction accepted"') == 1
    assert logged.count('"correction repeated"') == 2


def test_corrections_that_arrive_out_of_order_are_ordered_by_the_time_of_the_answer(
    recorder: Recorder, reviews: ReviewTable
) -> None:
    late, early = correction(), correction(answered_at="2026-09-21T14:00:00Z", yes=(), no=("refund",))
    recorder.handle(sqs_event(late, early))
    assert reviews.of_item("mail-1") == [early, late]


@pytest.mark.parametrize(
    ("reason", "body"),
    [
        ("not_json", "refund, please"),
        ("wrong_schema", as_json(correction(), source="rumour")),
        ("no_author", as_json(correction(), author="")),
        ("contradiction", as_json(correction(), no=["refund"])),
        ("too_large", as_json(correction(), more="x" * 70_000)),
        ("from_the_future", as_json(correction(), answered_at="2026-09-21T14:18:21+00:00")),
        ("unknown_item", as_json(correction(), item="mail-9")),
        ("unknown_label", as_json(correction(), yes=["refnd"])),
    ],
)
def test_what_cannot_be_recorded_is_kept_with_its_reason_and_does_not_come_back(
    reason: str, body: str, recorder: Recorder, reviews: ReviewTable, clients: Clients
) -> None:
    recorder = with_plan(recorder, clients, "refund", "payment")
    event = sqs_event(body, correction(item="mail-2"))
    for _ in range(2):
        assert recorder.handle(event) == {"batchItemFailures": []}
    (rejected,) = reviews.rejected(DAY, DAY)
    assert rejected.reason == reason
    assert rejected.message == body[: 64 * 1024]
    assert rejected.sender == "AROA:anna"
    assert reviews.of_item("mail-2") == [correction(item="mail-2")], "the batch's others are recorded"


def test_every_reason_is_tested_above_or_below() -> None:
    assert len(REFUSALS) == 9


def test_a_correction_of_a_forgotten_item_leaves_no_content(
    recorder: Recorder, rows: LabelTable, reviews: ReviewTable
) -> None:
    row = rows.get("mail-1")
    assert row is not None
    reviews.record(correction(), "mail")  # by a run that was interrupted before it looked again
    rows.replace(row, row.erased("2026-09-21T14:00:00.000+00:00", "erasure"))
    recorder.handle(sqs_event(correction(note="my card is 4111")))
    (rejected,) = reviews.rejected(DAY, DAY)
    assert (rejected.reason, rejected.item, rejected.message) == ("forgotten_item", "mail-1", "")
    assert reviews.of_item("mail-1") == []


def test_an_item_that_is_forgotten_while_its_correction_is_written_keeps_nothing(
    recorder: Recorder, rows: LabelTable, reviews: ReviewTable
) -> None:
    class Forgetting(ReviewTable):
        """Somebody forgets the item just before the answer is written."""

        def record(self, *arguments: Any, **options: Any) -> bool:
            row = rows.get("mail-1")
            assert row is not None
            rows.replace(row, row.erased("2026-09-21T14:00:00.000+00:00", "erasure"))
            self.erase("mail-1")
            return super().record(*arguments, **options)

    interrupted = Forgetting(rows._dynamodb, reviews.name)
    replace(recorder, reviews=interrupted).handle(sqs_event(correction()))
    assert reviews.of_item("mail-1") == []
    assert reasons(reviews) == ["forgotten_item"]


def test_a_label_that_only_the_item_s_own_revisions_have_is_known(
    recorder: Recorder, reviews: ReviewTable, clients: Clients
) -> None:
    recorder = with_plan(recorder, clients, "payment")
    recorder.handle(sqs_event(correction(yes=("refund", "payment"))))
    assert reviews.of_item("mail-1")
    assert reasons(reviews) == []


def test_an_answer_about_a_version_that_nobody_knows_is_recorded_all_the_same(
    recorder: Recorder, reviews: ReviewTable, logs: io.StringIO
) -> None:
    """It is about the item; which labels were shown only matters for who looks at the answer."""
    recorder.handle(sqs_event(correction(version="0123456789ab")))
    assert reviews.of_item("mail-1")[0].version == "0123456789ab"
    assert '"version":"0123456789ab"' in logs.getvalue()


def test_without_a_plan_only_the_form_of_labels_is_checked(recorder: Recorder, reviews: ReviewTable) -> None:
    recorder.handle(sqs_event(correction(yes=("anything",))))
    assert reviews.of_item("mail-1")


def test_a_plan_is_read_once_a_minute(recorder: Recorder, clients: Clients) -> None:
    known = with_plan(recorder, clients, "refund").labels
    now = [0.0]
    timed = KnownLabels(clients.s3, known._bucket, clock=lambda: now[0])
    assert timed.of("mail") == {"refund"}
    clients.s3.put_object(Bucket=known._bucket, Key="review/mail.json", Body=b'{"labels": ["payment"]}')
    now[0] = 59.0
    assert timed.of("mail") == {"refund"}
    now[0] = 61.0
    assert timed.of("mail") == {"payment"}
    assert timed.of("image") is None


def test_a_correction_that_waited_is_judged_by_when_it_arrived(recorder: Recorder, reviews: ReviewTable) -> None:
    """A clock that is half an hour ahead is wrong, however late the message is read; and our own clock may jump."""
    ahead = correction(answered_at="2026-09-21T14:45:00Z")
    recorder.handle(sqs_event(ahead), now=datetime(2026, 9, 21, 15, tzinfo=UTC))
    assert reasons(reviews) == ["from_the_future"]
    recorder.handle(sqs_event(correction()), now=datetime(1970, 1, 1, tzinfo=UTC))
    assert reviews.of_item("mail-1") == [correction()]


def test_a_complete_answer_closes_the_review_of_its_item(recorder: Recorder, reviews: ReviewTable) -> None:
    reviews.put_entry(entry())
    recorder.handle(sqs_event(complete()))
    assert reviews.open_entries("mail", "measure") == []


def test_a_fault_of_ours_sends_only_its_message_back(recorder: Recorder, reviews: ReviewTable) -> None:
    class Throttled(LabelTable):
        def get(self, item_id: str) -> Any:
            if item_id == "mail-1":
                raise ClientError({"Error": {"Code": "ThrottlingException"}}, "GetItem")
            return super().get(item_id)

    rows = Throttled(recorder.rows._dynamodb, recorder.rows.name)
    busy = replace(recorder, rows=rows)
    event = sqs_event(correction(), correction(item="mail-2"))
    assert busy.handle(event) == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert reviews.of_item("mail-2")
    assert recorder.handle(event) == {"batchItemFailures": []}
    assert reviews.of_item("mail-1") == [correction()]


def test_accepted_and_rejected_are_counted(recorder: Recorder, capsys: pytest.CaptureFixture[str]) -> None:
    recorder.handle(sqs_event(correction(), correction(author="ben"), "nonsense"))
    assert published(capsys) == {"accepted": 2, "rejected": 1}
    recorder.handle({"Records": []})
    assert published(capsys) == {}


def test_logs_hold_no_note_and_no_author(recorder: Recorder, logs: io.StringIO) -> None:
    secret = correction(author="secret-author", note="secret-note")
    recorder.handle(sqs_event(secret, as_json(secret, yes=["Secret Label"]), as_json(secret, item="mail-9")))
    assert logs.getvalue().count("correction ") == 3
    assert "ecret" not in logs.getvalue()


def test_a_correction_may_be_the_event_itself(recorder: Recorder, reviews: ReviewTable) -> None:
    recorder.handle(json.loads(correction().to_body()), now=datetime(2026, 9, 21, 15, tzinfo=UTC))
    assert reviews.of_item("mail-1") == [correction()]
