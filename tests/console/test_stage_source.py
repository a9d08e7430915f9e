"""The console on a stage: rows, objects, feature log, pointer and review table on moto."""

from __future__ import annotations

import dataclasses
import re
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from benchmarks.live.logged_stage import LoggedStage, open_stage
from tagging.console.console import Console
from tagging.console.stage_models import StageModels
from tagging.console.stage_source import StageSource
from tagging.corrections import ReviewEntry, ReviewTable, parse_correction
from tagging.local import create_review_table
from tagging.local.moto_server import CHILD_ENVIRONMENT
from tagging.mail import mail_reader
from tagging.model import Tagger
from tagging.operations import ItemQuery, item_search, search_items
from tagging.operations.account import account_client
from tagging.operations.deployment import Deployment, IntakeRoute
from tagging.operations.item_search import PAGE
from tagging.serving import files_of, version_id
from tagging.start import load_bundle
from tagging.store import LabelTable, Row, row_time
from tagging.taxonomy import Taxonomy
from tests.console.browser import Browser
from tests.console.test_queue_page import fields
from tests.mail_bundle import TAXONOMY, write_mail_bundle

TEXTS = {
    "card": "I lost my card.",
    "angry": "I am angry about my card.",
    "thanks": "Thank you.",
    "none": "Nothing at all.",
}
AUTHOR = "assumed-role/Support/anna"


@dataclass
class ConsoleStage:
    """A stage with four mails, and a browser in its console."""

    logged: LoggedStage
    deployment: Deployment
    browser: Browser
    reviews: ReviewTable
    ids: dict[str, str]

    @property
    def table(self) -> LabelTable:
        return self.logged.service.table

    def draw(self, name: str, purpose: Any = "measure") -> None:
        now = row_time(datetime.now(UTC))
        self.reviews.put_entry(
            ReviewEntry(
                item=self.ids[name], kind="mail", encoder="e", generation=0, version="layer", decided_at=now,
                drawn_at=now, purpose=purpose, reason="sample", chance=0.1,
            )
        )  # fmt: skip

    def record_sent(self) -> int:
        """Do what the function of corrections does with the messages that wait; how many they are."""
        sqs, url = self.logged.clients.sqs, self.deployment.correction_queue_url
        count = 0
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                count += self.reviews.record(parse_correction(message["Body"]), "mail")
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return count


def add_index(dynamodb: Any, table: str, name: str, key: str, order: str) -> None:
    dynamodb.update_table(
        TableName=table,
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in (key, order)],
        GlobalSecondaryIndexUpdates=[
            {
                "Create": {
                    "IndexName": name,
                    "KeySchema": [
                        {"AttributeName": key, "KeyType": "HASH"},
                        {"AttributeName": order, "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
            }
        ],
    )


@pytest.fixture
def stage(moto: str, bundles: tuple[Tagger, ...], monkeypatch: pytest.MonkeyPatch) -> Iterator[ConsoleStage]:
    for name, value in {**CHILD_ENVIRONMENT, "AWS_ENDPOINT_URL": moto}.items():
        if name != "PATH":
            monkeypatch.setenv(name, value)
    with open_stage(moto, bundles[0], mail_reader) as logged, ThreadPoolExecutor(8) as threads:
        clients, table, name = logged.clients, logged.service.table.name, uuid.uuid4().hex
        add_index(clients.dynamodb, table, "by_day", "day_shard", "tagged_at")
        add_index(clients.dynamodb, table, "by_label", "indexed_label", "tagged_at")
        create_review_table(clients.dynamodb, name)
        queue = clients.sqs.create_queue(QueueName=name)["QueueUrl"]
        route = IntakeRoute("mail", logged.bucket, queue, queue, queue, "")
        deployment = Deployment(
            "test", clients, table, (route,), queue, queue, models_bucket=logged.models.store.bucket,
            learning_bucket=logged.log.bucket, review_table=name, correction_queue_url=queue,
            correction_dead_letter_url=queue,
            layers={"mail": logged.models.layer},
        )  # fmt: skip
        items = {
            each: logged.put(f"{each}.eml", f"Subject: {each}\r\n\r\n{text}".encode()) for each, text in TEXTS.items()
        }
        logged.tag(list(items.values()))
        ids = {row.source["key"].removesuffix(".eml"): row.id for row in logged.rows().values()}
        models = StageModels(deployment, {"mail": logged.models.at_hand})
        source = StageSource(deployment, f"arn:aws:sts::1:{AUTHOR}", threads, models)
        reviews = ReviewTable(clients.dynamodb, name)
        yield ConsoleStage(logged, deployment, Browser(Console.of(source)).enter(), reviews, ids)


def test_every_page_of_a_stage_is_there(stage: ConsoleStage) -> None:
    for path in ("/queue", "/items", "/labels", "/mistakes", "/versions", "/drift", "/health"):
        assert "Tagging <b>test</b>" in stage.browser.text(path)
    beginnings = stage.browser.console.site.source.beginnings([stage.ids["angry"], "nowhere"])
    assert beginnings == {stage.ids["angry"]: "angry · I am angry about my card.", "nowhere": ""}
    page = stage.browser.text("/item", id=stage.ids["angry"])
    assert "I am angry about my card." in page
    assert "Scores are exact, from the feature log" in page
    assert set(re.findall(r'<th scope="row">(\w+)</th><td class="given">', page)) == {"card", "angry"}


def test_health_shows_what_waits_and_for_how_long(stage: ConsoleStage) -> None:
    clients, queue = stage.logged.clients, stage.deployment.correction_queue_url
    clients.sqs.send_message(QueueUrl=queue, MessageBody="waits")
    metric = {
        "MetricName": "ApproximateAgeOfOldestMessage",
        "Dimensions": [{"Name": "QueueName", "Value": queue.rsplit("/", 1)[-1]}],
        "Value": 540.0,
        "Timestamp": datetime.now(UTC) - timedelta(minutes=2),
    }
    account_client("cloudwatch").put_metric_data(Namespace="AWS/SQS", MetricData=[metric])
    page = stage.browser.text("/health")
    assert re.search(r'mails to tag</th><td class="number">1</td><td class="number time">9 min</td>', page)
    assert "1 dead letters" in page
    assert re.search(r"Mails that failed: 1\..*<span class=\"code\">tagging redrive --dry-run --stage test<", page)


def test_an_answer_in_the_console_is_in_the_row_of_answers_and_ends_the_review(stage: ConsoleStage) -> None:
    stage.draw("angry")
    page = stage.browser.text("/queue")
    assert "I am angry about my card." in page
    assert stage.browser.post("/answer", action="complete", **fields(page, card="yes")).status == 303
    assert "Nothing is waiting" in stage.browser.text("/queue")  # although nobody has recorded it yet
    assert stage.record_sent() == 1
    (correction,) = stage.reviews.of_item(stage.ids["angry"])
    assert (correction.author, correction.yes, correction.blind) == (AUTHOR, ("card",), True)
    entry = stage.reviews.entry(stage.ids["angry"])
    assert entry is not None
    assert entry.state == "done"
    assert "anna" in stage.browser.text("/item", id=stage.ids["angry"])


def test_items_are_found_by_label_route_version_and_address(stage: ConsoleStage) -> None:
    def found(**parameters: str) -> set[str]:
        return set(re.findall(r">(\w+)\.eml</a>", stage.browser.text("/items", **parameters)))

    assert found() == set(TEXTS)
    assert found(label="card") == {"card", "angry"}
    assert found(label="thanks") == {"thanks"}
    assert found(route="complaints") == {"angry"}
    assert found(version="layer") == set(TEXTS)
    assert found(state="quarantined") == set()
    assert found(until="2020-01-01") == set()
    assert "has no label cart" in stage.browser.text("/items", label="cart")
    assert "there is no version" in stage.browser.text("/items", version="abcdef012345")
    address = f"s3://{stage.logged.bucket}/card.eml"
    for name in (stage.ids["card"], "card.eml", address):
        assert stage.browser.get("/items", item=name).headers["Location"] == f"/item?id={stage.ids['card']}"
    page = stage.browser.text("/items", item="nowhere.eml")
    assert "There is no item with this id, key or address" in page
    assert 'value="nowhere.eml"' in page
    assert "angry · I am angry about my card." in stage.browser.text("/items", text="yes")


def test_what_cannot_be_an_id_a_version_or_a_day_gets_one_sentence(stage: ConsoleStage, tmp_path: Path) -> None:
    get, text, long = stage.browser.get, stage.browser.text, "a" * 3000
    for id in ("", long, "😀" * 1000):
        assert get("/item", id=id).status == 404
    assert "There is no item with this id" in text("/items", item=long)
    for version in (long, str(tmp_path), "../x"):
        assert "is no version&#39;s id" in text("/items", version=version)
        assert get("/plan", role="champion", version=version).status == 409
    for day in ("0001-01-01", "9999-12-31", "yesterday"):
        assert "A day is written as 2026-01-31." in text("/items", until=day)


def test_an_object_outside_the_buckets_of_the_stage_is_not_read(stage: ConsoleStage) -> None:
    row = stage.table.get(stage.ids["card"])
    assert row is not None
    secret = stage.logged.put("secret.eml", b"Subject: secret\r\n\r\nsecret text")
    stage.logged.clients.s3.create_bucket(Bucket=f"{stage.logged.bucket}-others")
    others = {"bucket": f"{stage.logged.bucket}-models", "key": "secret.eml", "version": secret.version}
    stage.table.put(replace(row, id="outside", source=others))
    page = stage.browser.text("/item", id="outside")
    assert "which is not read from here" in page
    assert "secret text" not in page


def test_a_promotion_needs_a_reason_and_the_state_that_was_shown(
    stage: ConsoleStage, bundles: tuple[Tagger, ...]
) -> None:
    bundle = bundles[1].bundle
    version = version_id(bundle)
    stage.logged.models.store.write_version(version, files_of(bundle.folder, bundle))
    asked = {"kind": "mail", "role": "champion", "version": version}
    page = stage.browser.get("/plan", **asked).body.decode()
    assert "Nothing is written yet" in page
    assert stage.browser.post("/write", **asked, generation="0", why="").status == 400
    assert stage.browser.post("/write", **asked, generation="0", why="surer").status == 303
    pointer = stage.logged.models.store.read_pointer()
    assert pointer is not None
    assert (pointer.pointer.champion, pointer.pointer.why) == (version, "surer")
    assert stage.browser.post("/write", kind="mail", role="rollback", generation="0", why="x").status == 409
    assert "Nothing is written yet" in stage.browser.get("/plan", kind="mail", role="rollback").body.decode()
    for role in ("rollback", "champion"):  # there and back
        generation = str(stage.logged.models.store.read_pointer().pointer.generation)
        form = {**asked, "role": role} if role == "champion" else {"kind": "mail", "role": role}
        assert stage.browser.post("/write", **form, generation=generation, why="x").status == 303
    page = stage.browser.get("/plan", **asked, why="once more").body.decode()
    assert "the champion already" in page
    assert f'value="{version}" selected' in page
    canary = {**asked, "role": "canary"}
    assert stage.browser.get("/plan", **canary, share="all").status == 400
    assert stage.browser.get("/plan", **canary, share="100").status == 400
    other = {**canary, "version": "layer"}
    assert "layer, 5.5 % of the items" in stage.browser.text("/plan", **other, share="5,5 %")
    assert 'value="once more"' in page
    assert stage.browser.get("/plan", **{**asked, "version": str(bundle.folder)}).status == 409


def test_a_list_goes_on_where_its_page_ended_without_gaps_and_doubles(
    stage: ConsoleStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many rows of one millisecond, over several shards and pages; a page looks back for twelve hours."""
    monkeypatch.setattr(item_search, "MOST_DAYS", timedelta(hours=12))
    row = stage.table.get(stage.ids["card"])
    assert row is not None
    now = datetime.now(UTC)
    for number in range(PAGE + 10):
        at = row_time(now - timedelta(hours=5 * (number // 20)))
        stage.table.put(replace(row, id=f"many-{number}", revision=replace(row.revision, tagged_at=at)))
    query = ItemQuery(now - timedelta(days=1), now + timedelta(seconds=1), "mail", label="card")
    rows: list[Row] = []
    with ThreadPoolExecutor(8) as threads:
        while True:
            page = search_items(stage.deployment, query, threads)
            rows += page.rows
            if not page.more:
                break
            query = dataclasses.replace(query, after=page.more)
    ids = [each.id for each in rows]
    assert len(ids) == len(set(ids)) == PAGE + 12
    assert [each.revision.tagged_at for each in rows] == sorted(
        (each.revision.tagged_at for each in rows), reverse=True
    )


def test_packs_that_are_on_are_part_of_a_versions_name(moto: str, tmp_path: Path) -> None:
    """Rows and summaries name it so: without them, neither would be found."""
    topic, person = TAXONOMY.heads
    taxonomy = Taxonomy(version=1, heads=(topic, replace(person, pack=True)))
    tagger = load_bundle(write_mail_bundle(tmp_path / "packed", taxonomy=taxonomy), packs=["person"])
    with open_stage(moto, tagger, mail_reader) as logged:
        deployment = Deployment(
            "test", logged.clients, "", (), "", "", models_bucket=logged.models.store.bucket,
            layers={"mail": logged.models.layer},
        )  # fmt: skip
        served = StageModels(deployment, {"mail": logged.models.at_hand}).served("mail")
    assert served.bundle == tagger.bundle.version
    assert "wants_person" in served.taxonomy.labels
