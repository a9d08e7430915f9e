"""What people may do who have only the policies of the stack: each call is compared with their statements."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from tagging.console import Console, StageModels, StageSource
from tagging.corrections import ReviewEntry, ReviewTable, parse_correction
from tagging.local.cloud import LocalCloud
from tagging.local.shipped import shipped_path
from tagging.operations import find_deployment, stage_health
from tagging.store import row_time
from tests.console.browser import Browser
from tests.console.test_queue_page import fields
from tests.operate.on_cloud import Run, mail_bucket, take
from tests.operate.people import Person, person

MAIL = "I lost my credit card yesterday."
LOOKS = (
    ("show", "ID"),
    ("quality",),
    ("drift",),
    ("review", "list"),
    ("review", "rejected"),
    ("versions", "list"),
    ("versions", "show", "VERSION"),
    ("pointer", "show"),
    ("pointer", "who", "ID"),
    ("quarantine", "list"),
    ("thresholds", "show", "--since", "1d"),
    ("what-if", "VERSION", "--since", "1d"),
    ("redrive", "--dry-run"),
    ("reconcile", "BUCKET", "--since", "1d"),
)
CHANGES = (
    ("thresholds", "set", "fraud", ".7"),
    ("promote", "VERSION", "--shadow", "--yes"),
    ("promote", "VERSION", "--champion", "--yes", "--why", "the shadow looks good"),
    ("rollback", "--yes"),
    ("forget", "ID", "--object"),
)
"""In an order in which each is possible."""
NOT_YET = (("quality",), ("drift",))
"""Exit 1 until the hourly function has made a report."""


@pytest.fixture
def item(cloud: LocalCloud) -> str:
    """Id of a mail that waits for review."""
    cloud.put("tag_mail", "card.eml", f"Subject: card\n\n{MAIL}".encode())
    cloud.deliver_until_idle()
    (row,) = cloud.rows()
    now = row_time(datetime.now(UTC))
    ReviewTable(cloud.client("dynamodb"), cloud.output("ReviewTableName")).put_entry(
        ReviewEntry(
            item=row.id, kind="mail", encoder="e", generation=0, version="layer", decided_at=now, drawn_at=now,
            purpose="measure", reason="sample", chance=0.1,
        )
    )  # fmt: skip
    return row.id


@pytest.fixture
def version(run: Run, item: str) -> str:  # noqa: ARG001 (the cloud of the item)
    """A version that was pushed."""
    return json.loads(run("thresholds", "set", "fraud", ".6", "--json").stdout)["version"]


@contextmanager
def browsing(cloud: LocalCloud, *policies: str) -> Iterator[tuple[Browser, Person]]:
    """A console in the hands of a person."""
    with person(cloud, *policies) as who, ThreadPoolExecutor(4) as threads:
        deployment = find_deployment("local")
        models = StageModels(deployment, {"mail": (shipped_path("layers/mail_model/bundle"),)})
        yield Browser(Console.of(StageSource(deployment, "arn:aws:sts::1:role/anna", threads, models))).enter(), who
    stage_health._cloudwatch.cache_clear()  # its client is of this cloud


@pytest.mark.usefixtures("version", "run")
def test_a_reviewer_answers_about_mails_and_changes_nothing_else(cloud: LocalCloud, item: str) -> None:
    with browsing(cloud, "Reviewer") as (browser, who):
        page = browser.text("/queue")
        assert MAIL in page
        assert MAIL in browser.text("/item", id=item)
        assert browser.post_raw("/answer", {"action": "complete", **fields(page, fraud="yes")}).status == 303
        for path in ("/items", "/labels", "/mistakes", "/drift"):
            browser.text(path)
        assert who.refused == []
        assert browser.get("/versions").status == 502
        assert "s3:GetObjectTagging" in who.refused[0]
    (message,) = take(cloud, cloud.output("CorrectionQueueUrl"))
    assert parse_correction(message["Body"]).yes == ("fraud",)


@pytest.mark.usefixtures("version", "run")
def test_a_reader_sees_every_page_but_no_mail(cloud: LocalCloud, item: str) -> None:
    with browsing(cloud, "Reader") as (browser, who):
        for path in ("/items", "/labels", "/mistakes", "/versions", "/drift", "/health"):
            browser.text(path)
        browser.text("/label", id="fraud")
        assert who.refused == []
        for path, parameters in (("/item", {"id": item}), ("/queue", {})):
            page = browser.text(path, **parameters)
            assert MAIL not in page
            assert "These credentials may not read its object" in page
        assert {each.split()[0] for each in who.refused} == {"s3:GetObjectVersion"}


def test_only_an_operator_changes_what_a_reader_looks_at(cloud: LocalCloud, run: Run, item: str, version: str) -> None:
    named = {"ID": item, "VERSION": version, "BUCKET": mail_bucket(cloud)}
    looks, changes = ([[named.get(word, word) for word in each] for each in group] for group in (LOOKS, CHANGES))
    with person(cloud, "Reader") as reader:
        for words in looks:
            done = run(*words)
            assert done.exit_code == (tuple(words) in NOT_YET), (words, done.output)
        assert reader.refused == []
    for policy in ("Reader", "Reviewer"):
        with person(cloud, policy) as who:
            for words in changes:
                if words[0] != "rollback":  # nothing was promoted yet
                    assert "AWS refused" in run(*words).stderr, (policy, words)
                    assert who.refused, words
                    who.refused.clear()
    with person(cloud, "Reader", "Operator") as operator:
        for words in changes:
            done = run(*words)
            assert done.exit_code == 0, (words, done.output)
        assert operator.refused == []
