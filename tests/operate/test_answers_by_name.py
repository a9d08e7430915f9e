"""Answers before they are sent: labels by names of earlier taxonomies, and 10,000 answers in batches."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from tagging.corrections import Refused
from tagging.operations import ServedTaxonomy, send_corrections
from tagging.operations.errors import QueueRefused, StageNotReadable
from tagging.operations.pointer_history import PointerRecord, PointerState
from tagging.serving import Change, Pointer
from tagging.serving.pointer import challenged, promoted
from tagging.store import Revision, Row
from tagging.taxonomy import Taxonomy
from tagging.validation import from_data
from tests.corrections.samples import BUNDLE, correction

LABELS = ("refund", "payment", "goods", "fees", "parcel")
FAX = {"id": "fax", "description": "sends a fax", "deprecated": True}
TAXONOMY = from_data(
    {
        "version": 5,
        "heads": [
            {
                "id": "topic",
                "kind": "multilabel",
                "labels": [*({"id": each, "description": each} for each in LABELS), FAX],
            },
            {"id": "tone", "kind": "multilabel", "labels": [{"id": "angry", "description": "is angry"}]},
        ],
        "changes": [
            {"since": 2, "rename": "money_back", "to": "give_back"},
            {"since": 3, "rename": "give_back", "to": "refund"},
            {"since": 3, "merge": ["package", "post"], "into": "parcel"},
            {"since": 4, "split": "shop", "into": ["goods", "fees"]},
            {"since": 5, "deprecate": "fax"},
        ],
    },
    Taxonomy,
)
BY = Change("anna", "2026-11-28T12:00:00.000+00:00", "a test")


def served(*pointers: Pointer) -> ServedTaxonomy:
    written = datetime(2026, 11, 28, tzinfo=UTC)
    return ServedTaxonomy(TAXONOMY, PointerState("mail", tuple(PointerRecord(written, "e", each) for each in pointers)))


@pytest.mark.parametrize(
    ("name", "yes", "label"),
    [
        ("refund", True, "refund"),
        ("give_back", False, "refund"),
        ("money_back", True, "refund"),
        ("package", True, "parcel"),
        ("fax", None, "fax"),
    ],
)
def test_a_renamed_label_is_the_label_that_it_is_now(name: str, yes: bool | None, label: str) -> None:
    assert served().current(name, yes=yes) == label


@pytest.mark.parametrize(
    ("name", "yes", "sentence"),
    [
        ("package", False, "package was merged into parcel: answer about that"),
        ("shop", True, "shop was split into goods and fees: answer about these"),
        ("fax", True, "fax is no longer used"),
        ("paiment", True, "paiment: did you mean payment?"),
        ("zzz", None, "zzz"),
    ],
)
def test_a_label_that_no_single_one_stands_for_is_refused_with_its_sentence(
    name: str, yes: bool | None, sentence: str
) -> None:
    with pytest.raises(Refused) as refused:
        served().current(name, yes=yes)
    assert (refused.value.reason, refused.value.detail) == ("unknown_label", sentence)


def test_a_complete_answer_is_about_the_heads_that_the_item_was_decided_by() -> None:
    assert served().asked(None) == (*LABELS, "angry")
    assert served().asked(("tone",)) == ("angry",)


def test_the_version_that_was_shown_is_that_of_the_row_s_generation() -> None:
    first = promoted(None, "mail", "a" * 12, BY)
    second = challenged(first, "mail", "b" * 12, 0.5, BY)
    taxonomy = served(second, first)

    def row(generation: int, item: str = "mail-1") -> Row:
        return Row(item, "mail", {}, "x", Revision("2026-11-28T12:00:00.000+00:00", BUNDLE, generation=generation))

    assert taxonomy.version_of(row(0)) == "layer"
    assert taxonomy.version_of(row(1)) == "a" * 12
    assert {taxonomy.version_of(row(2, f"mail-{number}")) for number in range(20)} == {"a" * 12, "b" * 12}
    assert taxonomy.version_of(row(9)) is None


class CountingQueue:
    """SQS as far as sending needs it."""

    def __init__(self, refused: int = -1) -> None:
        self.sizes: list[int] = []
        self._refused = refused

    def send_message_batch(self, *, QueueUrl: str, Entries: list[Any]) -> dict[str, Any]:
        assert QueueUrl == "url"
        self.sizes.append(len(Entries))
        return {"Failed": [{"Code": "ThrottlingException"}]} if len(self.sizes) == self._refused else {}


def deployment(queue: CountingQueue, url: str = "url") -> Any:
    return SimpleNamespace(stage="dev", correction_queue_url=url, clients=SimpleNamespace(sqs=queue))


def test_ten_thousand_answers_are_a_thousand_calls() -> None:
    queue = CountingQueue()
    send_corrections(deployment(queue), [correction()] * 10_001)
    assert queue.sizes == [10] * 1000 + [1]


def test_a_refused_batch_ends_with_a_sentence() -> None:
    with pytest.raises(QueueRefused, match="the queue of corrections refused one: ThrottlingException; run it again"):
        send_corrections(deployment(CountingQueue(refused=2)), [correction()] * 30)
    with pytest.raises(StageNotReadable, match="takes no corrections: deploy it again"):
        send_corrections(deployment(CountingQueue(), url=""), [correction()])
